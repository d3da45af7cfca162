import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { anpr } from "../../../sandbox/anpr/index.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { type Spoil, Workstation } from "./client.ts";

let dataDir: string;
let otherDir: string;
let sandbox: Sandbox;
let office: Workstation;
let stranger: Workstation;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "anpr-"));
  otherDir = await mkdtemp(join(tmpdir(), "anpr-"));
  const other = await startSandbox({ port: 0, hubUrl: "http://localhost:1", dataDir: otherDir, simulators: [anpr] });
  stranger = await Workstation.open(other.url, otherDir);
  await other.close();
  sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:1", dataDir, simulators: [anpr] });
  office = await Workstation.open(sandbox.url, dataDir);
});

afterAll(async () => {
  await sandbox.close();
  await Promise.all([dataDir, otherDir].map(folder => rm(folder, { recursive: true })));
});

const request = () => office.request("<codiceFiscale>RSSDAA84C52D205X</codiceFiscale>");
const policy = "Rejected by policy. (from client)";
const internal = "Internal Error";
const invalid = "Aborting...Invalid request received Error";

/** The whole answer of a shut gate: nothing else may be in it. */
const fault = (reason: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><env:Fault><faultcode>env:Client</faultcode><faultstring>${reason}</faultstring></env:Fault></env:Body></env:Envelope>`;

test.each<[string, Spoil]>([
  ["as it should be", {}],
  ["with the old SHA-1 algorithms", { sha1: true }],
  ["by an operator known by fiscal code", { operator: "DTTFNC78T48D205U" }],
  ["with signed attributes in the CMS", { attributesFor: "004078-CO-0000" }],
  ["a little fast", { createdAgoMs: -30_000 }],
])("passes what is signed %s", async (_case, spoil) => {
  const { status, text } = await office.send(request(), spoil);
  expect([status, text.includes("<cognome>ROSSI</cognome>")]).toEqual([200, true]);
});

test.each<[string, Spoil, string]>([
  ["no security header", { without: "security" }, internal],
  ["no outer signature", { without: "outer signature" }, internal],
  ["no timestamp", { without: "timestamp" }, policy],
  ["no assertion", { without: "assertion" }, policy],
  ["an assertion without signature", { without: "assertion signature" }, policy],
  ["an outer signature that leaves the body out", { without: "body reference" }, policy],
  ["no mustUnderstand", { without: "mustUnderstand" }, policy],
  ["a timestamp that has passed", { createdAgoMs: 301_000 }, policy],
  ["a clock two minutes fast", { createdAgoMs: -120_000 }, policy],
  ["a timestamp of ten minutes", { lifetimeMs: 600_000 }, policy],
  ["an assertion that has passed", { assertionAgoMs: 301_000 }, policy],
  ["an unknown operator", { operator: "RSSMRA80A01H501U" }, policy],
  ["another office", { office: "001272", workstation: "001272-CO-0000" }, policy],
  ["a workstation of another office", { workstation: "001272-CO-0000" }, policy],
  ["a signed workstation that is not the one stated", { signedContent: "004078-CO-0001" }, policy],
  ["a CMS whose attributes are of another content", { attributesFor: "004078-CO-0001" }, policy],
])("stops %s", async (_case, spoil, reason) => {
  expect(await office.send(request(), spoil)).toEqual({ status: 500, text: fault(reason) });
});

test("stops keys and certificates that do not belong", async () => {
  const foreign = { key: stranger.key, certificate: stranger.certificate };
  for (const spoil of [foreign, { key: stranger.key }, { certificate: stranger.certificate }, { assertionCertificate: stranger.certificate }]) {
    expect(await office.send(request(), spoil)).toEqual({ status: 500, text: fault(policy) });
  }
});

test("stops a message that was changed after signing, or wrapped", async () => {
  const signed = await office.sign(request());
  const changes = [
    signed.replace("RSSDAA84C52D205X", "GRDLNE95S42L219D"),
    signed.replace("<criteriRicerca>", "\n  <criteriRicerca>"),
    signed.replace("USERSFREETEST078", "USERSFREETEST079"),
    signed.replace(/(<wsu:Expires>)\d{4}/, "$12099"),
    signed.replace(/<s:Body wsu:Id="B">(.*)<\/s:Body>/s, (body, content: string) => `<s:Body>${content.replace("RSSDAA84C52D205X", "GRDLNE95S42L219D")}</s:Body><wrapper>${body}</wrapper>`),
  ];
  for (const changed of changes) expect(await office.post(changed)).toEqual({ status: 500, text: fault(policy) });
});

test.each([
  ["what is not XML", "hello"],
  ["nothing", "<a/>"],
  ["a DTD", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`],
  ["a message cut short", "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>"],
])("aborts on %s", async (_case, body) => {
  expect(await office.post(body)).toEqual({ status: 500, text: fault(invalid) });
});

test("aborts on a well-signed message that is not in the schema", async () => {
  const misplaced = request().replace(/(<criteriRicerca>.*<\/criteriRicerca>)(<datiRichiesta>.*<\/datiRichiesta>)/, "$2$1");
  const qualified = request().replaceAll("criteriRicerca>", "c:criteriRicerca>");
  const birthInCriteria = request().replace("</criteriRicerca>", "<dataNascita>1984-03-12</dataNascita></criteriRicerca>");
  const otherService = request().replaceAll("Richiesta3002", "Richiesta3001");
  for (const body of [misplaced, qualified, birthInCriteria, otherService, request().replace(/2026-11-23<\/dataRif/, "23/11/2026</dataRif")]) {
    expect(await office.send(body)).toEqual({ status: 500, text: fault(invalid) });
  }
});
