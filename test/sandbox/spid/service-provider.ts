import { createSign, createVerify } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { DOMParser, XMLSerializer, type Document } from "@xmldom/xmldom";
import { SignedXml } from "xml-crypto";
import { bodyOfPem, generateKeyPair, type KeyPair } from "../../../sandbox/spid/keys.ts";

const rsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const c14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
const namespaces = `xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"`;
const transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const entity = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

/** What a test may change in a request; each is a piece of XML text. */
export interface RequestShape {
  readonly id?: string;
  readonly version?: string;
  readonly issueInstant?: string;
  readonly destination?: string;
  /** `AssertionConsumerServiceIndex="0"` when not said. */
  readonly consumer?: string;
  readonly attributeSet?: string;
  readonly more?: string;
  readonly issuer?: string;
  readonly nameIdPolicy?: string;
  readonly context?: string;
  readonly root?: string;
}

/** A service provider of the test's own: its metadata, its requests, its check of signatures. */
export class ServiceProvider {
  private constructor(readonly url: string, readonly keys: KeyPair) {}

  static async at(url: string, now: Date): Promise<ServiceProvider> {
    return new ServiceProvider(url, await generateKeyPair("Servizio di prova", now));
  }

  get acs(): string {
    return `${this.url}/acs`;
  }

  metadata(keys = this.keys): string {
    const xml = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${this.url}" ID="_sp"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" AuthnRequestsSigned="true" WantAssertionsSigned="true"><md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${bodyOfPem(keys.certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${this.url}/slo"/><md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${this.url}/slo"/><md:NameIDFormat>${transient}</md:NameIDFormat><md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${this.acs}" index="0" isDefault="true"/><md:AttributeConsumingService index="0"><md:ServiceName xml:lang="it">minimo</md:ServiceName><md:RequestedAttribute Name="fiscalNumber"/><md:RequestedAttribute Name="name"/></md:AttributeConsumingService><md:AttributeConsumingService index="1"><md:ServiceName xml:lang="it">pieno</md:ServiceName>${["spidCode", "name", "familyName", "fiscalNumber", "dateOfBirth", "gender", "placeOfBirth", "email", "companyName"].map(name => `<md:RequestedAttribute Name="${name}"/>`).join("")}</md:AttributeConsumingService></md:SPSSODescriptor><md:Organization><md:OrganizationName xml:lang="it">Comune di Prova</md:OrganizationName><md:OrganizationDisplayName xml:lang="it">Comune di Prova</md:OrganizationDisplayName><md:OrganizationURL xml:lang="it">${this.url}</md:OrganizationURL></md:Organization></md:EntityDescriptor>`;
    return this.sign(xml, { reference: "/*", action: "prepend" }, keys);
  }

  request(now: Date, destination: string, level: number, shape: RequestShape = {}): { readonly id: string; readonly xml: string } {
    const id = shape.id ?? `_${crypto.randomUUID()}`;
    const root = shape.root ?? "samlp:AuthnRequest";
    const context = shape.context ?? `<samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL${level}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>`;
    const more = shape.more ?? (level > 1 ? `ForceAuthn="true"` : "");
    const xml = `<${root} ${namespaces} ${id && `ID="${id}"`} ${shape.version ?? `Version="2.0"`} ${shape.issueInstant ?? `IssueInstant="${now.toISOString()}"`} ${shape.destination ?? `Destination="${destination}"`} ${shape.consumer ?? `AssertionConsumerServiceIndex="0"`} ${shape.attributeSet ?? `AttributeConsumingServiceIndex="1"`} ${more}>${shape.issuer ?? this.issuer}${shape.nameIdPolicy ?? `<samlp:NameIDPolicy Format="${transient}"/>`}${context}</${root}>`;
    return { id, xml };
  }

  logoutRequest(now: Date, destination: string, idp: string, nameId: string, sessionIndex: string): { readonly id: string; readonly xml: string } {
    const id = `_${crypto.randomUUID()}`;
    return { id, xml: `<samlp:LogoutRequest ${namespaces} ID="${id}" Version="2.0" IssueInstant="${now.toISOString()}" Destination="${destination}">${this.issuer}<saml:NameID Format="${transient}" NameQualifier="${idp}">${nameId}</saml:NameID><samlp:SessionIndex>${sessionIndex}</samlp:SessionIndex></samlp:LogoutRequest>` };
  }

  logoutResponse(now: Date, destination: string, inResponseTo: string, code: string): string {
    return `<samlp:LogoutResponse ${namespaces} ID="_${crypto.randomUUID()}" Version="2.0" IssueInstant="${now.toISOString()}" Destination="${destination}" InResponseTo="${inResponseTo}">${this.issuer}<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}"/></samlp:Status></samlp:LogoutResponse>`;
  }

  get issuer(): string {
    return `<saml:Issuer Format="${entity}" NameQualifier="${this.url}">${this.url}</saml:Issuer>`;
  }

  /** Signs a message by enveloped signature after its issuer. */
  signed(xml: string, keys = this.keys): string {
    return this.sign(xml, { reference: "/*/*[local-name(.)='Issuer']", action: "after" }, keys);
  }

  private sign(xml: string, location: { reference: string; action: "after" | "prepend" }, keys: KeyPair): string {
    const signer = new SignedXml({ privateKey: keys.privateKey, publicCert: keys.certificate, signatureAlgorithm: rsaSha256, canonicalizationAlgorithm: c14n });
    signer.addReference({ xpath: "/*", transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", c14n], digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256" });
    signer.computeSignature(xml, { prefix: "ds", location });
    return signer.getSignedXml();
  }

  /** The form of the POST binding. */
  postForm(xml: string, relayState = "stato", keys = this.keys): Record<string, string> {
    return { SAMLRequest: Buffer.from(this.signed(xml, keys)).toString("base64"), RelayState: relayState };
  }

  /** The address of the Redirect binding. */
  redirectUrl(location: string, xml: string, parameter = "SAMLRequest", keys = this.keys): string {
    const signed = `${parameter}=${encodeURIComponent(deflateRawSync(xml).toString("base64"))}&RelayState=stato&SigAlg=${encodeURIComponent(rsaSha256)}`;
    return `${location}?${signed}&Signature=${encodeURIComponent(createSign("RSA-SHA256").update(signed).sign(keys.privateKey, "base64"))}`;
  }
}

export const parse = (xml: string): Document => new DOMParser().parseFromString(xml, "text/xml");

/** The first element with a local name anywhere in a document. */
export const first = (document: Document, name: string) => document.getElementsByTagNameNS("*", name)[0];

/** Whether the signature that is a child of the element with this local name verifies with the certificate, over that element. */
export function isSignedBy(xml: string, name: "Response" | "Assertion" | "EntityDescriptor" | "LogoutResponse" | "LogoutRequest", certificate: string): boolean {
  const element = first(parse(xml), name);
  const signature = [...(element?.childNodes ?? [])].find(node => "localName" in node && node.localName === "Signature");
  if (!element || !signature) return false;
  const verifier = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null });
  verifier.loadSignature(new XMLSerializer().serializeToString(signature));
  return verifier.getReferences().length === 1 && verifier.getReferences()[0]!.uri === `#${element.getAttribute("ID")}` && verifier.checkSignature(xml);
}

/** The message in the query of a Redirect, and whether its signature verifies. */
export function readRedirect(url: string, parameter: string, certificate: string): { readonly xml: string; readonly verified: boolean } {
  const query = url.split("?")[1]!;
  const [signed, signature] = query.split("&Signature=") as [string, string];
  const xml = inflateRawSync(Buffer.from(new URLSearchParams(query).get(parameter)!, "base64")).toString("utf8");
  return { xml, verified: createVerify("RSA-SHA256").update(signed).verify(certificate, Buffer.from(decodeURIComponent(signature), "base64")) };
}
