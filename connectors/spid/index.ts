import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { PendingLogin } from "./assertion.ts";
import { authnRequest, type AuthnRequestMessage, type LoginStart } from "./authn-request.ts";
import { logoutRequest, logoutResponse, readLogout, type AcceptedLogout, type InboundLogout, type LogoutAnswer, type LogoutMessage, type LogoutStart } from "./logout.ts";
import { signedMetadata } from "./metadata.ts";
import { trustedProviders, type IdentityProvider } from "./providers.ts";
import { SpidRefusal } from "./refusal.ts";
import { peekResponse, readResponse, type AcceptedLogin, type Peeked } from "./response.ts";
import type { ServiceProviderSettings } from "./settings.ts";

export type { PendingLogin } from "./assertion.ts";
export type { AuthnRequestMessage, LoginStart } from "./authn-request.ts";
export { failureText, spidFailures, type SpidFailure } from "./failure.ts";
export type { AcceptedLogout, InboundLogout, LogoutAnswer, LogoutMessage, LogoutStart } from "./logout.ts";
export type { Outbound } from "./outbound.ts";
export { cieProfile, spidProfile, type Profile } from "./profile.ts";
export type { IdentityProvider } from "./providers.ts";
export { SpidRefusal, type SamlCheck } from "./refusal.ts";
export type { AcceptedLogin } from "./response.ts";
export type { Binding, Level } from "./saml.ts";
export type { ServiceProviderSettings } from "./settings.ts";
export type { Credential } from "./signature.ts";

/**
 * A service provider of SPID or of CIE id for one administration: it writes messages and reads them. It has no routes, no
 * sessions and no storage; whoever uses it keeps each {@link PendingLogin} bound to the browser and lets it be used once.
 */
export interface ServiceProvider {
  /** The signed metadata document, as it is to be published. */
  metadata(): string;
  /** The providers trusted now, in the order of their files. */
  providers(): readonly IdentityProvider[];
  /** Starts a login. Throws a SpidRefusal (`provider.unknown`) for a provider that is not trusted, a RangeError for what the metadata do not offer. */
  start(login: LoginStart): AuthnRequestMessage;
  /** Which pending request a response claims to answer. Capped and safe on any input, but unverified. */
  peek(samlResponse: string): Peeked;
  /** Checks a response against the pending login and reads it. Throws a SpidRefusal that names the check. */
  accept(samlResponse: string, pending: PendingLogin, now: Date): AcceptedLogin;
  /** Starts a logout at the provider of a session that has a session index there. */
  logoutRequest(session: LogoutStart): LogoutMessage;
  /** Checks and reads a logout message, request or response. Throws a SpidRefusal that names the check. */
  acceptLogout(inbound: InboundLogout, now: Date): AcceptedLogout;
  /** Answers a provider's logout request. */
  logoutResponse(answer: LogoutAnswer): LogoutMessage;
}

/** Opens the service provider that the settings describe. Throws when its own key or certificate is not usable. */
export function openServiceProvider(settings: ServiceProviderSettings, deps: { readonly log: Log; readonly clock: Clock }): ServiceProvider {
  const providers = trustedProviders(settings.idpMetadata, deps);
  const metadata = signedMetadata(settings);
  const trusted = (idp: string): IdentityProvider => {
    const provider = providers().find(({ entityId }) => entityId === idp);
    if (!provider) throw new SpidRefusal("provider.unknown");
    return provider;
  };
  return {
    metadata: () => metadata,
    providers,
    start: login => authnRequest(login, trusted(login.idp), settings),
    peek: peekResponse,
    accept: (samlResponse, pending, now) => readResponse(samlResponse, trusted(pending.idp), { settings, pending, now }),
    logoutRequest: session => logoutRequest(session, trusted(session.idp), settings),
    acceptLogout: (inbound, now) => readLogout(inbound, providers(), settings, now),
    logoutResponse: answer => logoutResponse(answer, trusted(answer.idp), settings),
  };
}
