import { randomUUID } from "node:crypto";
import { markup } from "./markup.ts";
import { dispatch, type Outbound } from "./outbound.ts";
import { attributeSetOf } from "./profile.ts";
import type { IdentityProvider } from "./providers.ts";
import { classOfLevel, format, ns, type Binding, type Level } from "./saml.ts";
import type { ServiceProviderSettings } from "./settings.ts";

/** A login to start. */
export interface LoginStart {
  /** Entity ID of the identity provider chosen. */
  readonly idp: string;
  /** The least level of assurance that will do. */
  readonly level: Level;
  /** Index of the attribute set: 0 minimal, 1 full, 99 and 100 for eIDAS (SPID); 0 (CIE). */
  readonly attributeSet: number;
  readonly binding: Binding;
  /** An opaque handle of at most 80 bytes: it must say nothing about where the person is going. */
  readonly relayState: string;
  readonly now: Date;
}

export interface AuthnRequestMessage {
  /** What the response must answer to: keep it with the browser's session until it is used once. */
  readonly requestId: string;
  readonly issueInstant: Date;
  readonly destination: string;
  /** The request as it was sent, for the register of transactions. */
  readonly xml: string;
  readonly outbound: Outbound;
}

/** An identifier of a message: an NCName that nobody can guess. */
export const messageId = (): string => `_${randomUUID()}`;

/**
 * Builds and signs an AuthnRequest (SPID technical rules, "AuthnRequest"; CIE manual, "Richiesta di autenticazione").
 * Throws a RangeError for an attribute set that is not published, a binding that the provider does not offer or a RelayState
 * that is too long.
 */
export function authnRequest(login: LoginStart, provider: IdentityProvider, settings: ServiceProviderSettings): AuthnRequestMessage {
  const { profile, entityId } = settings;
  const destination = provider.sso[login.binding];
  if (!destination) throw new RangeError(`the provider has no single sign-on service by ${login.binding}`);
  const set = attributeSetOf(profile, login.attributeSet);
  const requestId = messageId();
  const forceAuthn = profile.alwaysForceAuthn || login.level > 1 ? { markup: ' ForceAuthn="true"' } : null;
  const request = markup`
    <samlp:AuthnRequest xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" ID="${requestId}" Version="2.0" IssueInstant="${login.now.toISOString()}" Destination="${destination}"${forceAuthn} AssertionConsumerServiceIndex="0" AttributeConsumingServiceIndex="${set.index}">
      <saml:Issuer Format="${format.entity}" NameQualifier="${entityId}">${entityId}</saml:Issuer>
      <samlp:NameIDPolicy Format="${format.transient}"/>
      <samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>${classOfLevel(login.level)}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>
    </samlp:AuthnRequest>`;
  const sent = dispatch({ kind: "SAMLRequest", xml: request.markup, destination, relayState: login.relayState }, login.binding, settings.credentials[0]);
  return { requestId, issueInstant: login.now, destination, ...sent };
}
