import "reflect-metadata";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { X509CertificateGenerator } from "@peculiar/x509";
import { XmlDocument, XmlElement, XmlValidateError, XsdValidator } from "libxml2-wasm";
import { xmlRegisterFsInputProviders } from "libxml2-wasm/lib/nodejs.mjs";
import { openRegistry, type CertificateRequest, type DataSet } from "../../connectors/anpr/index.ts";
import { systemClock } from "../../kernel/clock.ts";
import { silentLog } from "../../kernel/log.ts";
import { fullOfficeMessages } from "./anpr-office-samples.ts";
import { fullAnswers, fullRequest } from "./anpr-samples.ts";
import { fromXml, mutations, toXml } from "./pagopa-mutations.ts";
import type { ConformanceCount } from "./pagopa-node.ts";

type Judge = (xml: string) => boolean;
interface Sample { readonly what: string; readonly xml: string }

/**
 * Our ANPR contract beside the official one: every message the hub sends is valid by both; published samples, full
 * messages of every kind and every mutation of the full ones get the same verdict from both; and xmlsec1 and OpenSSL
 * find the hub's signatures good. `specs` is the folder of the official files.
 */
export async function anprConformance(specs = resolve("../shared/specs/anpr")): Promise<ConformanceCount[]> {
  xmlRegisterFsInputProviders();
  const ours = (name: string) => fileURLToPath(new URL(`../../connectors/anpr/contract/${name}`, import.meta.url));
  const consultation = { ours: await openSchema(ours("consultation.xsd")), official: await openSchema(join(specs, "soap/comuni/3000consultazione.xsd")) };
  const connection = { ours: await openSchema(ours("connection.xsd")), official: await openSchema(join(specs, "soap/testconn/connessione.xsd")) };
  const certification = { ours: await openSchema(ours("certification.xsd")), official: await openSchema(join(specs, "soap/comuni/6001certificazione.xsd")) };
  const tables = { ours: await openSchema(ours("tables.xsd")), official: await openSchema(join(specs, "soap/comuni/7001scaricoTabelle.xsd")) };
  const declarations = { ours: await openSchema(ours("declarations.xsd")), official: await openSchema(join(specs, "soap/comuni/P000sc.xsd")) };
  const workstation = await makeWorkstation();
  const envelopes = await whatTheHubSends(workstation);
  const sent = envelopes.map(({ what, xml }) => ({ what, xml: payloadOf(xml) }));
  const published = await Promise.all(
    ["cases/anpr-client-example/3002_888002_FREE.req", "cases/anpr-client-example/3002-stub.xml", "cases/anpr-client-example/testConn_FREE.req", "cases/soap-issues/3002-ko-en122-issue1903.xml", "cases/soap-issues/6001-request-issue2616.xml", "cases/anpr-client-example/6001_888013_FREE.req", "examples-ours/3002-request-wssec-node-soap.xml"]
      .map(async path => ({ what: path, xml: payloadOf(await readFile(join(specs, path), "utf8")) })),
  );
  const full = [...fullAnswers, fullRequest, ...fullOfficeMessages].map((xml, index) => ({ what: `full message ${index}`, xml }));
  const schemas = { "/ANPR/connessione": connection, "/ANPR/6001certificazione": certification, "/ANPR/7001scaricoTabelle": tables, "/ANPR/P000sc": declarations };
  const by = ({ xml }: Sample) => Object.entries(schemas).find(([namespace]) => xml.includes(namespace))?.[1] ?? consultation;
  const alike = (check: string, samples: Iterable<Sample>): ConformanceCount => {
    const disagreed: string[] = [];
    let cases = 0, accepted = 0;
    for (const sample of samples) {
      const { ours: our, official } = by(sample);
      const verdict = { ours: our(sample.xml), official: official(sample.xml) };
      cases += 1;
      if (verdict.official) accepted += 1;
      if (verdict.ours !== verdict.official) disagreed.push(`${sample.what}: ours ${verdict.ours}, official ${verdict.official}`);
    }
    return { check, cases, agreed: cases - disagreed.length, disagreed, note: `${accepted} of them valid` };
  };
  const refused = sent.filter(sample => !by(sample).ours(sample.xml) || !by(sample).official(sample.xml)).map(({ what }) => what);
  return [
    { check: "ANPR: messages of the hub valid by both schemas", cases: sent.length, agreed: sent.length - refused.length, disagreed: refused },
    alike("ANPR schema: published messages", published),
    alike("ANPR schema: full messages", full),
    alike("ANPR schema: mutations", mutated(full)),
    await signatures(envelopes, workstation),
  ];
}

function* mutated(samples: readonly Sample[]): Generator<Sample> {
  for (const { what, xml } of samples) {
    for (const mutation of mutations(fromXml(xml))) yield { what: `${what}: ${mutation.what}`, xml: toXml(mutation.message) };
  }
}

async function openSchema(path: string): Promise<Judge> {
  const definition = XmlDocument.fromBuffer(await readFile(path), { url: path });
  const validator = XsdValidator.fromDoc(definition);
  return xml => {
    const message = XmlDocument.fromString(xml);
    try {
      validator.validate(message);
      return true;
    } catch (error) {
      if (error instanceof XmlValidateError) return false;
      throw error;
    } finally {
      message.dispose();
    }
  };
}

/** The message inside an envelope, or the whole document when there is none. */
function payloadOf(xml: string): string {
  const document = XmlDocument.fromString(xml.replace(/^\uFEFF/, ""));
  try {
    const inside = document.get("/s:Envelope/s:Body/*", { s: "http://schemas.xmlsoap.org/soap/envelope/" });
    return toXml(fromXml(inside instanceof XmlElement ? inside.toString() : document.root.toString()));
  } finally {
    document.dispose();
  }
}

interface Workstation { readonly key: string; readonly certificate: string }

async function makeWorkstation(): Promise<Workstation> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({ serialNumber: "0123456789", name: "CN=004078-CO-0000", signingAlgorithm: algorithm, keys });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return { key: `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`, certificate: certificate.toString("pem") };
}

const dataSets: readonly DataSet[] = ["IDENTITY", "CIVIL_STATUS", "CITIZENSHIP", "FATHER", "MOTHER", "RESIDENCE", "MARRIAGE", "WIDOWHOOD", "IDENTITY_CARD", "HOUSEHOLD_TIE", "HOUSEHOLD", "DIGITAL_ADDRESS", "CANCELLATION", "DEATH"];

/** One envelope for every kind of question the connector can ask, as it leaves. */
async function whatTheHubSends(workstation: Workstation): Promise<Sample[]> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      heard.push(Buffer.concat(chunks).toString("utf8"));
      response.writeHead(400).end();
    });
  });
  await new Promise<void>(done => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { url, environment: "TEST", municipality: "004078", workstation: "004078-CO-0000", application: "12345", operator: "USERSFREETEST001", clientAddress: "127.0.0.1", ...workstation } as const;
  const [bare, branded] = await Promise.all([settings, { ...settings, digest: "sha1" as const, software: { name: "Sportello Hub", version: "0.1.0", vendor: "Comune di Cuneo" } }].map(each => openRegistry(each, { clock: systemClock, log: silentLog })));
  const call = { operationId: "20261123000000000000000000001A", reason: "CUNEO/2026-42", at: "2026-11-23" };
  const unfiled = { ...call, reason: "fascicolo n. 42" };
  const birth = { date: "1980-01-01" };
  const municipality = { name: "L'AQUILA", istatCode: "066049", province: "AQ" };
  const certificate: CertificateRequest = {
    kinds: ["RESIDENCE"], holder: { fiscalCode: null, familyName: "D'ÀVILA-ROSSI", givenName: null }, applicant: "HOLDER", registrar: { familyName: "DUTTO", givenName: "FRANCA" },
    channel: "COUNTER", abroad: false, duty: { cents: 1_600, paid: "VIRTUALLY" }, feeCents: 52,
  };
  const questions: Record<string, () => Promise<unknown>> = {
    "by fiscal code": () => bare!.person("RSSMRA80A01D205U", [], call),
    "by provisional fiscal code": () => bare!.person("12345670785", ["RESIDENCE"], call),
    "every data set": () => branded!.person("RSSMRA80A01D205U", dataSets, unfiled),
    "by registry id": () => bare!.personById("AA00000AA", ["DEATH"], call),
    "a household": () => bare!.household("40780000001", ["IDENTITY"], call),
    "by name": () => bare!.search({ familyName: "D'ÀVILA-ROSSI", givenName: "Æ. ŽOFIA", birth }, [], call),
    "by name, sex, month and place": () => branded!.search({ familyName: "ROSSI", givenName: "MARIO", sex: "M", birth: { ...birth, precision: "MONTH", municipality } }, ["RESIDENCE"], call),
    "by name and year": () => bare!.search({ familyName: "ROSSI", givenName: "MARIO", birth: { ...birth, precision: "YEAR" } }, [], call),
    "connection": () => bare!.ping({ operationId: "1" }),
    "connection, branded": () => branded!.ping({ operationId: "1" }),
    "a preview for the holder": () => bare!.previewCertificate(certificate, call),
    "a certificate for the holder": () => bare!.issueCertificate(certificate, call),
    "certificates for a third person, exempt": () => branded!.issueCertificate({
      ...certificate, kinds: ["HOUSEHOLD_WITH_KINSHIP", "CIVIL_STATUS"], channel: "ONLINE", abroad: true, duty: { exemption: 99, text: "altro motivo" }, feeCents: 0, despiteProceedings: true,
      applicant: { fiscalCode: "RSSMRA80A01D205U", familyName: null, givenName: "MARIO", sex: "M", birthDate: "1980-01-01", document: { description: "CI CA00000AA", issuedOn: "2020-01-31" } },
    }, unfiled),
    "a certificate for an administration": () => bare!.issueCertificate({ ...certificate, applicant: "ADMINISTRATION", duty: { exemption: 10 } }, call),
    "a table": () => bare!.codeTable(58, call),
    "declarations in any state": () => bare!.declarations({ kind: "RESIDENCE_CHANGE", from: "2026-11-01", to: "2026-11-23" }, call),
    "declarations in one state": () => branded!.declarations({ kind: "ELECTORAL_ENROLMENT", from: "2026-11-01", to: "2026-11-23", state: "2" }, call),
    "a declaration": () => bare!.declaration("27793779", call),
  };
  const samples: Sample[] = [];
  for (const [what, ask] of Object.entries(questions)) {
    // The refusal that the server gives ends the call: only what was sent is of interest.
    await ask().catch(() => undefined);
    samples.push({ what, xml: heard.at(-1)! });
  }
  await new Promise<void>(done => { server.close(() => done()); server.closeAllConnections(); });
  return samples;
}

const run = promisify(execFile);

/** Outer signature and assertion by xmlsec1, the workstation's CMS by OpenSSL. Without these programs nothing is checked, and that is said. */
async function signatures(envelopes: readonly Sample[], { certificate }: Workstation): Promise<ConformanceCount> {
  const check = "ANPR signatures by xmlsec1 and OpenSSL";
  const present = await Promise.all([run("xmlsec1", ["--version"]), run("openssl", ["version"])]).then(() => true, () => false);
  if (!present) return { check, cases: 0, agreed: 0, disagreed: [], note: "xmlsec1 or openssl not installed" };
  const folder = await mkdtemp(join(tmpdir(), "anpr-conformance-"));
  const file = (name: string) => join(folder, name);
  const disagreed: string[] = [];
  try {
    await writeFile(file("certificate.pem"), certificate);
    for (const { what, xml } of envelopes) {
      await writeFile(file("message.xml"), xml);
      await writeFile(file("workstation.cms"), Buffer.from(/Name="IdPostazioneFirmato".*?AttributeValue[^>]*>([^<]+)</.exec(xml)?.[1] ?? "", "base64"));
      const xmlsec = ["--verify", "--pubkey-cert-pem", file("certificate.pem"), "--id-attr:Id", "Timestamp", "--id-attr:Id", "Body", "--id-attr:ID", "Assertion", "--node-xpath"];
      const checks: Record<string, () => Promise<unknown>> = {
        outer: () => run("xmlsec1", [...xmlsec, "/*/*/*[local-name()='Security']/*[local-name()='Signature']", file("message.xml")]),
        assertion: () => run("xmlsec1", [...xmlsec, "//*[local-name()='Assertion']/*[local-name()='Signature']", file("message.xml")]),
        workstation: async () => {
          const { stdout } = await run("openssl", ["cms", "-verify", "-binary", "-inform", "DER", "-in", file("workstation.cms"), "-CAfile", file("certificate.pem"), "-purpose", "any"]);
          if (stdout !== "004078-CO-0000") throw new Error("another content");
        },
      };
      for (const [name, verify] of Object.entries(checks)) await verify().catch((error: unknown) => disagreed.push(`${what}: ${name}: ${String(error).slice(0, 400)}`));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return { check, cases: envelopes.length * 3, agreed: envelopes.length * 3 - disagreed.length, disagreed };
}
