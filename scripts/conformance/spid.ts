import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { inflateRawSync } from "node:zlib";
import { DOMParser, type Element } from "@xmldom/xmldom";
import { XmlBufferInputProvider, XmlDocument, XmlValidateError, XsdValidator, xmlRegisterInputProvider } from "libxml2-wasm";
import { createCertificate } from "../../connectors/spid/certificate.ts";
import { cieProfile, openServiceProvider, spidProfile, type Outbound, type Profile, type ServiceProvider } from "../../connectors/spid/index.ts";
import { silentLog } from "../../kernel/log.ts";
import type { ConformanceCount } from "./pagopa-node.ts";

const idp = "https://idp.example.org";
const entityId = "https://hub.example.org";
const now = new Date("2026-11-23T09:00:00.000Z");

/**
 * What our service provider writes, beside the federations' own files: metadata against the official schemas and the structure
 * of a document that AgID's validators pass, requests and logout messages against the SAML protocol schema. Each schema must also
 * refuse the same documents once they are spoilt, or its consent would mean nothing. `specs` is the folder of the official files.
 */
export async function spidConformance(specs = resolve("../shared/specs/spid")): Promise<ConformanceCount[]> {
  const spid = await openFor(spidProfile);
  const cie = await openFor(cieProfile);
  const schemas = folderOf(`${specs}/xsd`, "spid");
  const cieSchemas = folderOf(`${specs}/xsd/cie`, "cie");
  const metadata = { what: "metadata", xml: spid.metadata() };
  return [
    against(schemas("saml-schema-metadata-2.0.xsd"), "SPID metadata: SAML schema", [metadata], spoilMetadata),
    against(schemas("saml-schema-metadata-sp-spid.xsd"), "SPID metadata: SPID schema", [metadata], spoilMetadata),
    against(schemas("saml-schema-metadata-sp-spid-av29.xsd"), "SPID metadata: Avviso 29 schema", [metadata], spoilMetadata),
    against(cieSchemas("saml-schema-metadata-sp-cie.xsd"), "CIE metadata: CIE schema", [{ what: "metadata", xml: cie.metadata() }], spoilMetadata),
    sameStructure(spid.metadata(), readFileSync(`${specs}/sp-metadata-passing.xml`, "utf8")),
    against(schemas("saml-schema-protocol-2.0.xsd"), "requests and logout: SAML protocol schema", [...messagesOf(spid, spidProfile), ...messagesOf(cie, cieProfile)], spoilMessage),
  ];
}

interface Sample {
  readonly what: string;
  readonly xml: string;
}

async function openFor(profile: Profile): Promise<ServiceProvider> {
  const subject = { organization: "Comune di Prova", displayName: "Comune di Prova", locality: "Prova", entityId, ipaCode: "c_x000" };
  const credential = await createCertificate(subject, new Date(now.getTime() - 1_000), 365);
  const certificate = credential.certificate.replace(/-----[^-]+-----|\s/g, "");
  const folder = mkdtempSync(join(tmpdir(), "idp-"));
  writeFileSync(join(folder, "idp.xml"), `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${idp}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>${["SingleLogoutService", "SingleSignOnService"].flatMap(name => ["POST", "Redirect"].map(by => `<md:${name} Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${by}" Location="${idp}/${by}"/>`)).join("")}</md:IDPSSODescriptor></md:EntityDescriptor>`);
  const opened = openServiceProvider({
    profile, entityId, assertionConsumerUrl: `${entityId}/acs`, logoutUrl: `${entityId}/slo`,
    organization: { name: "Comune di Prova", displayName: "Comune di Prova", url: "https://comune.example.org" },
    contact: { email: "spid@comune.example.org", phone: "+390171000000", ipaCode: "c_x000", municipality: "X000", province: "XX" },
    serviceName: "Servizi al cittadino", credentials: [credential], idpMetadata: folder, clockSkewMs: 1_500,
  }, { log: silentLog, clock: { now: () => now } });
  opened.providers();
  rmSync(folder, { recursive: true });
  return opened;
}

/** What the browser would carry, decoded again. */
function carried(outbound: Outbound): string {
  if (outbound.binding === "POST") return Buffer.from(outbound.fields["SAMLRequest"] ?? outbound.fields["SAMLResponse"] ?? "", "base64").toString();
  const query = new URL(outbound.location).searchParams;
  return inflateRawSync(Buffer.from(query.get("SAMLRequest") ?? query.get("SAMLResponse") ?? "", "base64")).toString();
}

function messagesOf(sp: ServiceProvider, profile: Profile): Sample[] {
  const requests = profile.attributeSets.flatMap(({ index }) => ([1, 2, 3] as const).flatMap(level => (["POST", "REDIRECT"] as const).map(by => ({
    what: `${profile.scheme} request level ${level} set ${index} ${by}`,
    xml: carried(sp.start({ idp, level, attributeSet: index, binding: by, relayState: "handle", now }).outbound),
  }))));
  if (profile.logout === "PAGE") return requests;
  const logout = sp.logoutRequest({ idp, nameId: { value: "_name", nameQualifier: idp }, sessionIndex: "_session", relayState: "", now });
  const answers = (["COMPLETE", "PARTIAL"] as const).map(outcome => ({ what: `logout response ${outcome}`, xml: carried(sp.logoutResponse({ idp, inResponseTo: "_logout", outcome, relayState: "", now }).outbound) }));
  return [...requests, { what: "logout request", xml: carried(logout.outbound) }, ...answers];
}

const spoilMetadata: readonly ((xml: string) => string)[] = [
  xml => xml.replace(/(<md:Organization>.*<\/md:Organization>)(<md:ContactPerson.*<\/md:ContactPerson>)/, "$2$1"),
  xml => xml.replace(/<md:NameIDFormat>.*<\/md:NameIDFormat>/, "").replace("</md:SPSSODescriptor>", "<md:NameIDFormat>x</md:NameIDFormat></md:SPSSODescriptor>"),
  xml => xml.replace(/ entityID="[^"]*"/, ""),
];

const spoilMessage: readonly ((xml: string) => string)[] = [
  xml => xml.replace(/ IssueInstant="[^"]*"/, ""),
  xml => xml.replace(/ ID="[^"]*"/, ' ID="1 not a name"'),
  xml => xml.replace(/(<saml:Issuer.*<\/saml:Issuer>)(.*)(<\/samlp:\w+>)$/, "$2$1$3"),
];

/** A reader of one folder's schemas, which import each other (and one of W3C's by its address). */
function folderOf(folder: string, name: string): (file: string) => (xml: string) => boolean {
  const files = readdirSync(folder).filter(file => file.endsWith(".xsd"));
  const bytes = (file: string): Uint8Array => readFileSync(join(folder, file));
  const local = Object.fromEntries(files.map(file => [`${name}/${file}`, bytes(file)]));
  xmlRegisterInputProvider(new XmlBufferInputProvider({ ...local, "http://www.w3.org/2001/xml.xsd": bytes("xml.xsd"), "http://www.w3.org/2001/03/xml.xsd": bytes("xml.xsd") }));
  return file => {
    const schema = XmlDocument.fromBuffer(bytes(file), { url: `${name}/${file}` });
    const validator = XsdValidator.fromDoc(schema);
    schema.dispose();
    return xml => {
      const document = XmlDocument.fromString(xml);
      try {
        validator.validate(document);
        return true;
      } catch (error) {
        if (error instanceof XmlValidateError) return false;
        throw error;
      } finally {
        document.dispose();
      }
    };
  };
}

function against(valid: (xml: string) => boolean, check: string, samples: readonly Sample[], spoil: readonly ((xml: string) => string)[]): ConformanceCount {
  const wrong = samples.flatMap(({ what, xml }) => spoil.map((change, at) => ({ what: `${what}, spoilt ${at + 1}`, xml: change(xml) })));
  const disagreed = [
    ...samples.filter(({ xml }) => !valid(xml)).map(({ what }) => `${what}: refused`),
    ...wrong.filter(({ xml }) => valid(xml)).map(({ what }) => `${what}: accepted`),
  ];
  const cases = samples.length + wrong.length;
  return { check, cases, agreed: cases - disagreed.length, disagreed, note: `${samples.length} of them ours, the others spoilt` };
}

/** The structure of a document: every path of elements and attributes in it, once. */
function pathsOf(xml: string): Set<string> {
  const paths = new Set<string>();
  const visit = (element: Element, above: string): void => {
    const path = `${above}/{${element.namespaceURI}}${element.localName}`;
    paths.add(path);
    for (const attribute of Array.from(element.attributes)) if (attribute.namespaceURI !== "http://www.w3.org/2000/xmlns/") paths.add(`${path}/@${attribute.name}`);
    for (const child of Array.from(element.childNodes)) if (child.nodeType === 1) visit(child as Element, path);
  };
  visit(new DOMParser().parseFromString(xml, "text/xml").documentElement!, "");
  return paths;
}

function sameStructure(ours: string, passing: string): ConformanceCount {
  const [own, theirs] = [pathsOf(ours), pathsOf(passing)];
  const disagreed = [
    ...[...theirs].filter(path => !own.has(path)).map(path => `only in the passing document: ${path}`),
    ...[...own].filter(path => !theirs.has(path)).map(path => `only in ours: ${path}`),
  ];
  const cases = new Set([...own, ...theirs]).size;
  return { check: "SPID metadata: structure of a document that passes", cases, agreed: cases - disagreed.length, disagreed };
}
