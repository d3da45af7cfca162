import { X509Certificate } from "node:crypto";
import type { XmlElement } from "libxml2-wasm";
import { contentSignedBy } from "./cms.ts";
import { demand, GateFault } from "./faults.ts";
import { attribute, elements, only, signedElements } from "./signature.ts";

/** Who stands behind a message that passed the gate. */
export interface Caller {
  /** ISTAT code of the municipality (`IdSede`). */
  readonly municipality: string;
  /** User of the person at the workstation. */
  readonly operator: string;
}

export interface Gate {
  readonly authority: X509Certificate;
  readonly now: Date;
  /** Whether the registry knows this user. */
  readonly isEnabled: (operator: string) => boolean;
  /** The certificate (DER) with which the connection was opened, where that was asked for. */
  readonly peer?: Buffer;
}

const skewMs = 60_000;
const lifetimeMs = 300_000;
const attributeNames = ["IdSede", "IdPostazione", "IdPostazioneFirmato", "IdApplicazione"] as const;

/**
 * The gate of the registry: `wsse:Security` with a timestamp of at most five minutes, the municipality's certificate,
 * an outer signature over exactly Timestamp and Body, and a signed SAML assertion that names the operator and proves
 * the workstation with a CMS. Throws a GateFault; what is missing altogether is "internal", what is wrong is "policy".
 */
export function passGate(message: XmlElement, gate: Gate): Caller {
  const security = elements(message, "/env:Envelope/env:Header/wsse:Security");
  const outer = elements(message, "/env:Envelope/env:Header/wsse:Security/ds:Signature");
  if (security.length === 0 || outer.length === 0) throw new GateFault("internal", "no wsse:Security or no outer signature");
  demand(security.length === 1 && outer.length === 1, "more than one wsse:Security or outer signature");
  demand(is(security[0]!, "@env:mustUnderstand='1'"), "mustUnderstand");
  const certificate = tokenCertificate(security[0]!, outer[0]!, gate);
  const timestamp = only(security[0]!, "wsu:Timestamp");
  coversExactly(signedElements(outer[0]!, certificate.publicKey), [timestamp, only(message, "/env:Envelope/env:Body")]);
  checkTimestamp(timestamp, gate.now);
  return checkAssertion(only(security[0]!, "saml2:Assertion"), certificate, gate);
}

/** The certificate of the token that the outer signature refers to: issued by the authority and in date. */
function tokenCertificate(security: XmlElement, signature: XmlElement, { authority, now, peer }: Gate): X509Certificate {
  const token = only(security, "wsse:BinarySecurityToken");
  const certificate = certificateOf(token.content);
  demand(certificate.verify(authority.publicKey) && certificate.issuer === authority.subject, "certificate of another authority");
  demand(!peer || certificate.raw.equals(peer), "connection opened with another certificate");
  demand(Date.parse(certificate.validFrom) <= now.getTime() && now.getTime() < Date.parse(certificate.validTo), "certificate out of date");
  const reference = only(signature, "ds:KeyInfo/wsse:SecurityTokenReference/wsse:Reference");
  demand(is(token, `@wsu:Id="${attribute(reference, "URI").replace(/[^\w.-]/g, "")}"`), "key reference");
  return certificate;
}

/** Whether an XPath predicate holds for the element. */
const is = (element: XmlElement, predicate: string): boolean => elements(element, `self::*[${predicate}]`).length === 1;

function coversExactly(covered: readonly XmlElement[], wanted: readonly XmlElement[]): void {
  demand(covered.length === wanted.length && wanted.every(one => covered.some(other => other.isSameNode(one))), "signature covers other parts");
}

function checkTimestamp(timestamp: XmlElement, now: Date): void {
  const [created, expires] = [only(timestamp, "wsu:Created").content, only(timestamp, "wsu:Expires").content].map(Date.parse) as [number, number];
  demand(expires - created <= lifetimeMs, "timestamp of more than five minutes");
  checkWindow(created, expires, now, "timestamp");
}

function checkWindow(from: number, until: number, now: Date, what: string): void {
  demand(from <= now.getTime() + skewMs && now.getTime() < until, `${what}: clock`);
}

function checkAssertion(assertion: XmlElement, certificate: X509Certificate, { now, isEnabled }: Gate): Caller {
  const signature = only(assertion, "ds:Signature");
  demand(certificateOf(only(signature, "ds:KeyInfo/ds:X509Data/ds:X509Certificate").content).raw.equals(certificate.raw), "assertion signed with another certificate");
  coversExactly(signedElements(signature, certificate.publicKey), [assertion]);
  demand(attribute(assertion, "Version") === "2.0" && only(assertion, "saml2:Issuer").content !== "", "assertion version or issuer");
  const operator = only(assertion, "saml2:Subject/saml2:NameID").content;
  demand(isEnabled(operator), "operator");
  const confirmation = only(assertion, "saml2:Subject/saml2:SubjectConfirmation/saml2:SubjectConfirmationData");
  for (const limits of [confirmation, ...elements(assertion, "saml2:Conditions")]) {
    checkWindow(Date.parse(attribute(limits, "NotBefore")), Date.parse(attribute(limits, "NotOnOrAfter")), now, "assertion");
  }
  const statement = only(assertion, "saml2:AuthnStatement");
  checkWindow(Date.parse(attribute(statement, "AuthnInstant")), Date.parse(attribute(statement, "SessionNotOnOrAfter")), now, "session");
  const [office, workstation, signed] = attributeNames.map(name => only(assertion, `saml2:AttributeStatement/saml2:Attribute[@Name="${name}"]/saml2:AttributeValue`).content) as [string, string, string];
  demand(/^\d{6}$/.test(office) && new RegExp(`^${office}-(CO|PC)-\\d{4}$`).test(workstation), "workstation of another office");
  demand(certificate.subject.split("\n").some(part => part.startsWith(`CN=${office}-`)), "certificate of another municipality");
  demand(contentSignedBy(certificate, Buffer.from(signed, "base64")).equals(Buffer.from(workstation)), "signed workstation");
  return { municipality: office, operator };
}

function certificateOf(base64: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(base64, "base64"));
  } catch {
    throw new GateFault("policy", "certificate cannot be read");
  }
}
