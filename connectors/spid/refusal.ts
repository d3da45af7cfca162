import { HubError } from "../../kernel/errors.ts";
import type { SpidFailure } from "./failure.ts";

/**
 * The checks that a message of an identity provider must pass, by stable name, and what each asks: what the log, the metrics
 * and the table of response cases speak of. In the order in which a response meets them.
 */
export const samlChecks = {
  // The envelope, before any XML is parsed.
  "message.size": "at most 131,072 characters",
  "message.base64": "base64",
  "message.deflate": "deflated as the Redirect binding says",
  "message.utf8": "UTF-8",
  "xml.markup": "no document type, entity, CDATA or processing instruction",
  "xml.depth": "at most 24 levels of elements",
  "xml.elements": "at most 1,500 elements",
  "xml.well-formed": "well-formed XML 1.0",
  // The document as a whole.
  "document.root": "a Response, and no other within",
  "document.ids": "every ID once",
  "document.assertion": "at most one Assertion, directly in the Response",
  "document.encrypted": "nothing encrypted",
  "document.signatures": "a Signature only directly in the Response or the Assertion, one each",
  "document.comment": "no comment within a value",
  // Who it comes from, and the signatures.
  "response.id": "the Response has an ID",
  "response.signature": "the Response's signature, where there is one, is right: plain, over the whole, by a key of the trusted metadata",
  "response.issuer": "the Response's Issuer is the provider that was asked",
  "response.issuer-format": "the Format of the Response's Issuer is absent or entity",
  "response.version": "the Response's Version is 2.0",
  "response.issue-instant": "the Response's IssueInstant is written in UTC",
  "response.too-early": "the Response is not older than the request",
  "response.too-late": "the Response is not of the future",
  "response.in-response-to": "the Response answers the request",
  "response.destination": "the Response's Destination is our assertion consumer",
  "status.missing": "one Status, with something in it",
  "status.code": "one StatusCode that SAML knows",
  "status.failure": "the provider let the person in",
  "response.assertion": "with Success there is an Assertion",
  "assertion.id": "the Assertion has an ID",
  "assertion.unsigned": "the Assertion is signed, once",
  "assertion.signature": "the Assertion's signature is right: plain, over the whole, by a key of the trusted metadata",
  // The assertion, read from the signed bytes.
  "assertion.version": "the Assertion's Version is 2.0",
  "assertion.issue-instant": "the Assertion's IssueInstant is written in UTC",
  "assertion.too-early": "the Assertion is not older than the request",
  "assertion.too-late": "the Assertion is not of the future",
  "assertion.issuer": "the Assertion's Issuer is the provider that was asked",
  "assertion.issuer-format": "the Format of the Assertion's Issuer is entity (CIE: or absent)",
  "subject.missing": "one Subject, with something in it",
  "subject.name-id": "one NameID that is not empty",
  "subject.name-id-format": "the NameID's Format is transient",
  "subject.name-qualifier": "the NameID has a NameQualifier",
  "confirmation.missing": "one SubjectConfirmation",
  "confirmation.method": "its Method is bearer",
  "confirmation.data": "one SubjectConfirmationData",
  "confirmation.recipient": "its Recipient is our assertion consumer",
  "confirmation.in-response-to": "it answers the request",
  "confirmation.not-on-or-after": "its NotOnOrAfter is written in UTC",
  "confirmation.expired": "its NotOnOrAfter is to come",
  "conditions.missing": "one Conditions",
  "conditions.unknown": "no condition that SAML does not know",
  "conditions.not-before": "its NotBefore is written in UTC",
  "conditions.too-early": "its NotBefore has come",
  "conditions.not-on-or-after": "its NotOnOrAfter is written in UTC",
  "conditions.expired": "its NotOnOrAfter is to come",
  "audience.missing": "one AudienceRestriction with an Audience",
  "audience.other": "we are among the Audience",
  "authn.statement": "one AuthnStatement, with something in it",
  "authn.context": "one AuthnContext",
  "authn.class": "one AuthnContextClassRef that names a level of SPID",
  "authn.level": "the level is the one asked for or higher",
  "attributes.missing": "one AttributeStatement with an Attribute",
  "attributes.duplicate": "every Attribute once",
  "attributes.value": "each Attribute has a name and one value that is not empty",
  "attributes.required": "the attributes that the sign-in needs are there",
  "attributes.fiscal-number": "the fiscalNumber is a country's prefix and a code",
  "attributes.date-of-birth": "the dateOfBirth is a day of the calendar",
  // Logout.
  "provider.unknown": "the provider is trusted",
  "logout.signature": "the logout message is signed by a key of the trusted metadata, RSA with SHA-256 or SHA-512",
  "logout.id": "it has an ID",
  "logout.version": "its Version is 2.0",
  "logout.issue-instant": "its IssueInstant is written in UTC, and recent",
  "logout.destination": "its Destination is our logout service",
  "logout.issuer": "its Issuer is the provider that signed it",
  "logout.name-id": "it names somebody",
  "logout.expired": "its NotOnOrAfter, where there is one, is to come",
  "logout.status": "the answer has a Status",
} as const;

export type SamlCheck = keyof typeof samlChecks;

/**
 * A message of an identity provider was not accepted.
 *
 * `check` names the first check that did not hold and is safe to log. `failure` is set when the provider itself reports that
 * the login did not succeed (`check` is then `status.failure`): what people are shown is chosen by it.
 */
export class SpidRefusal extends HubError<"SPID_REFUSED"> {
  constructor(
    readonly check: SamlCheck,
    readonly failure?: SpidFailure,
  ) {
    super("SPID_REFUSED", "The identity provider's message was not accepted.", { details: { check, ...(failure && { failure }) } });
  }
}

/** Goes on when `held`, otherwise refuses the message, naming the check. */
export function ensure(held: unknown, check: SamlCheck): asserts held {
  if (!held) throw new SpidRefusal(check);
}
