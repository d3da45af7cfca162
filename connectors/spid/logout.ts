import type { Element } from "@xmldom/xmldom";
import { messageId } from "./authn-request.ts";
import { decodePost, decodeRedirect } from "./encoding.ts";
import { markup, type Markup } from "./markup.ts";
import { dispatch, type Outbound } from "./outbound.ts";
import type { IdentityProvider } from "./providers.ts";
import { ensure } from "./refusal.ts";
import { format, ns, readInstant, status, type Binding } from "./saml.ts";
import type { ServiceProviderSettings } from "./settings.ts";
import { verifyEnveloped, verifyQuery } from "./signature.ts";
import { attributeOf, everyBelow, onlyChild, parseXml, textOf } from "./xml.ts";

/** A session at the provider that our side wants ended: what the accepted login said of it. */
export interface LogoutStart {
  readonly idp: string;
  readonly nameId: { readonly value: string; readonly nameQualifier: string };
  readonly sessionIndex: string;
  readonly relayState: string;
  readonly now: Date;
}

/** An answer to a provider's logout request. `PARTIAL` when some session could not be closed. */
export interface LogoutAnswer {
  readonly idp: string;
  readonly inResponseTo: string;
  readonly outcome: "COMPLETE" | "PARTIAL";
  readonly relayState: string;
  readonly now: Date;
}

export interface LogoutMessage {
  readonly messageId: string;
  /** The message as it was sent; empty where the scheme has no SAML logout. */
  readonly xml: string;
  readonly outbound: Outbound;
}

/** A logout message as the browser brought it: the form field, or the query as it stands in the address, undecoded. */
export type InboundLogout =
  | { readonly binding: "POST"; readonly kind: "SAMLRequest" | "SAMLResponse"; readonly message: string; readonly relayState: string }
  | { readonly binding: "REDIRECT"; readonly query: string };

/** What a verified logout message says. `STARTED` asks us to close the session and to answer; `ENDED` answers us. */
export type AcceptedLogout =
  | { readonly kind: "STARTED"; readonly idp: string; readonly messageId: string; readonly nameId: string; readonly sessionIndexes: readonly string[]; readonly relayState: string }
  | { readonly kind: "ENDED"; readonly idp: string; readonly inResponseTo: string; readonly outcome: "COMPLETE" | "PARTIAL"; readonly relayState: string };

/** The binding that a provider offers for logout: POST where it does. */
function preferred(provider: IdentityProvider): Binding {
  const found = (["POST", "REDIRECT"] as const).find(key => provider.slo[key]);
  if (!found) throw new RangeError("the provider has no logout service");
  return found;
}

const issuer = (entityId: string): Markup => markup`<saml:Issuer Format="${format.entity}" NameQualifier="${entityId}">${entityId}</saml:Issuer>`;

/**
 * A signed LogoutRequest to the provider of a session (SPID technical rules, "Single Logout"). Where the scheme has no SAML
 * logout (CIE), the address of the provider's own logout page. Throws a RangeError when the provider offers no logout.
 */
export function logoutRequest(session: LogoutStart, provider: IdentityProvider, settings: ServiceProviderSettings): LogoutMessage {
  const by = preferred(provider);
  const destination = provider.slo[by]!.request;
  const id = messageId();
  if (settings.profile.logout === "PAGE") {
    return { messageId: id, xml: "", outbound: { binding: "REDIRECT", location: provider.slo.REDIRECT?.request ?? destination } };
  }
  const { value, nameQualifier } = session.nameId;
  const request = markup`
    <samlp:LogoutRequest xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" ID="${id}" Version="2.0" IssueInstant="${session.now.toISOString()}" Destination="${destination}">
      ${issuer(settings.entityId)}
      <saml:NameID Format="${format.transient}" NameQualifier="${nameQualifier}">${value}</saml:NameID>
      <samlp:SessionIndex>${session.sessionIndex}</samlp:SessionIndex>
    </samlp:LogoutRequest>`;
  return { messageId: id, ...dispatch({ kind: "SAMLRequest", xml: request.markup, destination, relayState: session.relayState }, by, settings.credentials[0]) };
}

/** A signed LogoutResponse to a provider's LogoutRequest: due even when the session had already ended. */
export function logoutResponse(answer: LogoutAnswer, provider: IdentityProvider, settings: ServiceProviderSettings): LogoutMessage {
  const by = preferred(provider);
  const destination = provider.slo[by]!.response;
  const id = messageId();
  const code = answer.outcome === "COMPLETE"
    ? markup`<samlp:StatusCode Value="${status.success}"/>`
    : markup`<samlp:StatusCode Value="${status.requester}"><samlp:StatusCode Value="${status.partialLogout}"/></samlp:StatusCode>`;
  const response = markup`
    <samlp:LogoutResponse xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" ID="${id}" Version="2.0" IssueInstant="${answer.now.toISOString()}" Destination="${destination}" InResponseTo="${answer.inResponseTo}">
      ${issuer(settings.entityId)}
      <samlp:Status>${code}</samlp:Status>
    </samlp:LogoutResponse>`;
  return { messageId: id, ...dispatch({ kind: "SAMLResponse", xml: response.markup, destination, relayState: answer.relayState }, by, settings.credentials[0]) };
}

const maxAgeMs = 300_000;

/** The message after its signature was checked, read from what was signed. */
function verified(inbound: InboundLogout, providers: readonly IdentityProvider[]): { root: Element; provider: IdentityProvider; relayState: string } {
  const query = inbound.binding === "REDIRECT" ? new URLSearchParams(inbound.query) : undefined;
  const name = query ? (query.has("SAMLRequest") ? "SAMLRequest" : "SAMLResponse") : (inbound as { kind: string }).kind;
  const xml = inbound.binding === "POST" ? decodePost(inbound.message) : decodeRedirect(query!.get(name) ?? "");
  const root = parseXml(xml);
  const from = onlyChild(root, ns.saml, "Issuer");
  const provider = providers.find(({ entityId }) => from && textOf(from) === entityId);
  ensure(provider, "provider.unknown");
  if (inbound.binding === "REDIRECT") {
    ensure(verifyQuery(inbound.query, name, provider.keys), "logout.signature");
    return { root, provider, relayState: query!.get("RelayState") ?? "" };
  }
  ensure(everyBelow(root, "Signature").length === 1, "logout.signature");
  const signed = verifyEnveloped(xml, root, provider.keys);
  ensure(signed !== undefined, "logout.signature");
  return { root: parseXml(signed), provider, relayState: inbound.relayState };
}

/**
 * Checks a logout message of a provider, either kind: signature by its trusted keys, addressed to us, made less than five
 * minutes ago. Throws a SpidRefusal that names the first check that does not hold. Whether `inResponseTo` is one that we sent
 * is for the caller to look up.
 */
export function readLogout(inbound: InboundLogout, providers: readonly IdentityProvider[], settings: ServiceProviderSettings, now: Date): AcceptedLogout {
  const { root, provider, relayState } = verified(inbound, providers);
  const isRequest = root.localName === "LogoutRequest";
  ensure(root.namespaceURI === ns.samlp && (isRequest || root.localName === "LogoutResponse"), "document.root");
  const idp = provider.entityId;
  const from = onlyChild(root, ns.saml, "Issuer");
  ensure(from && textOf(from) === idp, "logout.issuer");
  const id = attributeOf(root, "ID");
  ensure(id, "logout.id");
  ensure(root.getAttribute("Version") === "2.0", "logout.version");
  const issued = readInstant(root.getAttribute("IssueInstant") ?? "");
  ensure(issued && Math.abs(now.getTime() - issued.getTime()) < maxAgeMs && issued.getTime() <= now.getTime() + settings.clockSkewMs, "logout.issue-instant");
  ensure(root.getAttribute("Destination") === settings.logoutUrl, "logout.destination");
  return isRequest ? { kind: "STARTED", idp, messageId: id, relayState, ...session(root, now, settings) } : { kind: "ENDED", idp, relayState, ...outcome(root) };
}

function session(root: Element, now: Date, settings: ServiceProviderSettings): { nameId: string; sessionIndexes: string[] } {
  if (root.hasAttribute("NotOnOrAfter")) {
    const until = readInstant(root.getAttribute("NotOnOrAfter") ?? "");
    ensure(until && now.getTime() < until.getTime() + settings.clockSkewMs, "logout.expired");
  }
  const name = onlyChild(root, ns.saml, "NameID");
  const nameId = name ? textOf(name) : "";
  ensure(nameId, "logout.name-id");
  return { nameId, sessionIndexes: everyBelow(root, "SessionIndex").map(textOf).filter(Boolean) };
}

function outcome(root: Element): { inResponseTo: string; outcome: "COMPLETE" | "PARTIAL" } {
  const inResponseTo = attributeOf(root, "InResponseTo");
  ensure(inResponseTo, "logout.id");
  const element = onlyChild(root, ns.samlp, "Status");
  const code = element && onlyChild(element, ns.samlp, "StatusCode");
  ensure(code && attributeOf(code, "Value"), "logout.status");
  return { inResponseTo, outcome: attributeOf(code, "Value") === status.success ? "COMPLETE" : "PARTIAL" };
}
