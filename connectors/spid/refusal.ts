import { HubError } from "../../kernel/errors.ts";
import type { SpidFailure } from "./failure.ts";

/**
 * The checks that a message of an identity provider must pass, by stable name: what the log, the metrics and the table of
 * response cases speak of. In the order in which a response meets them.
 */
export const samlChecks = [
  // The envelope, before any XML is parsed.
  "message.size", "message.base64", "message.deflate", "message.utf8", "xml.markup", "xml.depth", "xml.elements", "xml.well-formed",
  // The document as a whole.
  "document.root", "document.ids", "document.assertion", "document.encrypted", "document.signatures", "document.comment",
  // Who it comes from, and the signatures.
  "response.issuer", "response.issuer-format", "response.id", "response.signature",
  "assertion.id", "assertion.unsigned", "assertion.signature",
  "response.version", "response.issue-instant", "response.too-early", "response.too-late", "response.in-response-to", "response.destination",
  "status.missing", "status.code", "status.failure", "response.assertion",
  // The assertion, read from the signed bytes.
  "assertion.version", "assertion.issue-instant", "assertion.too-early", "assertion.too-late", "assertion.issuer", "assertion.issuer-format",
  "subject.missing", "subject.name-id", "subject.name-id-format", "subject.name-qualifier",
  "confirmation.missing", "confirmation.method", "confirmation.data", "confirmation.recipient", "confirmation.in-response-to", "confirmation.not-on-or-after", "confirmation.expired",
  "conditions.missing", "conditions.unknown", "conditions.not-before", "conditions.not-on-or-after", "conditions.too-early", "conditions.expired", "audience.missing", "audience.other",
  "authn.statement", "authn.context", "authn.class", "authn.level",
  "attributes.missing", "attributes.value", "attributes.duplicate", "attributes.required", "attributes.fiscal-number", "attributes.date-of-birth",
  // Logout.
  "provider.unknown", "logout.signature", "logout.algorithm", "logout.id", "logout.version", "logout.issue-instant", "logout.destination", "logout.issuer", "logout.name-id", "logout.expired", "logout.status",
] as const;

export type SamlCheck = (typeof samlChecks)[number];

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
