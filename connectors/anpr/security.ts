import type { ISecurity } from "soap";
import type { Clock } from "../../kernel/clock.ts";
import { opaqueId } from "../../kernel/ids.ts";
import { readCredential, signText, type Credential } from "./credential.ts";
import type { RegistrySettings } from "./settings.ts";
import { canonicalXml, signatureOf } from "./signature.ts";

const oasis = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";
const wsse = `${oasis}-wssecurity-secext-1.0.xsd`;
const wsu = `${oasis}-wssecurity-utility-1.0.xsd`;
const x509v3 = `${oasis}-x509-token-profile-1.0#X509v3`;
const base64Binary = `${oasis}-soap-message-security-1.0#Base64Binary`;

/** How long a message and its assertion are good for. */
const lifetimeMs = 5 * 60_000;

/** How old an assertion that was signed ahead may be when it is used. */
const aheadMs = 30_000;

/**
 * The security of the registry's SOAP services, made anew for every message: a timestamp of five minutes, a signed SAML
 * assertion about operator and workstation, the workstation's certificate, and a signature over exactly timestamp and
 * body, in this order. The library's own WS-Security class knows neither that order nor that lifetime.
 *
 * The assertion says nothing of the message: that of the next one is signed while the registry works on the present one,
 * and goes with one message only. Where the next is long in coming, it is signed anew.
 */
export async function createSecurity(settings: RegistrySettings, clock: Clock): Promise<ISecurity> {
  const credential = readCredential(settings.key, settings.certificate);
  const signedWorkstation = await signText(credential, settings.workstation);
  const assertionAt = (now: Date): string => signedAssertion(settings, credential, signedWorkstation, now, new Date(now.getTime() + lifetimeMs));
  let ahead: { readonly at: Date; readonly assertion: string } | undefined;
  const signAhead = (): void => {
    const at = clock.now();
    ahead ??= { at, assertion: assertionAt(at) };
  };
  const assertionFor = (now: Date): string => {
    const age = ahead && now.getTime() - ahead.at.getTime();
    const assertion = ahead && age! >= 0 && age! <= aheadMs ? ahead.assertion : assertionAt(now);
    ahead = undefined;
    // Once the message has left.
    setTimeout(signAhead, 1).unref();
    return assertion;
  };
  return {
    postProcess(envelope: string, prefix: string): string {
      const now = clock.now();
      const until = new Date(now.getTime() + lifetimeMs);
      // Canonical as it is written.
      const timestamp = `<wsu:Timestamp xmlns:wsu="${wsu}" wsu:Id="timestamp"><wsu:Created>${now.toISOString()}</wsu:Created><wsu:Expires>${until.toISOString()}</wsu:Expires></wsu:Timestamp>`;
      const { before, body, after } = apart(envelope, prefix);
      const parts = [{ id: "timestamp", canonical: timestamp }, { id: "body", canonical: body.canonical }];
      const security =
        `<wsse:Security xmlns:wsse="${wsse}" xmlns:wsu="${wsu}" ${prefix}:mustUnderstand="1">` +
        timestamp +
        assertionFor(now) +
        `<wsse:BinarySecurityToken EncodingType="${base64Binary}" ValueType="${x509v3}" wsu:Id="certificate">${credential.certificateBase64}</wsse:BinarySecurityToken>` +
        signatureOf(parts, credential.key, settings.digest, `<wsse:SecurityTokenReference><wsse:Reference URI="#certificate" ValueType="${x509v3}"/></wsse:SecurityTokenReference>`) +
        `</wsse:Security>`;
      return before.replace(`<${prefix}:Header></${prefix}:Header>`, () => `<${prefix}:Header>${security}</${prefix}:Header>`) + body.text + after;
    },
  };
}

/**
 * An envelope in three: its body, to be signed, and what stands around it. The body's canonical form is that of a document
 * of its own, in which the prefixes that the envelope declares are declared too; finding it in the whole would take longer
 * than all the rest.
 */
function apart(envelope: string, prefix: string): { readonly before: string; readonly body: { readonly text: string; readonly canonical: string }; readonly after: string } {
  // The first body tag is the envelope's own: everything the hub puts into a message is escaped.
  const [start, end] = [envelope.indexOf(`<${prefix}:Body>`), envelope.lastIndexOf(`</${prefix}:Body>`)];
  const declared = new RegExp(`<${prefix}:Envelope([^>]*)>`).exec(envelope)?.[1];
  if (start < 0 || end < 0 || declared === undefined) throw new Error("nothing to sign");
  const content = `${envelope.slice(start + `<${prefix}:Body`.length, end)}</${prefix}:Body>`;
  const identified = ` xmlns:wsu="${wsu}" wsu:Id="body"`;
  return {
    before: envelope.slice(0, start), after: envelope.slice(end + `</${prefix}:Body>`.length),
    body: { text: `<${prefix}:Body${identified}${content}`, canonical: canonicalXml(`<${prefix}:Body${declared}${identified}${content}`) },
  };
}

function signedAssertion(settings: RegistrySettings, { key, certificateBase64 }: Credential, signedWorkstation: string, from: Date, until: Date): string {
  const id = `_${opaqueId()}`;
  const [start, end] = [from.toISOString(), until.toISOString()];
  const attribute = (name: string, value: string) =>
    `<saml2:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified">` +
    `<saml2:AttributeValue xsi:type="xs:string">${escapeXml(value)}</saml2:AttributeValue></saml2:Attribute>`;
  const assertion =
    `<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="${id}" IssueInstant="${start}" Version="2.0">` +
    `<saml2:Issuer>${escapeXml(settings.issuer)}</saml2:Issuer>` +
    `<saml2:Subject><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">${escapeXml(settings.operator)}</saml2:NameID>` +
    `<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData NotBefore="${start}" NotOnOrAfter="${end}"/></saml2:SubjectConfirmation></saml2:Subject>` +
    `<saml2:Conditions NotBefore="${start}" NotOnOrAfter="${end}"/>` +
    `<saml2:AuthnStatement AuthnInstant="${start}" SessionNotOnOrAfter="${end}"><saml2:SubjectLocality Address="${escapeXml(settings.clientAddress)}"/>` +
    `<saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>` +
    `<saml2:AttributeStatement>${attribute("IdSede", settings.municipality)}${attribute("IdPostazione", settings.workstation)}` +
    `${attribute("IdPostazioneFirmato", signedWorkstation)}${attribute("IdApplicazione", settings.application)}</saml2:AttributeStatement>` +
    `</saml2:Assertion>`;
  const signature = signatureOf([{ id, canonical: canonicalXml(assertion), enveloping: true }], key, settings.digest, `<ds:X509Data><ds:X509Certificate>${certificateBase64}</ds:X509Certificate></ds:X509Data>`);
  // Into the text as written: the canonical form has lost the prefix that the types of the values need.
  return assertion.replace("</saml2:Issuer>", () => `</saml2:Issuer>${signature}`);
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
const escapeXml = (text: string): string => text.replace(/[&<>"']/g, character => entities[character]!);
