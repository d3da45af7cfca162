// The certificate library resolves its parts through metadata reflection.
import "reflect-metadata";
import { createSign, randomUUID } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { X509CertificateGenerator } from "@peculiar/x509";
import { SignedXml } from "xml-crypto";
import { createCertificate } from "../../../connectors/spid/certificate.ts";
import type { Credential, PendingLogin } from "../../../connectors/spid/index.ts";

/** An identity provider for tests: it says whatever a test wants, well signed or badly. */
export const idp = "https://idp.example.org";
export const acs = "https://hub.example.org/spid/acs";
export const slo = "https://hub.example.org/spid/logout";
export const sp = "https://hub.example.org";

const ds = "http://www.w3.org/2000/09/xmldsig#";
const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";

/** A key and certificate of somebody, for tests. */
export const makeCredential = (who: string): Promise<Credential> =>
  createCertificate({ organization: who, displayName: who, locality: "Prova", entityId: `https://${who}.example.org`, ipaCode: "c_x000" }, new Date("2026-01-01T00:00:00Z"), 3650);

/** A certificate whose key is too short to be trusted. */
export async function weakCertificate(): Promise<string> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 1024 };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  return (await X509CertificateGenerator.createSelfSigned({ name: "CN=weak", keys, signingAlgorithm: algorithm })).toString("pem");
}

export const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, "");

/** Metadata of the provider with one or more certificates. */
export function idpMetadata(certificates: readonly string[], entityId = idp, extra = ""): string {
  const keys = certificates.map(certificate => `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${ds}"><ds:X509Data><ds:X509Certificate>${bare(certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`);
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"${extra}>
    <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAuthnRequestsSigned="true">
      ${keys.join("")}
      <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${entityId}/slo" ResponseLocation="${entityId}/slo/answer"/>
      <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entityId}/slo/redirect"/>
      <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>
      <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${entityId}/sso/post"/>
      <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entityId}/sso/redirect"/>
    </md:IDPSSODescriptor>
    <md:Organization><md:OrganizationName xml:lang="it">Gestore di prova S.p.A.</md:OrganizationName><md:OrganizationDisplayName xml:lang="it">Gestore di prova</md:OrganizationDisplayName><md:OrganizationDisplayName xml:lang="en">Test provider</md:OrganizationDisplayName><md:OrganizationURL xml:lang="it">https://idp.example.org</md:OrganizationURL></md:Organization>
  </md:EntityDescriptor>`;
}

/** Signs one element of a document, found by an XPath, the way providers do. */
export function sign(xml: string, xpath: string, credential: Credential, options: { digest?: string; method?: string; transforms?: string[] } = {}): string {
  const signer = new SignedXml({
    privateKey: credential.privateKey,
    publicCert: credential.certificate,
    signatureAlgorithm: options.method ?? "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    canonicalizationAlgorithm: exclusive,
  });
  signer.addReference({ xpath, transforms: options.transforms ?? [`${ds}enveloped-signature`, exclusive], digestAlgorithm: options.digest ?? "http://www.w3.org/2001/04/xmlenc#sha256" });
  signer.computeSignature(xml, { prefix: "ds", location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: "after" } });
  return signer.getSignedXml();
}

export const responsePath = "/*[local-name(.)='Response']";
export const assertionPath = `${responsePath}/*[local-name(.)='Assertion']`;

export const signWith = (text: string, by: Credential): string => createSign("RSA-SHA256").update(text).sign(by.privateKey, "base64");

export const base64 = (xml: string): string => Buffer.from(xml, "utf8").toString("base64");
export const deflated = (xml: string): string => deflateRawSync(Buffer.from(xml, "utf8")).toString("base64");

/** The attributes of a synthetic person, as the provider sends them. */
export const person: Readonly<Record<string, string>> = {
  spidCode: "PROV0000000001", name: "Lucia", familyName: "Moretti d’Esempio", fiscalNumber: "TINIT-MRNLCU00A01H501J", dateOfBirth: "2000-01-01", email: "lucia@example.org",
};

export const attributeXml = (name: string, value: string): string =>
  `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${value}</saml:AttributeValue></saml:Attribute>`;

/** A correct response to a pending login, not signed yet. Tests change the text. */
export function unsignedResponse(pending: PendingLogin): string {
  const entity = 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity"';
  const sessionIndex = pending.level === 1 ? ` SessionIndex="_session"` : "";
  const attributes = Object.entries(person).map(([name, value]) => attributeXml(name, value)).join("");
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Destination="${acs}" ID="_response" InResponseTo="${pending.requestId}" IssueInstant="2026-11-23T09:00:04Z" Version="2.0">
  <saml:Issuer ${entity}>${pending.idp}</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion ID="_assertion" IssueInstant="2026-11-23T09:00:04Z" Version="2.0">
    <saml:Issuer ${entity}>${pending.idp}</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="${pending.idp}">
        _name-of-the-session
      </saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
        <saml:SubjectConfirmationData InResponseTo="${pending.requestId}" NotOnOrAfter="2026-11-23T09:05:00Z" Recipient="${acs}"/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="2026-11-23T09:00:04Z" NotOnOrAfter="2026-11-23T09:05:00Z"><saml:AudienceRestriction><saml:Audience>${sp}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
    <saml:AuthnStatement AuthnInstant="2026-11-23T09:00:04Z"${sessionIndex}><saml:AuthnContext><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL${pending.level}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
    <saml:AttributeStatement>${attributes}</saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`;
}

/** A response that says that the login did not succeed, as providers send it: without assertion and unsigned. */
export function failedResponse(pending: PendingLogin, message: string): string {
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Destination="${acs}" ID="_${randomUUID()}" InResponseTo="${pending.requestId}" IssueInstant="2026-11-23T09:00:04Z" Version="2.0"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">${pending.idp}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>${message}</samlp:StatusMessage></samlp:Status></samlp:Response>`;
}
