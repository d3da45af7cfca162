import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openRegistry, type DataSet, type Registry, type RegistrySettingsInput } from "../../../connectors/anpr/index.ts";
import { SourceRefused } from "../../../connectors/upstream.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import { abroad, full, plain } from "./people.ts";
import { connected, ko, ok, send, startRegistryStub, type RegistryStub } from "./registry-stub.ts";
import { openSchema } from "./schema.ts";
import { makeWorkstation } from "./workstation.ts";

let stub: RegistryStub;
let settings: RegistrySettingsInput;
let registry: Registry;

beforeAll(async () => {
  stub = await startRegistryStub();
  settings = {
    url: stub.url, environment: "PROD", municipality: "004078", workstation: "004078-CO-9999", application: "12345",
    operator: "OPERATOR", clientAddress: "192.0.2.1", ...(await makeWorkstation()),
  };
});
afterAll(() => stub.close());
beforeEach(async () => {
  stub.requests.length = 0;
  registry = await openRegistry(settings, { clock: systemClock, log: silentLog });
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
    ["a household", () => registry.household("5550001", ["IDENTITY"], call), { tipoScheda: ["3"], identificativoANPR: ["5550001"], datiAnagraficiRichiesti: [] }],
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
    const { value } = await registry.household("5550001", ["HOUSEHOLD_TIE", "RESIDENCE"], call);
    expect(value).toHaveLength(1);
    expect(value![0]).not.toHaveProperty("householdTie");
    expect(value![0]!.residences).toEqual([]);
  });

  test("a household of many", async () => {
    stub.answer = (request, response) => send(response, ok(request, [plain, full, abroad]));
    const { value } = await registry.household("5550001", ["IDENTITY", "HOUSEHOLD_TIE"], call);
    expect(value?.map(({ familyName }) => familyName)).toEqual(["ROSSI", "VERDI D'ARCO", "MÜLLER"]);
    // The registry tells everything about each of them; what was not asked for goes no further.
    expect(Object.keys(value![1]!).sort()).toEqual(["birth", "familyName", "fiscalCode", "fiscalCodeValidated", "givenName", "householdTie", "registryId", "residences", "sex"]);
    expect(value!.flatMap(({ residences }) => residences)).toEqual([]);
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
