import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { openRegistry, type DataSet, type Registry, type RegistrySettingsInput } from "../../../connectors/anpr/index.ts";
import { SourceRefused, SourceUnavailable, type FinishedCall } from "../../../connectors/upstream.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { abroad, full, plain } from "./people.ts";
import { connected, fault, ko, ok, send, startRegistryStub, type RegistryStub } from "./registry-stub.ts";
import { openSchema } from "./schema.ts";
import { makeWorkstation } from "./workstation.ts";

let stub: RegistryStub;
let settings: RegistrySettingsInput;
let registry: Registry;
const logged: string[] = [];
const log = pino({ level: "debug" }, { write: (line: string) => { logged.push(line); } });

beforeAll(async () => {
  stub = await startRegistryStub();
  settings = {
    url: stub.url, environment: "PROD", municipality: "004078", workstation: "004078-CO-9999", application: "12345",
    operator: "OPERATOR", clientAddress: "192.0.2.1", deadlineMs: 500, ...(await makeWorkstation()),
  };
});
afterAll(() => stub.close());
const calls: FinishedCall[] = [];
beforeEach(async () => {
  calls.length = 0;
  stub.requests.length = 0;
  registry = await openRegistry(settings, { clock: systemClock, log, onCall: call => calls.push(call) });
});

const call = { operationId: "2026112300001", reason: "CUNEO/2026-42", at: "2026-11-23" };
const ask = (dataSets: readonly DataSet[] = []) => registry.person("RSSMRA80A01D205U", dataSets, call);
const failure = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);
const said = (element: string) => new RegExp(`<${element}>([^<]*)</${element}>`, "g");
const values = (element: string, body = stub.requests.at(-1)!.body) => [...body.matchAll(said(element))].map(([, value]) => value!.replaceAll("&apos;", "'"));
const schema = openSchema("connectors/anpr/contract/consultation.xsd");
const connectionSchema = openSchema("connectors/anpr/contract/connection.xsd");
const payload = (body: string) => /<(?:\w+:)?Body[^>]*>([\s\S]*)<\/(?:\w+:)?Body>/.exec(body)![1]!;

describe("what is asked", () => {
  test.each<[string, () => Promise<unknown>, Record<string, string[]>]>([
    ["by fiscal code", () => ask(["RESIDENCE", "RESIDENCE", "DEATH"]), { codiceFiscale: ["RSSMRA80A01D205U"], datiAnagraficiRichiesti: ["2", "10", "28"], dataRiferimentoRichiesta: ["2026-11-23"], protocolloComune: ["CUNEO/2026-42"] }],
    ["by registry id", () => registry.personById("AA00000AA", [], call), { idANPR: ["AA00000AA"], datiAnagraficiRichiesti: ["2"] }],
    ["a household", () => registry.household("5550001", call), { tipoScheda: ["3"], identificativoANPR: ["5550001"], datiAnagraficiRichiesti: [] }],
    ["by name", () => registry.search({ familyName: "VERDI D'ARCO", givenName: "ANNA", sex: "F", birth: { date: "1955-03-01", precision: "MONTH", municipality: { name: "CUNEO", istatCode: "004078", province: "CN" } } }, ["RESIDENCE"], { ...call, reason: "a reason that is no protocol number" }), { cognome: ["VERDI D'ARCO"], nome: ["ANNA"], sesso: ["F"], dataEvento: ["1955-03-01"], senzaGiorno: ["1"], codiceIstat: ["004078"], protocolloComune: [] }],
  ])("%s", async (_, asked, expected) => {
    stub.answer = (request, response) => send(response, ko(request, ["EN122", "E"]));
    await asked();
    const [{ path, action, type, body }] = stub.requests as [RegistryStub["requests"][0]];
    expect({ path, action, type }).toEqual({ path: "/ANPR3000ServiziConsultazione/AnprService3000", action: '""', type: "text/xml; charset=utf-8" });
    expect(schema(payload(body))).toEqual([]);
    for (const [element, value] of Object.entries(expected)) expect({ [element]: values(element) }).toEqual({ [element]: value });
    expect(values("tipoInvio")).toEqual(["PROD"]);
    expect(values("codDestinatario")).toEqual(["ANPR05"]);
    expect(values("idOperazioneComune")).toEqual([call.operationId]);
  });

  test("an operation id outside the registry's alphabet never leaves", async () => {
    expect(await failure(registry.person("RSSMRA80A01D205U", [], { ...call, operationId: "0197a2f3-uuid" }))).toBeInstanceOf(RangeError);
    expect(stub.requests).toHaveLength(0);
  });

  test("the connection test", async () => {
    stub.answer = (request, response) => send(response, connected(request));
    await registry.ping({ operationId: "1" });
    expect(stub.requests[0]!.path).toBe("/ANPRTestConn/TestConn");
    expect(connectionSchema(payload(stub.requests[0]!.body))).toEqual([]);
    expect(registry.health()).toMatchObject({ source: "ANPR", status: "UP", calls: 1, failures: 0 });
  });
});

describe("what is answered", () => {
  test("the stub's own answers keep to the schema", () => {
    for (const body of [ok("", [plain, full, abroad], [["AN001", "W"]]), ko("", ["EN122", "E"])]) expect(schema(payload(body))).toEqual([]);
  });

  test("a whole person, in our words", async () => {
    stub.answer = (request, response) => send(response, ok(request, [full], [["EN148", "W"]]));
    const { value, ...provenance } = await ask();
    expect(provenance).toEqual({ registryOperationId: "987654321", readAt: expect.any(Date), warnings: ["EN148", "AN001"] });
    expect(value).toEqual({
      registryId: "BB11111BB", fiscalCode: "VRDNNA55C41D205X", fiscalCodeValidated: true, familyName: "VERDI D'ARCO", givenName: "ANNA MARIA", sex: "F",
      birth: { date: "1955-03-01", precision: "DAY", place: { kind: "ITALY", name: "CUNEO", istatCode: "004078", province: "CN", locality: null } },
      civilStatus: "MARRIED",
      citizenships: [{ country: "ITALIA", countryCode: "100", since: null }, { country: "FRANCIA", countryCode: "215", since: "2001-05-06" }],
      father: { fiscalCode: null, fiscalCodeValidated: false, familyName: null, givenName: "UGO", sex: null, birth: { date: null, precision: "DAY", place: null } },
      residences: [{
        kind: "RESIDENCE", since: "2010-06-30", careOf: "BIANCHI",
        address: { kind: "ITALY", postalCode: "12100", municipality: { name: "CUNEO", istatCode: "004078", province: "CN", locality: null }, hamlet: "SPINETTA", street: "VIA ROMA", houseNumber: "12/A", stair: "B", floor: "2", flat: "7" },
      }],
      marriage: { spouse: expect.objectContaining({ familyName: "NERI", givenName: "LUCA" }), on: { date: "1980-09-01", precision: "DAY" } },
      identityCard: { number: "CA00000AA", issuedOn: "2020-01-31", expiresOn: "2030-03-01", cancelledOn: null, validAbroad: true },
      householdTie: { relation: "SPOUSE", kind: "FAMILY", since: "2010-06-30" },
      householdId: "5550001", household: { kind: "FAMILY", since: "1980-09-01", name: null },
      digitalAddress: { address: "anna@example.org", since: "2024-02-29" },
      death: { date: "2026-10-01", precision: "DAY", place: null },
    });
  });

  test("a person of whom little is known: no given name, a year of birth, an address abroad, a community", async () => {
    stub.answer = (request, response) => send(response, ok(request, [abroad]));
    const { value } = await ask();
    expect(value).toMatchObject({
      registryId: null, fiscalCode: "12345678901", fiscalCodeValidated: false, familyName: "MÜLLER", givenName: null, sex: null,
      birth: { date: "1950-01-01", precision: "YEAR", place: { kind: "ABROAD", locality: "ZÜRICH", country: "SVIZZERA", countryCode: "241" } },
      residences: [{ kind: "FOREIGN_RESIDENCE", address: { kind: "ABROAD", street: "BAHNHOFSTRASSE", houseNumber: "1", postalCode: "8001", consulate: "ZURIGO" } }],
      householdTie: { relation: "OTHER", kind: "COMMUNITY" },
    });
    expect(value).not.toHaveProperty("death");
  });

  test("a person without ties, and one alone in a list", async () => {
    stub.answer = (request, response) => send(response, ok(request, [plain]));
    const { value } = await registry.household("5550001", call);
    expect(value).toHaveLength(1);
    expect(value![0]).not.toHaveProperty("householdTie");
    expect(value![0]!.residences).toEqual([]);
  });

  test("a household of many", async () => {
    stub.answer = (request, response) => send(response, ok(request, [plain, full, abroad]));
    const { value } = await registry.household("5550001", call);
    expect(value?.map(({ familyName }) => familyName)).toEqual(["ROSSI", "VERDI D'ARCO", "MÜLLER"]);
  });

  test.each<[string, (request: string) => string]>([
    ["EN122", request => ko(request, ["EN122", "E"])],
    ["EN042 after a warning", request => ko(request, ["EN148", "W"], ["EN042", "E"])],
    ["a positive answer with nobody in it", request => ok(request, [])],
  ])("nobody: %s", async (_, answer) => {
    stub.answer = (request, response) => send(response, answer(request));
    expect(await ask()).toMatchObject({ value: null, registryOperationId: "987654321" });
    expect(registry.health()).toMatchObject({ status: "UP", failures: 0 });
  });

  test.each<[string, readonly (readonly [string, string])[], string, string | undefined]>([
    ["EN043", [["EN043", "E"]], "AMBIGUOUS", "EN043"],
    ["EN067", [["EN067", "E"]], "AMBIGUOUS", "EN067"],
    ["EN051", [["EN051", "E"]], "BAD_REQUEST", "EN051"],
    ["EN079", [["EN079", "E"]], "OPERATION_REUSED", "EN079"],
    ["EN493", [["EN493", "E"]], "NOT_AUTHORISED", "EN493"],
    ["a code nobody told us of", [["EN777", "E"]], "REFUSED", "EN777"],
    ["a warning beside an error", [["EN148", "W"], ["EN081", "E"]], "BAD_REQUEST", "EN081"],
    ["an empty list", [], "REFUSED", "NO_ERROR_CODE"],
    ["warnings only", [["EN148", "W"]], "REFUSED", "NO_ERROR_CODE"],
    ["text where a code should be", [["ROSSI MARIO", "E"]], "REFUSED", "UNREADABLE"],
  ])("refused: %s", async (_, codes, reason, diagnosis) => {
    stub.answer = (request, response) => send(response, ko(request, ...codes));
    const error = await failure(ask());
    expect(error).toBeInstanceOf(SourceRefused);
    expect(error).toMatchObject({ source: "ANPR", reason, diagnosis });
    expect(stub.requests).toHaveLength(1);
  });

  test("several hits for one person are an ambiguity with a number and no name", async () => {
    stub.answer = (request, response) => send(response, ok(request, [plain, full]));
    const error = await failure(ask());
    expect(error).toMatchObject({ reason: "AMBIGUOUS", options: { details: { hits: 2 } } });
    expect(JSON.stringify(error)).not.toMatch(/ROSSI|VERDI/);
  });

  test("several hits of a search are all shown", async () => {
    stub.answer = (request, response) => send(response, ok(request, [plain, full]));
    expect((await registry.search({ familyName: "ROSSI", givenName: "MARIO", birth: { date: "1980-01-01" } }, [], call)).value).toHaveLength(2);
  });

  test("an answer to another question is never taken for ours", async () => {
    stub.answer = (_, response) => send(response, ok("<idOperazioneComune>1<", [plain]));
    expect(await failure(ask())).toMatchObject({ code: "SOURCE_MALFORMED" });
  });
});

describe("faults", () => {
  const rejected = fault("env:Client", "Rejected by policy. (from client)");
  test.each<[string, string, string | undefined, object]>([
    ["policy, clocks apart", rejected, new Date(Date.now() - 600_000).toUTCString(), { reason: "NOT_AUTHORISED", diagnosis: "CLOCK" }],
    ["policy, nothing to see", rejected, undefined, { reason: "NOT_AUTHORISED", diagnosis: "OPERATOR_OR_ADDRESS" }],
    ["internal error", fault("env:Client", "Internal Error"), undefined, { reason: "NOT_AUTHORISED", diagnosis: "SIGNATURE" }],
    ["invalid request", fault("env:Client", "Aborting...Invalid request received Error"), undefined, { reason: "BAD_REQUEST", diagnosis: "REQUEST_OR_PLATFORM" }],
    ["another", fault("env:Client", "ROSSI"), undefined, { reason: "REFUSED", diagnosis: "FAULT_CLIENT" }],
    ["of the server", fault("env:Server", "ROSSI"), undefined, { code: "SOURCE_UNAVAILABLE", diagnosis: "FAULT_SERVER" }],
  ])("%s", async (_, body, date, expected) => {
    stub.answer = (_request, response) => { if (date) response.setHeader("date", date); send(response, body, 500); };
    expect(await failure(ask())).toMatchObject(expected);
  });

  test.each([
    ["out of date", { until: new Date(Date.now() - 1_000) }],
    ["of the test environment", { name: "CN=888231-CO-0000" }],
  ])("policy, and our certificate is %s", async (_, certificate) => {
    registry = await openRegistry({ ...settings, ...(await makeWorkstation(certificate)) }, { clock: systemClock, log });
    stub.answer = (_request, response) => send(response, rejected, 500);
    expect(await failure(ask())).toMatchObject({ diagnosis: "CERTIFICATE" });
  });
});

describe("a registry in trouble", () => {
  test.each<[string, RegistryStub["answer"], string, string, number]>([
    ["slow, within the deadline", (request, response) => void setTimeout(() => send(response, ok(request, [plain])), 200), "OK", "", 1],
    ["silent", () => undefined, "SOURCE_UNAVAILABLE", "TIMEOUT", 1],
    ["one byte every 20 ms", (_, response) => { const drip = setInterval(() => response.write("<"), 20); response.on("close", () => clearInterval(drip)); }, "SOURCE_UNAVAILABLE", "TIMEOUT", 1],
    ["reset connections", (_, response) => response.socket?.resetAndDestroy(), "SOURCE_UNAVAILABLE", "ECONNRESET", 3],
    ["30 MB", (_, response) => { response.writeHead(200, { "content-type": "text/xml" }); for (let n = 0; n < 30; n += 1) response.write(Buffer.alloc(1_048_576, 0x20)); response.end(); }, "SOURCE_MALFORMED", "TOO_LARGE", 1],
    ["503 with a page", (_, response) => void response.writeHead(503, { "content-type": "text/html" }).end("<html>ROSSI</html>"), "SOURCE_UNAVAILABLE", "HTTP_503", 3],
    ["a page with status 200", (_, response) => void response.end("<html>ROSSI</html>"), "SOURCE_MALFORMED", "NOT_SOAP", 1],
    ["cut XML", (request, response) => send(response, ok(request, [plain]).slice(0, -30)), "SOURCE_MALFORMED", "NOT_XML", 1],
    ["a document type", (request, response) => send(response, ok(request, [plain]).replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>')), "SOURCE_MALFORMED", "DOCTYPE", 1],
    ["20,000 levels", (_, response) => send(response, `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${"<a>".repeat(20_000)}${"</a>".repeat(20_000)}</e:Body></e:Envelope>`), "SOURCE_MALFORMED", "NOT_XML", 1],
    ["another encoding", (request, response) => send(response, ok(request, [plain]).replace("UTF-8", "ISO-8859-1")), "SOURCE_MALFORMED", "ENCODING", 1],
    ["another message", (_, response) => send(response, ok("", []).replaceAll("Risposta3002", "Risposta9999")), "SOURCE_MALFORMED", "NOT_IN_CONTRACT", 1],
    ["neither half of an answer", (_, response) => send(response, '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><a:Risposta3002 xmlns:a="http://sogei.it/ANPR/3000consultazione"/></e:Body></e:Envelope>'), "SOURCE_MALFORMED", ":invalid_type", 1],
    ["a day that is none", (request, response) => send(response, ok(request, [plain.replace("1980-01-01", "01/01/1980")])), "SOURCE_MALFORMED", "listaSoggetti.datiSoggetto.0.generalita.dataNascita:custom", 1],
    ["999, in passing", (request, response) => send(response, stub.requests.length < 2 ? ko(request, ["999", "E"]) : ok(request, [plain])), "OK", "", 2],
  ])("%s", async (_, answer, code, diagnosis, asked) => {
    stub.answer = answer;
    const started = performance.now();
    const result = await ask().catch((error: unknown) => error);
    expect(performance.now() - started).toBeLessThan(1_500);
    if (code === "OK") expect(result).toMatchObject({ value: { familyName: "ROSSI" } });
    else expect(result).toMatchObject({ code, diagnosis });
    expect(stub.requests).toHaveLength(asked);
    // A repeat is the same question: the registry answers it once.
    expect(new Set(stub.requests.flatMap(({ body }) => values("idOperazioneComune", body))).size).toBe(1);
  });

  test("opens the breaker within ten failures, then answers at once, for all operations; no socket is leaked", async () => {
    const silent = await startRegistryStub();
    registry = await openRegistry({ ...settings, url: silent.url, deadlineMs: 40 }, { clock: systemClock, log });
    silent.answer = () => undefined;
    for (let n = 0; n < 10; n += 1) await failure(ask());
    const asked = silent.requests.length;
    expect(asked).toBeLessThan(10);
    const started = performance.now();
    const error = await failure(registry.ping({ operationId: "1" }));
    expect(performance.now() - started).toBeLessThan(50);
    expect(error).toBeInstanceOf(SourceUnavailable);
    expect(error).toMatchObject({ diagnosis: "BREAKER_OPEN" });
    expect(silent.requests).toHaveLength(asked);
    expect(registry.health()).toMatchObject({ status: "DOWN" });
    await wait(50);
    expect(silent.openSockets()).toBe(0);
    await silent.close();
  });

  test("nobody there", async () => {
    registry = await openRegistry({ ...settings, url: "http://127.0.0.1:1" }, { clock: systemClock, log });
    expect(await failure(ask())).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: "ECONNREFUSED" });
  });

  test("a caller that leaves ends the call", async () => {
    stub.answer = () => undefined;
    const caller = new AbortController();
    const asked = failure(registry.person("RSSMRA80A01D205U", [], { ...call, signal: caller.signal }));
    await wait(30);
    caller.abort();
    expect(await asked).toBe(caller.signal.reason);
    expect(calls.map(({ outcome }) => outcome)).toEqual(["ABORTED"]);
  });
});

test("nothing of the people, the registry's text or the keys was logged or named in an error", () => {
  const everything = logged.join("");
  expect(logged.length).toBeGreaterThan(10);
  expect(everything).not.toMatch(/RSSMRA80A01D205U|ROSSI|PERSONAL TEXT|BEGIN|OPERATOR"/);
});
