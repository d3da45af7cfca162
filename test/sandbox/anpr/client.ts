import { createHash, randomUUID, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { SignedXml } from "xml-crypto";

/** What a test can spoil in a message that is otherwise right. */
export interface Spoil {
  readonly key?: string;
  readonly certificate?: string;
  readonly assertionCertificate?: string;
  readonly operator?: string;
  readonly office?: string;
  readonly workstation?: string;
  readonly signedContent?: string;
  readonly createdAgoMs?: number;
  readonly lifetimeMs?: number;
  readonly assertionAgoMs?: number;
  readonly sha1?: boolean;
  /** Whether the CMS has signed attributes, with the message digest of this content. */
  readonly attributesFor?: string;
  readonly without?: "security" | "timestamp" | "assertion" | "outer signature" | "assertion signature" | "mustUnderstand" | "body reference";
}

export const consultation = "http://sogei.it/ANPR/3000consultazione";
const exc = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const wss = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
const x509 = `${wss}x509-token-profile-1.0#X509v3`;
const algorithms = {
  sha1: ["http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2000/09/xmldsig#sha1"],
  sha256: ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256"],
} as const;

/** A registry office's workstation, written for the tests alone: messages signed with xml-crypto, CMS made with PKI.js. */
export class Workstation {
  private count = 0;

  private constructor(private readonly url: string, readonly key: string, readonly certificate: string) {}

  static async open(url: string, dataDir: string): Promise<Workstation> {
    const [key, certificate] = await Promise.all(["key", "crt"].map(kind => readFile(join(dataDir, "anpr", `municipality.${kind}.pem`), "utf8")));
    return new Workstation(url, key!, certificate!);
  }

  nextId(): string {
    this.count += 1;
    return String(Date.now()) + String(this.count);
  }

  header(fields: Readonly<Record<string, string>> = {}): string {
    const all: Record<string, string> = { idOperazioneComune: this.nextId(), codMittente: "004078", codDestinatario: "ANPR05", operazioneRichiesta: "3002", dataOraRichiesta: "2026-11-23T10:00:00+01:00", tipoOperazione: "C", tipoInvio: "TEST", ...fields };
    return `<testataRichiesta>${Object.entries(all).filter(([, value]) => value !== "").map(([name, value]) => `<${name}>${value}</${name}>`).join("")}</testataRichiesta>`;
  }

  request(criteria: string, options: { sets?: readonly number[]; birth?: string; day?: string; header?: Readonly<Record<string, string>> } = {}): string {
    const sets = (options.sets ?? [1]).map(set => `<datiAnagraficiRichiesti>${set}</datiAnagraficiRichiesti>`).join("");
    return `<c:Richiesta3002 xmlns:c="${consultation}">${this.header(options.header)}<criteriRicerca>${criteria}</criteriRicerca>${options.birth ?? ""}<datiRichiesta><schedaAnagraficaRichiesta>1</schedaAnagraficaRichiesta><dataRiferimentoRichiesta>${options.day ?? "2026-11-23"}</dataRiferimentoRichiesta>${sets}</datiRichiesta></c:Richiesta3002>`;
  }

  /** Signs and sends; the answer as text, with its HTTP status. */
  async send(body: string, spoil: Spoil = {}, path = "/ANPR3000ServiziConsultazione/AnprService3000"): Promise<{ status: number; text: string }> {
    return this.post(await this.sign(body, spoil), path);
  }

  async post(envelope: string, path = "/ANPR3000ServiziConsultazione/AnprService3000"): Promise<{ status: number; text: string }> {
    const answer = await fetch(this.url + path, { method: "POST", body: envelope, headers: { "content-type": "text/xml; charset=utf-8", SOAPAction: '""' }, signal: AbortSignal.timeout(60_000) });
    return { status: answer.status, text: await answer.text() };
  }

  async sign(body: string, spoil: Spoil = {}): Promise<string> {
    const key = spoil.key ?? this.key;
    const certificate = base64Of(spoil.certificate ?? this.certificate);
    const created = Date.now() - (spoil.createdAgoMs ?? 0);
    const instant = (ms: number) => new Date(ms).toISOString();
    const parts = [
      spoil.without === "timestamp" ? "" : `<wsu:Timestamp wsu:Id="T"><wsu:Created>${instant(created)}</wsu:Created><wsu:Expires>${instant(created + (spoil.lifetimeMs ?? 300_000))}</wsu:Expires></wsu:Timestamp>`,
      spoil.without === "assertion" ? "" : await this.assertion(key, spoil),
      `<wsse:BinarySecurityToken wsu:Id="C" ValueType="${x509}" EncodingType="${wss}soap-message-security-1.0#Base64Binary">${certificate}</wsse:BinarySecurityToken>`,
    ];
    const must = spoil.without === "mustUnderstand" ? "" : ' s:mustUnderstand="1"';
    const header = spoil.without === "security" ? "" : `<s:Header><wsse:Security xmlns:wsse="${wss}wssecurity-secext-1.0.xsd"${must}>${parts.join("")}</wsse:Security></s:Header>`;
    const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:wsu="${wss}wssecurity-utility-1.0.xsd">${header}<s:Body wsu:Id="B">${body}</s:Body></s:Envelope>`;
    if (spoil.without === "security" || spoil.without === "outer signature") return envelope;
    const signed = signer(key, spoil, `<wsse:SecurityTokenReference><wsse:Reference URI="#C" ValueType="${x509}"/></wsse:SecurityTokenReference>`);
    const digestAlgorithm = algorithms[spoil.sha1 ? "sha1" : "sha256"][1];
    for (const name of ["Timestamp", "Body"]) {
      if ((spoil.without === "body reference" && name === "Body") || (spoil.without === "timestamp" && name === "Timestamp")) continue;
      signed.addReference({ xpath: `//*[local-name()='${name}']`, transforms: [exc], digestAlgorithm });
    }
    signed.computeSignature(envelope, { prefix: "ds", location: { reference: "//*[local-name()='Security']", action: "append" } });
    return signed.getSignedXml();
  }

  private async assertion(key: string, spoil: Spoil): Promise<string> {
    const { office = "004078", workstation = "004078-CO-0000" } = spoil;
    const id = `_${randomUUID()}`;
    const [from, until] = [0, 300_000].map(ms => new Date(Date.now() - (spoil.assertionAgoMs ?? 0) + ms).toISOString());
    const values = { IdSede: office, IdPostazione: workstation, IdPostazioneFirmato: await this.cms(spoil.signedContent ?? workstation, spoil.attributesFor), IdApplicazione: "12345" };
    const attributes = Object.entries(values).map(([name, value]) => `<saml2:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"><saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${value}</saml2:AttributeValue></saml2:Attribute>`);
    const xml = `<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" IssueInstant="${from}" Version="2.0"><saml2:Issuer>XS</saml2:Issuer><saml2:Subject><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">${spoil.operator ?? "USERSFREETEST078"}</saml2:NameID><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData NotBefore="${from}" NotOnOrAfter="${until}"/></saml2:SubjectConfirmation></saml2:Subject><saml2:AuthnStatement AuthnInstant="${from}" SessionNotOnOrAfter="${until}"><saml2:SubjectLocality Address="127.0.0.1"/><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:X509</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement><saml2:AttributeStatement>${attributes.join("")}</saml2:AttributeStatement></saml2:Assertion>`;
    if (spoil.without === "assertion signature") return xml;
    const certificate = base64Of(spoil.assertionCertificate ?? spoil.certificate ?? this.certificate);
    const signed = signer(key, spoil, `<ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data>`);
    signed.addReference({ xpath: "/*", transforms: [enveloped, exc], digestAlgorithm: algorithms[spoil.sha1 ? "sha1" : "sha256"][1] });
    signed.computeSignature(xml, { prefix: "ds", location: { reference: "/*/*[local-name()='Issuer']", action: "after" } });
    return signed.getSignedXml();
  }

  private async cms(content: string, attributesFor?: string): Promise<string> {
    const own = pkijs.Certificate.fromBER(new X509Certificate(this.certificate).raw);
    const key = await crypto.subtle.importKey("pkcs8", Buffer.from(base64Of(this.key), "base64"), { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
    const signed = new pkijs.SignedData({
      version: 1,
      encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: pkijs.ContentInfo.DATA, eContent: new asn1js.OctetString({ valueHex: new TextEncoder().encode(content).buffer }) }),
      signerInfos: [new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
        ...(attributesFor !== undefined && { signedAttrs: signedAttributes(attributesFor) }),
      })],
      certificates: [own],
    });
    await signed.sign(key, 0, "SHA-256");
    return Buffer.from(new pkijs.ContentInfo({ contentType: pkijs.ContentInfo.SIGNED_DATA, content: signed.toSchema(true) }).toSchema().toBER()).toString("base64");
  }
}

const signedAttributes = (content: string) => new pkijs.SignedAndUnsignedAttributes({
  type: 0,
  attributes: [
    new pkijs.Attribute({ type: "1.2.840.113549.1.9.3", values: [new asn1js.ObjectIdentifier({ value: pkijs.ContentInfo.DATA })] }),
    new pkijs.Attribute({ type: "1.2.840.113549.1.9.4", values: [new asn1js.OctetString({ valueHex: Uint8Array.from(createHash("sha256").update(content).digest()).buffer })] }),
  ],
});

const signer = (privateKey: string, { sha1 = false }: Spoil, keyInfo: string) => new SignedXml({
  privateKey, signatureAlgorithm: algorithms[sha1 ? "sha1" : "sha256"][0], canonicalizationAlgorithm: exc, getKeyInfoContent: () => keyInfo, idMode: "wssecurity",
});

const base64Of = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, "");
