import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errors, type InteractionResults } from "oidc-provider";
import type Provider from "oidc-provider";
import { z } from "zod";
import type { Session } from "../../entities/session.ts";
import { localeOf } from "../web/credentials.ts";
import { loginAddress } from "../web/identity-pages.ts";
import { sendPage } from "../web/page.ts";
import type { Accounts } from "./accounts.ts";
import { failureOf, type OidcFailure } from "./failures.ts";
import { acrOf, amrOf } from "./levels.ts";
import { consentPage, refusalPage } from "./pages.ts";
import { suits, type SignInNeed } from "./policy.ts";

export interface InteractionDeps {
  readonly provider: Provider;
  readonly accounts: Accounts;
  readonly publicUrl: string;
}

type Interaction = Awaited<ReturnType<Provider["interactionDetails"]>>;

const path = "/oidc/interaction/:uid";
const query = z.object({ login_error: z.string().max(100).optional() });
const answer = z.object({ answer: z.enum(["yes", "no"]) });

/**
 * Where the OpenID Provider sends people whom it has to ask something, and where they come back to from signing in: the
 * client's request waits meanwhile, bound to the browser by a cookie.
 */
export function registerInteraction(app: FastifyInstance, deps: InteractionDeps): void {
  app.get(path, (request, reply) => within(request, reply, deps, interaction => proceed(request, reply, deps, interaction)));
  app.post(path, { bodyLimit: 1_024 }, (request, reply) => within(request, reply, deps, interaction => agree(request, reply, deps, interaction)));
}

/** Does something with the request that waits in this browser, or says that there is none any more. */
async function within(request: FastifyRequest, reply: FastifyReply, { provider }: InteractionDeps, work: (interaction: Interaction) => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    const interaction = await provider.interactionDetails(request.raw, reply.raw);
    if (interaction.uid === (request.params as { uid: string }).uid) return await work(interaction);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
  }
  return sendPage(reply, 400, refusalPage(localeOf(request.headers["accept-language"]), "session_not_found"));
}

async function proceed(request: FastifyRequest, reply: FastifyReply, deps: InteractionDeps, interaction: Interaction): Promise<FastifyReply> {
  const given = query.safeParse(request.query);
  const failure = given.success && given.data.login_error !== undefined ? failureOf(given.data.login_error) : undefined;
  if (failure) return finish(request, reply, deps, { ...failure });
  const session = await deps.accounts.ofBrowser(request.headers.cookie);
  if (interaction.prompt.name === "consent") return session ? askToAgree(request, reply, deps, interaction, session) : finish(request, reply, deps, { ...signedOut });
  const need = interaction.prompt.details as unknown as SignInNeed;
  if (session && suits(session, need) && session.createdAt.getTime() > (need.freshAfter ?? 0)) {
    if (need.subject !== undefined && need.subject !== (await deps.accounts.subject(session.id, String(interaction.params["client_id"])))) return finish(request, reply, deps, { ...somebodyElse });
    return finish(request, reply, deps, { login: { accountId: session.id, acr: acrOf(session.assurance), amr: amrOf(session), ts: Math.floor(session.createdAt.getTime() / 1_000) } });
  }
  return reply.header("cache-control", "no-store").redirect(signInAddress(session, need, `/oidc/interaction/${interaction.uid}`), 303);
}

const signedOut: OidcFailure = { error: "login_required", error_description: "EXPIRED: the login has ended" };
const somebodyElse: OidcFailure = { error: "login_required", error_description: "OTHER_PERSON: somebody else logged in than the one whom the request names" };
const declined: OidcFailure = { error: "access_denied", error_description: "DECLINED: the person did not agree" };

/** Whoever only needs a higher level is told so and goes on with their own provider; all others choose one. */
function signInAddress(session: Session | null, { level, staff, freshAfter }: SignInNeed, returnTo: string): string {
  if (session && freshAfter === undefined && Boolean(session.staffMember) === staff) return `/step-up?${new URLSearchParams({ level: level.slice(1), returnTo }).toString()}`;
  // Below level 2 a provider may let in whom it knows without asking anything.
  const asked = Math.max(Number(level.slice(1)), freshAfter === undefined ? 1 : 2);
  return loginAddress("spid", { level: asked, returnTo, staff, eidas: null });
}

async function askToAgree(request: FastifyRequest, reply: FastifyReply, { provider, publicUrl }: InteractionDeps, { uid, params }: Interaction, session: Session): Promise<FastifyReply> {
  const client = await provider.Client.find(String(params["client_id"]));
  return sendPage(reply, 200, consentPage(localeOf(request.headers["accept-language"]), {
    publicUrl, action: `/oidc/interaction/${uid}`, client: client?.clientName ?? String(params["client_id"]), person: `${session.givenName} ${session.familyName}`,
    profile: String(params["scope"]).split(" ").includes("profile"), redirectUri: String(params["redirect_uri"]),
  }));
}

async function agree(request: FastifyRequest, reply: FastifyReply, deps: InteractionDeps, { prompt }: Interaction): Promise<FastifyReply> {
  const given = answer.safeParse(request.body);
  const agreed = given.success && given.data.answer === "yes" && prompt.name === "consent";
  return finish(request, reply, deps, agreed ? { consent: {} } : { ...declined });
}

/** Hands what came of it to the provider, and the browser back to the request that waits. */
async function finish(request: FastifyRequest, reply: FastifyReply, { provider }: InteractionDeps, result: InteractionResults): Promise<FastifyReply> {
  const onward = await provider.interactionResult(request.raw, reply.raw, result);
  return reply.header("cache-control", "no-store").redirect(onward, 303);
}
