import type { ISecurity } from "soap";
import { SignedXml } from "xml-crypto";
import type { Clock } from "../../kernel/clock.ts";
import { opaqueId } from "../../kernel/ids.ts";
import { readCredential, signText, type Credential } from "./credential.ts";
import type { RegistrySettings } from "./settings.ts";

const oasis = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";
const wsse = `${oasis}-wssecurity-secext-1.0.xsd`;
const wsu = `${oasis}-wssecurity-utility-1.0.xsd`;
const x509v3 = `${oasis}-x509-token-profile-1.0#X509v3`;
const base64Binary = `${oasis}-soap-message-security-1.0#Base64Binary`;
const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const algorithms = {
  sha256: { signature: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", digest: "http://www.w3.org/2001/04/xmlenc#sha256" },
  sha1: { signature: "http://www.w3.org/2000/09/xmldsig#rsa-sha1", digest: "http://www.w3.org/2000/09/xmldsig#sha1" },
} as const;

/** How long a message and its assertion are good for. */
const lifetimeMs = 5 * 60_000;

/**
 * The security of the registry's SOAP services, made anew for every message: a timestamp of five minutes, a signed SAML
 * assertion about operator and workstation, the workstation's certificate, and a signature over exactly timestamp and
 * body, in this order. The library's own WS-Security class knows neither that order nor that lifetime.
 */
export async function createSecurity(settings: RegistrySettings, clock: Clock): Promise<ISecurity> {
  const credential = readCredential(settings.key, settings.certificate);
  const signedWorkstation = await signText(credential, settings.workstation);
  return {
    postProcess(envelope: string, prefix: string): string {
      const now = clock.now();
      const until = new Date(now.getTime() + lifetimeMs);
      const header =
        `<wsse:Security xmlns:wsse="${wsse}" xmlns:wsu="${wsu}" ${prefix}:mustUnderstand="1">` +
        `<wsu:Timestamp wsu:Id="timestamp"><wsu:Created>${now.toISOString()}</wsu:Created><wsu:Expires>${until.toISOString()}</wsu:Expires></wsu:Timestamp>` +
        signedAssertion(settings, credential, signedWorkstation, now, until) +
        `<wsse:BinarySecurityToken EncodingType="${base64Binary}" ValueType="${x509v3}" wsu:Id="certificate">${credential.certificateBase64}</wsse:BinarySecurityToken>` +
        `</wsse:Security>`;
      // The first body tag is the envelope's own: everything the hub put into the message is escaped.
      const prepared = envelope
        .replace(`<${prefix}:Body>`, `<${prefix}:Body xmlns:wsu="${wsu}" wsu:Id="body">`)
        .replace(`<${prefix}:Header></${prefix}:Header>`, () => `<${prefix}:Header>${header}</${prefix}:Header>`);
      return signMessage(prepared, settings, credential);
    },
  };
}

function signMessage(envelope: string, { digest }: RegistrySettings, { key }: Credential): string {
  const signer = new SignedXml({
    privateKey: key,
    idMode: "wssecurity",
    signatureAlgorithm: algorithms[digest].signature,
    canonicalizationAlgorithm: exclusive,
    getKeyInfoContent: () => `<wsse:SecurityTokenReference><wsse:Reference URI="#certificate" ValueType="${x509v3}"/></wsse:SecurityTokenReference>`,
  });
  for (const xpath of ["/*/*/*/*[local-name(.)='Timestamp']", "/*/*[local-name(.)='Body']"]) {
    signer.addReference({ xpath, transforms: [exclusive], digestAlgorithm: algorithms[digest].digest });
  }
  signer.computeSignature(envelope, { prefix: "ds", existingPrefixes: { wsse }, location: { reference: "/*/*/*[local-name(.)='Security']", action: "append" } });
  return signer.getSignedXml();
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
  const signer = new SignedXml({
    privateKey: key,
    signatureAlgorithm: algorithms[settings.digest].signature,
    canonicalizationAlgorithm: exclusive,
    getKeyInfoContent: () => `<ds:X509Data><ds:X509Certificate>${certificateBase64}</ds:X509Certificate></ds:X509Data>`,
  });
  signer.addReference({ xpath: "/*", transforms: [enveloped, exclusive], digestAlgorithm: algorithms[settings.digest].digest });
  signer.computeSignature(assertion, { prefix: "ds", location: { reference: "/*/*[local-name(.)='Issuer']", action: "after" } });
  return signer.getSignedXml();
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
const escapeXml = (text: string): string => text.replace(/[&<>"']/g, character => entities[character]!);
