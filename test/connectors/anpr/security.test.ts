import { X509Certificate, createVerify } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ContentInfo, SignedData } from "@peculiar/asn1-cms";
import { AsnConvert } from "@peculiar/asn1-schema";
import { DOMParser, XMLSerializer, type Document, type Element, type Node } from "@xmldom/xmldom";
import { SignedXml } from "xml-crypto";
import { openRegistry, type RegistrySettingsInput } from "../../../connectors/anpr/index.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import { startRegistryStub, type RegistryStub } from "./registry-stub.ts";
import { makeWorkstation } from "./workstation.ts";

const wsu = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const soap = "http://schemas.xmlsoap.org/soap/envelope/";
const saml = "urn:oasis:names:tc:SAML:2.0:assertion";
const dsig = "http://www.w3.org/2000/09/xmldsig#";

let stub: RegistryStub;
let settings: RegistrySettingsInput;
beforeAll(async () => {
  stub = await startRegistryStub();
  settings = {
    url: stub.url, environment: "FREE", municipality: "888231", workstation: "888231-CO-0000", application: "12345",
    operator: "USERSFREETEST231 <&>", clientAddress: "192.0.2.1", ...(await makeWorkstation({ name: "CN=888231-CO-0000" })),
  };
});
afterAll(() => stub.close());

const sent = async (change: Partial<RegistrySettingsInput> = {}): Promise<string> => {
  const registry = await openRegistry({ ...settings, ...change }, { clock: systemClock, log: silentLog });
  await registry.person("RSSMRA80A01D205U", ["RESIDENCE"], { operationId: "1", reason: "42", at: "2026-11-23" });
  return stub.requests.at(-1)!.body;
};
const parse = (xml: string): Document => new DOMParser().parseFromString(xml, "text/xml");
const children = (node: Node): Element[] => Array.from(node.childNodes).filter((child): child is Element => child.nodeType === 1);
const only = (document: Document | Element, namespace: string, name: string): Element => {
  const found = document.getElementsByTagNameNS(namespace, name);
  expect(found).toHaveLength(1);
  return found[0]!;
};

/** What an outsider holds true after checking a signature with this key alone: the ids it covers. Throws when it does not hold. */
function covered(xml: string, signature: Element, certificate: string): string[] {
  const check = new SignedXml({ publicCert: certificate, idMode: "wssecurity", getCertFromKeyInfo: () => null });
  check.loadSignature(signature as never);
  if (!check.checkSignature(xml)) throw new Error("signature does not hold");
  expect(check.getSignedReferences()).toHaveLength(check.getReferences().length);
  return check.getReferences().map(({ uri }) => (uri ?? "").slice(1));
}

describe("a message on the wire", () => {
  test("carries timestamp, assertion, certificate and signature, in this order, and must be understood", async () => {
    const security = only(parse(await sent()), wsse, "Security");
    expect(security.getAttributeNS(soap, "mustUnderstand")).toBe("1");
    expect(children(security).map(({ namespaceURI, localName }) => [namespaceURI, localName])).toEqual([
      [wsu, "Timestamp"], [saml, "Assertion"], [wsse, "BinarySecurityToken"], [dsig, "Signature"],
    ]);
  });

  test("is good for five minutes, in UTC, to the millisecond", async () => {
    const document = parse(await sent());
    const [created, expires] = ["Created", "Expires"].map(name => only(document, wsu, name).textContent!);
    expect(created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(expires!) - Date.parse(created!)).toBe(300_000);
    expect(Math.abs(Date.now() - Date.parse(created!))).toBeLessThan(60_000);
    const confirmation = only(document, saml, "SubjectConfirmationData");
    expect(Date.parse(confirmation.getAttribute("NotOnOrAfter")!) - Date.parse(confirmation.getAttribute("NotBefore")!)).toBe(300_000);
  });

  test("is signed over exactly timestamp and body, by the certificate it refers to", async () => {
    const xml = await sent();
    const document = parse(xml);
    const token = only(document, wsse, "BinarySecurityToken");
    expect(new X509Certificate(Buffer.from(token.textContent!, "base64")).fingerprint256).toBe(new X509Certificate(settings.certificate).fingerprint256);
    const signature = children(only(document, wsse, "Security"))[3]!;
    expect(only(signature, wsse, "Reference").getAttribute("URI")).toBe(`#${token.getAttributeNS(wsu, "Id")}`);
    const ids = [only(document, wsu, "Timestamp"), only(document, soap, "Body")].map(element => element.getAttributeNS(wsu, "Id"));
    expect(covered(xml, signature, settings.certificate).sort()).toEqual([...ids].sort());
    expect(xml).toContain("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
  });

  test.each([
    ["the body", "RSSMRA80A01D205U", "RSSMRA80A01D205X"],
    ["the timestamp", "<wsu:Expires>2", "<wsu:Expires>3"],
  ])("no longer holds when %s is touched", async (_, from, to) => {
    const xml = (await sent()).replace(from, to);
    expect(() => covered(xml, children(only(parse(xml), wsse, "Security"))[3]!, settings.certificate)).toThrow();
  });

  test("carries an assertion that is signed as a whole, and still is when it stands alone", async () => {
    const document = parse(await sent());
    const assertion = only(document, saml, "Assertion");
    const alone = new XMLSerializer().serializeToString(assertion);
    const signature = children(parse(alone).documentElement!)[1]!;
    expect(signature.localName).toBe("Signature");
    expect(covered(alone, signature, settings.certificate)).toEqual([assertion.getAttribute("ID")]);
    expect(() => covered(alone.replace("192.0.2.1", "192.0.2.2"), signature, settings.certificate)).toThrow();
  });

  test("says in the assertion who asks, from where, at which workstation", async () => {
    const assertion = only(parse(await sent()), saml, "Assertion");
    expect(assertion.getAttribute("Version")).toBe("2.0");
    expect(only(assertion, saml, "Issuer").textContent).toBe("XS");
    const name = only(assertion, saml, "NameID");
    expect([name.textContent, name.getAttribute("Format")]).toEqual(["USERSFREETEST231 <&>", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"]);
    expect(only(assertion, saml, "SubjectLocality").getAttribute("Address")).toBe("192.0.2.1");
    const typed = assertion.getElementsByTagNameNS(saml, "AttributeValue")[0]!;
    expect(typed.getAttributeNS("http://www.w3.org/2001/XMLSchema-instance", "type")).toBe("xs:string");
    expect(typed.lookupNamespaceURI("xs")).toBe("http://www.w3.org/2001/XMLSchema");
    const attributes = Array.from(assertion.getElementsByTagNameNS(saml, "Attribute")).map(attribute => [attribute.getAttribute("Name"), attribute.textContent]);
    expect(attributes).toEqual([["IdSede", "888231"], ["IdPostazione", "888231-CO-0000"], ["IdPostazioneFirmato", expect.any(String)], ["IdApplicazione", "12345"]]);
  });

  test("proves the workstation with a CMS that holds its name, its certificate and a signature of it", async () => {
    const attributes = Array.from(parse(await sent()).getElementsByTagNameNS(saml, "Attribute"));
    const der = Buffer.from(attributes.find(attribute => attribute.getAttribute("Name") === "IdPostazioneFirmato")!.textContent!, "base64");
    const message = AsnConvert.parse(AsnConvert.parse(der, ContentInfo).content, SignedData);
    expect(Buffer.from(message.encapContentInfo.eContent!.single!.buffer).toString()).toBe("888231-CO-0000");
    const [signer] = message.signerInfos;
    const certificate = new X509Certificate(Buffer.from(AsnConvert.serialize(message.certificates![0]!.certificate!)));
    expect(certificate.fingerprint256).toBe(new X509Certificate(settings.certificate).fingerprint256);
    expect(createVerify("RSA-SHA256").update("888231-CO-0000").verify(certificate.publicKey, Buffer.from(signer!.signature.buffer))).toBe(true);
  });

  test("is never the same twice", async () => {
    const registry = await openRegistry(settings, { clock: systemClock, log: silentLog });
    const ask = () => registry.person("RSSMRA80A01D205U", [], { operationId: "1", reason: "42", at: "2026-11-23" });
    await Promise.all([ask(), ask(), ask()]);
    const ids = stub.requests.slice(-3).map(({ body }) => only(parse(body), saml, "Assertion").getAttribute("ID"));
    expect(new Set(ids).size).toBe(3);
  });

  test("uses SHA-1 only where a setting asks for it", async () => {
    const xml = await sent({ digest: "sha1" });
    expect(xml).not.toContain("sha256");
    expect(covered(xml, children(only(parse(xml), wsse, "Security"))[3]!, settings.certificate)).toHaveLength(2);
  });
});

test.each<[string, () => Promise<Partial<RegistrySettingsInput>>]>([
  ["a key that is not the certificate's", async () => ({ key: (await makeWorkstation()).key })],
  ["a key that is none", async () => ({ key: "-----BEGIN SECRET-OF-OURS-----" })],
  ["a certificate that is none", async () => ({ certificate: "-----BEGIN SECRET-OF-OURS-----" })],
  ["a workstation that is none", async () => ({ workstation: "somewhere" })],
])("does not open with %s, and says so without showing it", async (_, change) => {
  const error: unknown = await openRegistry({ ...settings, ...(await change()) }, { clock: systemClock, log: silentLog }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).not.toContain("SECRET-OF-OURS");
});
