import type { EntityManager } from "@mikro-orm/postgresql";
import type { SamlCheck, ServiceProvider } from "../../connectors/spid/index.ts";
import { LoginRequest } from "../../entities/login-request.ts";
import { isHashOf } from "./secret.ts";

/** What a browser brings back from an identity provider. */
export interface LoginAnswer {
  readonly administrationId: string;
  readonly scheme: "spid" | "cie";
  readonly samlResponse: string;
  readonly relayState: string;
  readonly browserSecret: string | undefined;
}

/**
 * Why an answer belongs to no sign-in under way: nobody asked for it, another browser did (or this one keeps no cookies), too
 * long ago, or it was answered before.
 */
export type Unasked = "UNASKED" | "OTHER_BROWSER" | "EXPIRED" | "ALREADY_USED";

/** The sign-in that an answer finishes; or why it finishes none, with what it was where this browser may know, or the check for which the answer could not even be read. */
export type Taken = { readonly refused: null; readonly request: LoginRequest } | { readonly refused: Unasked; readonly request: LoginRequest | null; readonly check?: SamlCheck };

/**
 * Takes the sign-in that an answer claims to finish out of the store: whoever takes it is the only one, on whichever
 * instance, and whatever the answer then turns out to be. A request that is not there any more is refused like one that
 * never was, so that an answer can be no use later than its request is kept.
 */
export async function takeRequest(em: EntityManager, provider: ServiceProvider, answer: LoginAnswer, now: Date): Promise<Taken> {
  const { inResponseTo, ...unread } = provider.peek(answer.samlResponse);
  const request = inResponseTo ? await em.findOne(LoginRequest, { requestId: inResponseTo, administration: answer.administrationId, scheme: answer.scheme }) : null;
  if (!request) return { refused: "UNASKED", request, ...unread };
  const own = isHashOf(request.browserHash, answer.browserSecret ?? "") && isHashOf(request.relayHash, answer.relayState);
  if (!own) return { refused: "OTHER_BROWSER", request: null };
  if (request.expiresAt <= now) return { refused: "EXPIRED", request };
  const taken = await em.nativeUpdate(LoginRequest, { id: request.id, consumedAt: null }, { consumedAt: now });
  return { refused: taken === 1 ? null : "ALREADY_USED", request };
}
