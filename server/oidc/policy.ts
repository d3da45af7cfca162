import { interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";
import type { Session } from "../../entities/session.ts";
import type { AssuranceLevel } from "../../entities/service.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Accounts } from "./accounts.ts";
import { levelAsked } from "./levels.ts";

const { Check, Prompt, base } = interactionPolicy;

/** What a sign-in must be for a client to be content with it. */
export interface SignInNeed {
  readonly level: AssuranceLevel;
  /** Only citizens, or only staff at work. */
  readonly staff: boolean;
  /** The person has to prove anew who they are, after this instant (Unix time in milliseconds); absent when the present sign-in will do. */
  readonly freshAfter?: number;
  /** Whom the client means, by the identifier under which it knows the person; absent when anybody will do. */
  readonly subject?: string;
}

/** Whether a sign-in is of the kind and level that is needed; whether it is fresh and the right person's is another matter. */
export const suits = ({ assurance, staffMember }: Pick<Session, "assurance" | "staffMember">, { level, staff }: Pick<SignInNeed, "level" | "staff">): boolean => assurance >= level && Boolean(staffMember) === staff;

/**
 * When a person has to be asked something. To sign in: when the browser has no session with us, or one that the client
 * cannot be content with (level, age, person). To agree: for apps on a device, whose name anybody can borrow.
 */
export function policyOf(accounts: Accounts, clock: Clock): interactionPolicy.DefaultPolicy {
  const policy = base();
  policy.remove("login");
  policy.add(new Prompt({ name: "login", requestable: true }, new Check("sign_in", "the person has to sign in", async ctx => {
    const need = await needOf(ctx, accounts, clock);
    if (!need) return Check.NO_NEED_TO_PROMPT;
    (ctx as Judged).need = need;
    forget(ctx);
    return Check.REQUEST_PROMPT;
  }, ctx => ({ ...(ctx as Judged).need }))), 0);
  return policy;
}

interface Judged extends KoaContextWithOIDC {
  need?: SignInNeed;
}

/** What sign-in is needed before the request can be granted; null when the present one will do. */
async function needOf(ctx: KoaContextWithOIDC, accounts: Accounts, clock: Clock): Promise<SignInNeed | null> {
  const { oidc } = ctx;
  const { client, session, params, result } = oidc;
  const subject = oidc.entities.IdTokenHint?.payload["sub"] as string | undefined;
  const need = { level: levelAsked(oidc.claims.id_token?.["acr"]), staff: client!["staff"] === true, ...(subject === undefined ? {} : { subject }) };
  const present = await accounts.ofBrowser(ctx.req.headers.cookie);
  const now = clock.now().getTime();
  const maxAgeMs = params?.["max_age"] === undefined || result?.login ? Infinity : Number(params["max_age"]) * 1_000;
  const tooOld = present !== null && now - present.createdAt.getTime() > maxAgeMs;
  const somebodyElse = present !== null && subject !== undefined && subject !== (await accounts.subject(present.id, client!.clientId));
  if (oidc.promptPending("login") || tooOld || somebodyElse) return { ...need, freshAfter: now };
  return present && session!.accountId === present.id && suits(present, need) ? null : need;
}

/** Forgets whom the provider took the browser for: whoever signs in next is somebody of their own, with nothing of the other's. */
function forget({ oidc: { session } }: KoaContextWithOIDC): void {
  if (!session?.accountId) return;
  delete session.accountId;
  session.authorizations = {};
}
