import type { EntityManager } from "@mikro-orm/postgresql";
import { SpidRefusal, type LogoutMessage, type Outbound, type ServiceProvider } from "../../connectors/spid/index.ts";
import { Session } from "../../entities/session.ts";
import { newSecret } from "../../kernel/ids.ts";
import { hashOfSecret } from "./secret.ts";

/**
 * How a session ended here, and what is left to do at its provider: nothing; to send it a message; to visit its page; or it
 * stays open there, because it cannot be told.
 */
export type SignedOut =
  | { readonly kind: "NO_SESSION" | "DONE" | "OPEN_AT_PROVIDER" }
  | { readonly kind: "TELL_PROVIDER"; readonly outbound: Outbound }
  | { readonly kind: "VISIT_PROVIDER"; readonly location: string };

/** Ends the session of a cookie. Where the provider holds one too, starts the single logout, to come back to `returnTo`. */
export async function signOut(em: EntityManager, providers: Readonly<Record<string, ServiceProvider>>, { secret, returnTo }: { secret: string; returnTo: string | null }, now: Date): Promise<SignedOut> {
  const session = await em.findOne(Session, { secretHash: hashOfSecret(secret), endedAt: null });
  if (!session) return { kind: "NO_SESSION" };
  session.endedAt = now;
  const message = session.sessionIndex ? logoutMessage(providers[session.scheme]!, session, session.sessionIndex, now) : null;
  if (message?.xml) Object.assign(session, { logoutRequestId: message.messageId, logoutReturnTo: returnTo });
  await em.flush();
  if (!message) return { kind: session.sessionIndex ? "OPEN_AT_PROVIDER" : "DONE" };
  const { outbound, xml } = message;
  return !xml && outbound.binding === "REDIRECT" ? { kind: "VISIT_PROVIDER", location: outbound.location } : { kind: "TELL_PROVIDER", outbound };
}

/** The message that asks the provider to end its session; null when it is not trusted any more, or takes none. */
function logoutMessage(provider: ServiceProvider, session: Session, sessionIndex: string, now: Date): LogoutMessage | null {
  const nameId = { value: session.nameId, nameQualifier: session.nameQualifier };
  try {
    return provider.logoutRequest({ idp: session.provider, nameId, sessionIndex, relayState: newSecret(), now });
  } catch (error) {
    if (error instanceof SpidRefusal || error instanceof RangeError) return null;
    throw error;
  }
}
