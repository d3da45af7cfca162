import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { openRegistry, type CertificateRequest, type Registry, type RegistryOffice, type RegistrySettingsInput } from "../../../connectors/anpr/index.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import { anpr } from "../../../sandbox/anpr/index.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/server.ts";
import { makeWorkstation } from "./workstation.ts";

let folder: string;
let sandbox: Sandbox;
let settings: RegistrySettingsInput;
let office: Registry & RegistryOffice;
/** Time as the registry's client sees it: the real one, plus what a test added. */
let ahead = 0;
const clock = { now: () => new Date(Date.now() + ahead) };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "anpr-office-"));
  const probe = createServer().listen(0, "localhost");
  await new Promise(resolve => probe.once("listening", resolve));
  const registryTlsPort = (probe.address() as AddressInfo).port;
  await new Promise(resolve => probe.close(resolve));
  sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:1", dataDir: folder, simulators: [anpr], registryTlsPort });
  const read = (name: string) => readFile(join(folder, "anpr", name), "utf8");
  settings = {
    url: `https://localhost:${registryTlsPort}`, environment: "TEST", municipality: "004078", workstation: "004078-CO-0000", application: "1", operator: "USERSFREETEST001",
    clientAddress: "127.0.0.1", key: await read("municipality.key.pem"), certificate: await read("municipality.crt.pem"), authority: await read("ca.crt.pem"), officeDeadlineMs: 1_500,
  };
  office = await openRegistry(settings, { clock, log: silentLog });
});
afterEach(() => { sandbox.world.faults.lift(); ahead = 0; });
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

let count = 0;
const call = () => ({ operationId: `2026112300000000${String(count += 1).padStart(10, "0")}`, reason: "2026/7", at: "2026-11-23" });
const failure = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

const residence: CertificateRequest = {
  kinds: ["RESIDENCE"], holder: { fiscalCode: "RSSDAA84C52D205X", familyName: "Rossi", givenName: "Ada" }, applicant: "HOLDER", registrar: { familyName: "DUTTO", givenName: "FRANCA" },
  channel: "COUNTER", abroad: false, duty: { cents: 1_600, paid: "VIRTUALLY" }, feeCents: 52,
};

describe("over mutual TLS", () => {
  test("the municipality is let in, and its answers are the same", async () => {
    expect(await failure(office.ping({ operationId: call().operationId }))).toBeUndefined();
    expect(await office.person("RSSDAA84C52D205X", ["RESIDENCE"], call())).toMatchObject({ value: { familyName: "ROSSI" } });
    expect(office.credentialUntil.getTime()).toBeGreaterThan(Date.now() + 900 * 86_400_000);
  });

  test("somebody with another certificate is not, and is told nothing", async () => {
    const stranger = await openRegistry({ ...settings, ...(await makeWorkstation({ name: "CN=004078-CO-0000" })) }, { clock, log: silentLog });
    expect(await failure(stranger.ping({ operationId: call().operationId }))).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: expect.stringMatching(/^(ERR_SSL_|ECONNRESET)/) });
  });
});

describe("certificates", () => {
  test("a preview is a document without a number, and nothing is issued", async () => {
    const { value } = await office.previewCertificate(residence, call());
    expect(value!.number).toBeNull();
    expect(value!.pdf.toString("latin1")).toMatch(/^%PDF-1\.4[\s\S]*ANTEPRIMA[\s\S]*Certificato di residenza[\s\S]*%%EOF\n$/);
  });

  test("issued ones are numbered; the same operation brings the same one, another operation another", async () => {
    const asked = call();
    const first = await office.issueCertificate(residence, asked);
    const again = await office.issueCertificate(residence, asked);
    const other = await office.issueCertificate(residence, call());
    expect(first.value!.number).toMatch(/^\d{10}$/);
    expect(again.value).toEqual(first.value);
    expect(Number(other.value!.number)).toBe(Number(first.value!.number) + 1);
  });

  test.each([["the answer is lost", { kind: "reset", times: 1 }], ["the answer comes too late", { kind: "silent", times: 1 }], ["half an answer comes", { kind: "malformed", times: 1 }]] as const)("when %s it is asked for once, unknown, and repeated without a second one", async (_, fault) => {
    const before = Number((await office.issueCertificate(residence, call())).value!.number);
    sandbox.world.faults.impose("anpr", fault, "6001");
    const asked = call();
    const lost = await failure(office.issueCertificate(residence, asked));
    if (fault.kind === "malformed") expect(lost).toMatchObject({ code: "SOURCE_MALFORMED" });
    else expect(lost).toMatchObject({ code: "SOURCE_UNAVAILABLE", unknown: true });
    expect(Number((await office.issueCertificate(residence, asked)).value!.number)).toBe(before + 1);
    expect(Number((await office.issueCertificate(residence, call())).value!.number)).toBe(before + 2);
  });

  test.each<[string, Partial<CertificateRequest>, object]>([
    ["duty that is neither paid nor excused", { duty: { cents: 0, paid: "BY_STAMP" } }, { reason: "BAD_REQUEST", diagnosis: "EN208" }],
    ["an exemption of its own without words", { duty: { exemption: 99 } }, { reason: "BAD_REQUEST", diagnosis: "EN123" }],
    ["a historical one together with another", { kinds: ["RESIDENCE", "RESIDENCE_HISTORY"] }, { reason: "BAD_REQUEST", diagnosis: "EN153" }],
    ["citizenship of somebody from abroad", { kinds: ["CITIZENSHIP"], holder: { fiscalCode: null, familyName: "Diop", givenName: "Amadou", sex: "M", birthDate: "1988-01-25" } }, { reason: "NOT_CERTIFIABLE", diagnosis: "EN110" }],
    ["one of several of the same name", { holder: { fiscalCode: null, familyName: "Marro", givenName: "Olindo" } }, { reason: "AMBIGUOUS", diagnosis: "EN043" }],
  ])("refused: %s", async (_, change, expected) => {
    expect(await failure(office.issueCertificate({ ...residence, ...change }, call()))).toMatchObject(expected);
  });

  test("granted: exempt, for a third person with a paper, for an administration, several at once, for abroad", async () => {
    for (const change of [
      { duty: { exemption: 3 } }, { duty: { exemption: 99, text: "per uso interno" }, feeCents: 0 }, { applicant: "ADMINISTRATION" as const },
      { applicant: { fiscalCode: null, familyName: "ROSSI", givenName: null, document: { description: "CI CA00000AA", issuedOn: "2020-01-31" } } },
      { kinds: ["RESIDENCE", "HOUSEHOLD"] as const, abroad: true, despiteProceedings: true, channel: "ONLINE" as const },
    ]) expect((await office.issueCertificate({ ...residence, ...change }, call())).value!.number).toMatch(/^\d+$/);
  });

  test("nobody found is an answer", async () => {
    expect(await office.previewCertificate({ ...residence, holder: { fiscalCode: null, familyName: "Nessuno", givenName: "Ada" } }, call())).toMatchObject({ value: null });
  });
});

describe("tables of codes", () => {
  test("come unpacked and dated, are kept for a day, and the old one is shown as such while the registry is down", async () => {
    const keeper = await openRegistry(settings, { clock, log: silentLog });
    const first = await keeper.codeTable(6, call());
    expect(first).toMatchObject({ stale: false, rows: expect.arrayContaining([{ ID: "3", DESCRIZIONE: 'Altro, "ospite" o simile', ORDINAMENTO: "", DATAINIZIOVALIDITA: "", DATAFINEVALIDITA: "" }]) });
    sandbox.world.faults.impose("anpr", { kind: "unavailable" }, "7001");
    ahead = 23 * 3_600_000;
    expect(await keeper.codeTable(6, call())).toBe(first);
    ahead = 25 * 3_600_000;
    // So far ahead our messages would be refused: the fault comes before the gate looks.
    expect(await keeper.codeTable(6, call())).toEqual({ ...first, stale: true });
    expect(await failure(keeper.codeTable(1, call()))).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });

  test("a number that there is not is refused; one that cannot be never leaves", async () => {
    expect(await failure(office.codeTable(999, call()))).toMatchObject({ code: "SOURCE_REFUSED", diagnosis: "EN148" });
    expect(await failure(office.codeTable(0, call()))).toBeInstanceOf(RangeError);
  });
});

describe("citizens' online declarations", () => {
  const span = () => ({ kind: "RESIDENCE_CHANGE" as const, from: new Date(Date.now() - 28 * 86_400_000).toISOString().slice(0, 10), to: new Date().toISOString().slice(0, 10) });

  test("as a list, of one kind, in a state or in any", async () => {
    const { value } = await office.declarations(span(), call());
    expect(value).toHaveLength(4);
    expect(value![0]).toEqual({ code: "27793700", kind: "RESIDENCE_CHANGE", state: "2", openedAt: expect.any(Date), closedAt: null, fiscalCode: "RSSDAA84C52D205X" });
    expect((await office.declarations({ ...span(), state: "4" }, call())).value).toEqual([]);
    expect((await office.declarations({ ...span(), kind: "CORRECTION" }, call())).value).toEqual([]);
    expect(await failure(office.declarations({ ...span(), from: "2026-01-01" }, call()))).toMatchObject({ code: "SOURCE_REFUSED" });
  });

  test("one by one, with documents", async () => {
    const { value } = await office.declaration("27793701", call());
    expect(value).toMatchObject({
      code: "27793701", declarant: { fiscalCode: "FRRBRN82L05D742X" }, registryId: expect.stringMatching(/^[A-Z]{2}\d{5}[A-Z]{2}$/), history: [{ state: "2" }],
      contacts: [{ kind: "EMAIL", value: "bruno.ferrero@example.org" }, { kind: "MOBILE" }], summary: { name: "riepilogo.pdf", pdf: true }, attachments: [{ name: "titolo.pdf" }],
      residence: { newHousehold: false, address: { street: "VIA CARLO EMANUELE III", houseNumber: "14", flat: "3", municipality: { istatCode: "004078" } }, members: [{ accepted: true }] },
    });
    expect([value!.summary, ...value!.attachments].map(({ content }) => content.subarray(0, 5).toString())).toEqual(["%PDF-", "%PDF-"]);
    expect((await office.declaration("1", call())).value).toBeNull();
    expect(await failure(office.declaration("x", call()))).toBeInstanceOf(RangeError);
  });
});

test("what the office asks for is slow by nature: its guard does not shut out the questions about people", async () => {
  sandbox.world.faults.impose("anpr", { kind: "unavailable" }, "6001");
  const both = await openRegistry(settings, { clock: systemClock, log: silentLog });
  for (let times = 0; times < 10; times += 1) await failure(both.issueCertificate(residence, call()));
  expect(await failure(both.issueCertificate(residence, call()))).toMatchObject({ diagnosis: "BREAKER_OPEN" });
  expect(await both.person("RSSDAA84C52D205X", [], call())).toMatchObject({ value: { familyName: "ROSSI" } });
});
