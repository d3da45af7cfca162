import type { EntityManager } from "@mikro-orm/postgresql";
import type { InboundLogout, Outbound, ServiceProvider } from "../../connectors/spid/index.ts";
import { Session } from "../../entities/session.ts";

/**
 * What a provider's logout message led to. `ANSWER`: it asked, the sessions are closed, and this is the answer to send.
 * `ENDED`: it answers what we asked. `UNASKED`: it answers something that we did not ask, or was answered before.
 */
export type ReceivedLogout =
  | { readonly kind: "ANSWER"; readonly outbound: Outbound }
  | { readonly kind: "ENDED"; readonly complete: boolean; readonly returnTo: string | null }
  | { readonly kind: "UNASKED" };

/** Receives a logout message of a provider, request or answer. Throws a SpidRefusal when a check of the message does not hold. */
export async function receiveLogout(em: EntityManager, provider: ServiceProvider, administration: string, inbound: InboundLogout, now: Date): Promise<ReceivedLogout> {
  const message = provider.acceptLogout(inbound, now);
  if (message.kind === "STARTED") {
    const { idp, nameId, sessionIndexes, messageId: inResponseTo, relayState } = message;
    const named = sessionIndexes.length > 0 ? { sessionIndex: { $in: sessionIndexes } } : {};
    // An answer is due also when nothing was open any more: what was asked for is then true already.
    await em.nativeUpdate(Session, { administration, provider: idp, nameId, ...named, endedAt: null }, { endedAt: now });
    return { kind: "ANSWER", outbound: provider.logoutResponse({ idp, inResponseTo, outcome: "COMPLETE", relayState, now }).outbound };
  }
  const session = await em.findOne(Session, { administration, logoutRequestId: message.inResponseTo, provider: message.idp });
  if (!session) return { kind: "UNASKED" };
  const returnTo = session.logoutReturnTo ?? null;
  Object.assign(session, { logoutRequestId: null, logoutReturnTo: null });
  await em.flush();
  return { kind: "ENDED", complete: message.outcome === "COMPLETE", returnTo };
}
