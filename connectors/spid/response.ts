import type { Element } from "@xmldom/xmldom";
import { checkIssueInstant, readAssertion, type AssertionContent, type Context } from "./assertion.ts";
import { decodePost } from "./encoding.ts";
import { readFailure } from "./failure.ts";
import type { IdentityProvider } from "./providers.ts";
import { ensure, SpidRefusal, type SamlCheck } from "./refusal.ts";
import { format, ns, status } from "./saml.ts";
import { verifyEnveloped } from "./signature.ts";
import { attributeOf, childrenOf, everyBelow, onlyChild, parseXml, textOf } from "./xml.ts";

/** A login that succeeded: what it says, and what the register of transactions wants to keep. */
export interface AcceptedLogin extends AssertionContent {
  readonly idp: string;
  readonly responseId: string;
  readonly responseIssueInstant: Date;
  /** The response as it came, decoded. */
  readonly xml: string;
}

/** Every attribute that some reader might take for an identifier, whatever its namespace and case. */
function idsOf(root: Element): string[] {
  const elements = [root, ...everyBelow(root, "*")];
  return elements.flatMap(element => Array.from(element.attributes).filter(({ localName, name }) => (localName ?? name).toLowerCase() === "id").map(({ value }) => value));
}

/**
 * What must hold of the document as a whole, so that nobody can hide a second message in it: one Response, at most one
 * Assertion and that directly in it, nothing encrypted, each Signature where it belongs, every ID once.
 * Returns the Assertion, or undefined when there is none.
 */
function checkStructure(root: Element): Element | undefined {
  ensure(root.localName === "Response" && root.namespaceURI === ns.samlp && everyBelow(root, "Response").length === 0, "document.root");
  const ids = idsOf(root);
  ensure(new Set(ids).size === ids.length, "document.ids");
  for (const name of ["EncryptedAssertion", "EncryptedID", "EncryptedAttribute", "EncryptedData"]) ensure(everyBelow(root, name).length === 0, "document.encrypted");
  const assertions = everyBelow(root, "Assertion");
  const own = childrenOf(root, ns.saml, "Assertion");
  ensure(assertions.length === own.length && own.length <= 1, "document.assertion");
  const places = [root, ...own].flatMap(element => childrenOf(element, ns.ds, "Signature").slice(0, 1));
  ensure(everyBelow(root, "Signature").length === places.length, "document.signatures");
  return own[0];
}

/** The Response itself, from the signed bytes when it is signed. The rules let a provider leave it unsigned. */
function verifiedResponse(xml: string, root: Element, provider: IdentityProvider): Element {
  ensure(attributeOf(root, "ID"), "response.id");
  if (childrenOf(root, ns.ds, "Signature").length === 0) return root;
  const signed = verifyEnveloped(xml, root, provider.keys);
  ensure(signed !== undefined, "response.signature");
  return parseXml(signed);
}

/** The Assertion from the bytes that the provider signed. */
function verifiedAssertion(xml: string, assertion: Element, provider: IdentityProvider): Element {
  ensure(attributeOf(assertion, "ID"), "assertion.id");
  ensure(childrenOf(assertion, ns.ds, "Signature").length === 1, "assertion.unsigned");
  const signed = verifyEnveloped(xml, assertion, provider.keys);
  ensure(signed !== undefined, "assertion.signature");
  const element = parseXml(signed);
  ensure(element.localName === "Assertion" && element.namespaceURI === ns.saml && element.getAttribute("ID") === assertion.getAttribute("ID"), "assertion.signature");
  return element;
}

function checkIssuer(response: Element, expected: string): void {
  const issuer = onlyChild(response, ns.saml, "Issuer");
  ensure(issuer && textOf(issuer) === expected, "response.issuer");
  const named = issuer.getAttribute("Format");
  ensure(named === null || named === format.entity, "response.issuer-format");
}

/** Goes on when the provider says that the login succeeded; otherwise the refusal says why it did not. */
function checkStatus(response: Element): void {
  const element = onlyChild(response, ns.samlp, "Status");
  ensure(element && childrenOf(element).length > 0, "status.missing");
  const code = onlyChild(element, ns.samlp, "StatusCode");
  const value = code ? attributeOf(code, "Value") : "";
  if (value === status.success) return;
  // Older documents of the rules spell it "statuss", and some providers followed them.
  const known: readonly string[] = [status.requester, status.responder, status.versionMismatch];
  ensure(known.includes(value.replace(":statuss:", ":status:")), "status.code");
  const message = onlyChild(element, ns.samlp, "StatusMessage");
  throw new SpidRefusal("status.failure", readFailure(message ? textOf(message) : ""));
}

/**
 * Checks a response against the login that it must answer, and reads it (SPID technical rules, "Response").
 * Throws a {@link SpidRefusal} that names the first check that does not hold.
 */
export function readResponse(samlResponse: string, provider: IdentityProvider, context: Context): AcceptedLogin {
  const { pending, settings } = context;
  const xml = decodePost(samlResponse);
  const root = parseXml(xml);
  const found = checkStructure(root);
  const response = verifiedResponse(xml, root, provider);
  checkIssuer(response, provider.entityId);
  ensure(response.getAttribute("Version") === "2.0", "response.version");
  const responseIssueInstant = checkIssueInstant(response, context, "response");
  ensure(response.getAttribute("InResponseTo") === pending.requestId, "response.in-response-to");
  ensure(response.getAttribute("Destination") === settings.assertionConsumerUrl, "response.destination");
  checkStatus(response);
  ensure(found, "response.assertion");
  const content = readAssertion(verifiedAssertion(xml, found, provider), context);
  return { ...content, idp: provider.entityId, responseId: response.getAttribute("ID")!, responseIssueInstant, xml };
}

/** What a response claims, before anything of it is verified: the request that it answers, or the check for which it cannot be read. */
export interface Peeked {
  readonly inResponseTo: string | null;
  readonly check?: SamlCheck;
}

/**
 * Which request a response claims to answer, so that the pending login can be looked up; null when it does not say or cannot
 * be read. Nothing is verified here: the claim is only good for looking up.
 */
export function peekResponse(samlResponse: string): Peeked {
  try {
    return { inResponseTo: parseXml(decodePost(samlResponse)).getAttribute("InResponseTo") || null };
  } catch (error) {
    if (error instanceof SpidRefusal) return { inResponseTo: null, check: error.check };
    throw error;
  }
}
