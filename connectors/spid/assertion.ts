import type { Element } from "@xmldom/xmldom";
import { readIdentity, type Identity } from "./identity.ts";
import { attributeSetOf } from "./profile.ts";
import { ensure, type SamlCheck } from "./refusal.ts";
import { format, levelOfClass, ns, readInstant, type Level } from "./saml.ts";
import type { ServiceProviderSettings } from "./settings.ts";
import { attributeOf, childrenOf, onlyChild, textOf } from "./xml.ts";

/** A login that was started and not finished: what its response is held against. */
export interface PendingLogin {
  readonly requestId: string;
  readonly issueInstant: Date;
  /** Entity ID of the provider that the person was sent to. */
  readonly idp: string;
  readonly level: Level;
  readonly attributeSet: number;
}

/** Everything a check looks at besides the document. */
export interface Context {
  readonly settings: ServiceProviderSettings;
  readonly pending: PendingLogin;
  readonly now: Date;
}

/** What an assertion says, once all of it has been checked. */
export interface AssertionContent {
  readonly identity: Identity;
  /** The level at which the person authenticated: the requested one or higher. */
  readonly level: Level;
  /** The session at the provider, to be named at logout; null when it opened none (levels 2 and 3). */
  readonly sessionIndex: string | null;
  /** The provider's name for the person in this session, with the domain it belongs to. */
  readonly nameId: { readonly value: string; readonly nameQualifier: string };
  readonly assertionId: string;
  readonly issueInstant: Date;
  /** Until when the request's ID must be remembered as used. */
  readonly notOnOrAfter: Date;
}

/** The IssueInstant of a message: written right, not before the request and not in the future, but for the skew. */
export function checkIssueInstant(element: Element, { pending, now, settings }: Context, of: "response" | "assertion"): Date {
  const instant = readInstant(element.getAttribute("IssueInstant") ?? "");
  ensure(instant, `${of}.issue-instant`);
  ensure(instant.getTime() >= pending.issueInstant.getTime() - settings.clockSkewMs, `${of}.too-early`);
  ensure(instant.getTime() <= now.getTime() + settings.clockSkewMs, `${of}.too-late`);
  return instant;
}

/** An instant that has not come yet: `now` may be later than it by less than the skew. */
function checkNotOnOrAfter(element: Element, { now, settings }: Context, malformed: SamlCheck, expired: SamlCheck): Date {
  const instant = readInstant(element.getAttribute("NotOnOrAfter") ?? "");
  ensure(instant, malformed);
  ensure(now.getTime() < instant.getTime() + settings.clockSkewMs, expired);
  return instant;
}

function checkIssuer(assertion: Element, { pending, settings }: Context): void {
  const issuer = onlyChild(assertion, ns.saml, "Issuer");
  ensure(issuer && textOf(issuer) === pending.idp, "assertion.issuer");
  const named = issuer.getAttribute("Format");
  ensure(named === format.entity || (named === null && !settings.profile.assertionIssuerFormatRequired), "assertion.issuer-format");
}

function checkSubject(assertion: Element, context: Context): Pick<AssertionContent, "nameId" | "notOnOrAfter"> {
  const subject = onlyChild(assertion, ns.saml, "Subject");
  ensure(subject && childrenOf(subject).length > 0, "subject.missing");
  const name = onlyChild(subject, ns.saml, "NameID");
  const nameId = { value: name ? textOf(name) : "", nameQualifier: name ? attributeOf(name, "NameQualifier") : "" };
  ensure(name && nameId.value, "subject.name-id");
  ensure(name.getAttribute("Format") === format.transient, "subject.name-id-format");
  ensure(nameId.nameQualifier, "subject.name-qualifier");
  const confirmation = onlyChild(subject, ns.saml, "SubjectConfirmation");
  ensure(confirmation, "confirmation.missing");
  ensure(confirmation.getAttribute("Method") === "urn:oasis:names:tc:SAML:2.0:cm:bearer", "confirmation.method");
  const data = onlyChild(confirmation, ns.saml, "SubjectConfirmationData");
  ensure(data, "confirmation.data");
  ensure(data.getAttribute("Recipient") === context.settings.assertionConsumerUrl, "confirmation.recipient");
  ensure(data.getAttribute("InResponseTo") === context.pending.requestId, "confirmation.in-response-to");
  return { nameId, notOnOrAfter: checkNotOnOrAfter(data, context, "confirmation.not-on-or-after", "confirmation.expired") };
}

function checkConditions(assertion: Element, context: Context): Date {
  const { settings, now } = context;
  const conditions = onlyChild(assertion, ns.saml, "Conditions");
  ensure(conditions, "conditions.missing");
  // SAML core 2.5.1.1: a condition that is not understood makes the assertion worthless.
  ensure(childrenOf(conditions).every(child => child.namespaceURI === ns.saml && ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"].includes(child.localName ?? "")), "conditions.unknown");
  const notBefore = readInstant(conditions.getAttribute("NotBefore") ?? "");
  ensure(notBefore, "conditions.not-before");
  ensure(notBefore.getTime() <= now.getTime() + settings.clockSkewMs, "conditions.too-early");
  const notOnOrAfter = checkNotOnOrAfter(conditions, context, "conditions.not-on-or-after", "conditions.expired");
  const restriction = onlyChild(conditions, ns.saml, "AudienceRestriction");
  const audiences = restriction ? childrenOf(restriction, ns.saml, "Audience").map(textOf) : [];
  ensure(audiences.some(Boolean), "audience.missing");
  ensure(audiences.includes(settings.entityId), "audience.other");
  return notOnOrAfter;
}

function checkAuthentication(assertion: Element, { pending }: Context): Pick<AssertionContent, "level" | "sessionIndex"> {
  const statement = onlyChild(assertion, ns.saml, "AuthnStatement");
  ensure(statement && childrenOf(statement).length > 0, "authn.statement");
  const authnContext = onlyChild(statement, ns.saml, "AuthnContext");
  ensure(authnContext, "authn.context");
  const reference = onlyChild(authnContext, ns.saml, "AuthnContextClassRef");
  const level = reference && levelOfClass(textOf(reference));
  ensure(level, "authn.class");
  ensure(level >= pending.level, "authn.level");
  return { level, sessionIndex: attributeOf(statement, "SessionIndex") || null };
}

/**
 * Checks all that an assertion says (SPID technical rules, "Assertion" and "Processamento della Response") and reads it.
 * The element must come from the bytes that were signed. Refuses at the first check that does not hold.
 */
export function readAssertion(assertion: Element, context: Context): AssertionContent {
  ensure(assertion.getAttribute("Version") === "2.0", "assertion.version");
  const issueInstant = checkIssueInstant(assertion, context, "assertion");
  checkIssuer(assertion, context);
  const { nameId, notOnOrAfter } = checkSubject(assertion, context);
  const until = checkConditions(assertion, context);
  const authentication = checkAuthentication(assertion, context);
  const { required } = attributeSetOf(context.settings.profile, context.pending.attributeSet);
  return {
    identity: readIdentity(assertion, required),
    ...authentication,
    nameId,
    assertionId: assertion.getAttribute("ID")!,
    issueInstant,
    notOnOrAfter: until > notOnOrAfter ? until : notOnOrAfter,
  };
}
