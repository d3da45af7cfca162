import type { EntityManager } from "@mikro-orm/postgresql";
import { SpidRefusal, type AcceptedLogin, type Level, type SamlCheck, type ServiceProvider, type SpidFailure } from "../../connectors/spid/index.ts";
import type { LoginRequest } from "../../entities/login-request.ts";
import type { Vault } from "../../kernel/vault.ts";
import { openSession, type Browser, type OpenedSession } from "./open-session.ts";
import { recordTransaction } from "./register.ts";
import { takeRequest, type LoginAnswer, type Unasked } from "./take-request.ts";

export interface LoginDeps {
  readonly em: EntityManager;
  readonly provider: ServiceProvider;
  readonly vault: Vault;
  readonly sessionHours: number;
}

/** What the person had set out to do, so that they can be sent back there or try again. */
export interface BegunLogin {
  readonly level: Level;
  readonly attributeSet: number;
  readonly staff: boolean;
  readonly returnTo: string;
}

/**
 * Why nobody was let in: the answer belongs to no sign-in under way, it did not pass a check, the provider itself says that
 * the sign-in did not succeed (in the words of {@link SpidFailure}), or the person is not staff.
 */
export type LoginRefusal = Unasked | "NOT_ACCEPTED" | "NOT_STAFF" | SpidFailure;

/** How a sign-in ended. `check` is the name of the one that was not passed, for the log. */
export type LoginOutcome =
  | ({ readonly kind: "OPENED"; readonly returnTo: string } & OpenedSession)
  | { readonly kind: "REFUSED"; readonly reason: LoginRefusal; readonly check?: SamlCheck; readonly begun: BegunLogin | null };

/** Reads an identity provider's answer, enters it into the register, and opens the session when everything about it is right. */
export async function completeLogin({ em, provider, vault, sessionHours }: LoginDeps, answer: LoginAnswer, browser: Browser, now: Date): Promise<LoginOutcome> {
  const { refused, request, ...unread } = await takeRequest(em, provider, answer, now);
  if (refused) return { kind: "REFUSED", reason: refused, ...unread, begun: request && begunOf(request) };
  const begun = begunOf(request);
  const { samlResponse } = answer;
  const login = accepted(provider, request, samlResponse, now);
  if (login instanceof SpidRefusal) {
    const { check, failure } = login;
    recordTransaction(em, vault, request, { samlResponse, outcome: failure ?? check }, now);
    await em.flush();
    return { kind: "REFUSED", reason: failure ?? "NOT_ACCEPTED", check, begun };
  }
  return em.transactional(async inner => {
    const opened = await openSession(inner, request, login, browser, sessionHours, now);
    recordTransaction(inner, vault, request, { samlResponse, login, outcome: opened ? "OPENED" : "NOT_STAFF" }, now);
    return opened ? { kind: "OPENED", returnTo: request.returnTo, ...opened } : { kind: "REFUSED", reason: "NOT_STAFF", begun };
  });
}

function accepted(provider: ServiceProvider, request: LoginRequest, samlResponse: string, now: Date): AcceptedLogin | SpidRefusal {
  const { requestId, issuedAt: issueInstant, provider: idp, attributeSet } = request;
  try {
    return provider.accept(samlResponse, { requestId, issueInstant, idp, level: request.level as Level, attributeSet }, now);
  } catch (error) {
    if (error instanceof SpidRefusal) return error;
    throw error;
  }
}

const begunOf = ({ level, attributeSet, staff, returnTo }: LoginRequest): BegunLogin => ({ level: level as Level, attributeSet, staff, returnTo });
