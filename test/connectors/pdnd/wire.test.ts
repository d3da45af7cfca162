import { setTimeout as wait } from "node:timers/promises";
import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { decodeJwt, jwtVerify } from "jose";
import type { DataSet, Registry } from "../../../connectors/anpr/index.ts";
import { openPdndRegistry, type PdndSettingsInput, type Statement, type Verifier } from "../../../connectors/pdnd/index.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import { purposeOf, serviceCodes, type ServiceCode } from "../../../sandbox/pdnd/settings.ts";
import { contractPaths, faultsIn } from "./contract.ts";
import { json, nobody, startProviderStub, type ProviderStub, type Seen } from "./provider-stub.ts";

const clientId = "d2050000-c11e-4000-8000-000000004078";
const pair = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
const publicKey = createPublicKey(pair.publicKey);

let stub: ProviderStub;
let settings: PdndSettingsInput;
let registry: Registry & Verifier;

const open = (changes: Partial<PdndSettingsInput> = {}) => openPdndRegistry({ ...settings, ...changes }, { clock: systemClock, log: silentLog });
const purposesFor = (...codes: ServiceCode[]) => Object.fromEntries(codes.map(code => [code, purposeOf(code)]));

beforeAll(async () => {
  stub = await startProviderStub();
  settings = {
    tokenUrl: `${stub.url}/token.oauth2`, registryUrl: `${stub.url}/rest/MinInternoPortaANPR-PDND`, clientId, key: pair.privateKey,
    purposes: purposesFor(...serviceCodes), user: { id: "sportello-hub", location: "sala server" }, deadlineMs: 2_500, voucherDeadlineMs: 1_500,
  };
});
afterAll(() => stub.close());
beforeEach(async () => {
  stub.reset();
  registry = await open();
});

const fiscalCode = "RSSMRA80A01D205U";
const call = { operationId: "20261123100000000000000001", reason: "CUNEO/2026-42", at: "2026-11-23" };
const failure = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);
const serviceOf = ({ path }: Seen): string => /\/(C\d{3})-/.exec(path)?.[1] ?? path;
const bodyOf = ({ body }: Seen) => JSON.parse(body.toString("utf8")) as { idOperazioneClient: string; criteriRicerca: object; verifica?: object; datiRichiesta: object };
const asked = () => stub.requests.map(serviceOf);
const ok = (entries: unknown, more: object = {}) => ({ idOperazioneANPR: "58370927", listaSoggetti: { datiSoggetto: entries }, ...more });

const identity = { codiceFiscale: { codFiscale: fiscalCode, validitaCF: "1" }, cognome: "ROSSI", nome: "MARIO", sesso: "M", dataNascita: "1980-01-01" };
const somebody = { generalita: identity, identificativi: { idANPR: "AA12345BB" } };
const remarks = [{ id: "1003", chiave: "Verifica esistenza in vita", valore: "S" }];

/** Answers each e-service with these entries, and those that are not here with nobody. */
const answering = (entries: Readonly<Record<string, unknown>>) => {
  stub.answer = (response, request) => {
    const found = entries[serviceOf(request)];
    return found === undefined ? json(response, 404, { idOperazioneANPR: "1", listaErrori: [{ codiceErroreAnomalia: "EN122", tipoErroreAnomalia: "E" }] }) : json(response, 200, ok(found));
  };
};
const known = { C030: [{ identificativi: { idANPR: "AA12345BB" } }] };

describe("what is sent", () => {
  const member = { familyName: "ROSSI", givenName: "ANNA", sex: "F", birthDate: "2013-05-20", relation: "CHILD" } as const;
  const municipality = { name: "CUNEO", istatCode: "004078", province: "CN" };
  const questions: readonly (readonly [string, () => Promise<unknown>, object])[] = [
    ["by fiscal code", () => registry.person(fiscalCode, [], call), { C030: { codiceFiscale: fiscalCode } }],
    ["by identifier", () => registry.personById("AA12345BB", ["RESIDENCE"], call), { C020: { idANPR: "AA12345BB" } }],
    ["without a name", () => registry.search({ familyName: "", givenName: "SINGH", birth: { date: "1989-01-01", precision: "YEAR" } }, [], call), { C030: { senzaCognome: "1", nome: "SINGH", datiNascita: { dataEvento: "1989-01-01", senzaGiornoMese: "1" } } }],
    ["by name", () => registry.search({ familyName: "D'AMICO", givenName: "ANNA", sex: "F", birth: { date: "1966-06-01", precision: "MONTH", municipality } }, [], call), { C030: { cognome: "D'AMICO", nome: "ANNA", sesso: "F", datiNascita: { dataEvento: "1966-06-01", senzaGiorno: "1", luogoNascita: { comune: { nomeComune: "CUNEO", codiceIstat: "004078", siglaProvinciaIstat: "CN" } } } } }],
    ["a household", () => registry.household("AA12345BB", ["HOUSEHOLD_TIE"], call), { C021: { idANPR: "AA12345BB" } }],
    ["a household, by fiscal code", () => registry.household(fiscalCode, ["HOUSEHOLD_TIE"], call), { C021: { codiceFiscale: fiscalCode } }],
  ];

  test.each(questions)("%s", async (_, ask, criteria) => {
    await ask();
    expect(Object.fromEntries(stub.requests.map(request => [serviceOf(request), bodyOf(request).criteriRicerca]))).toEqual(criteria);
    for (const request of stub.requests) {
      expect(faultsIn(serviceOf(request), "request", bodyOf(request))).toEqual([]);
      expect(contractPaths).toContain(request.path.replace("/rest/MinInternoPortaANPR-PDND", ""));
    }
  });

  test.each<[string, Statement, string, object | undefined]>([
    ["alive", { kind: "ALIVE" }, "C007", undefined],
    ["identity", { kind: "IDENTITY", familyName: "ROSSI", givenName: "MARIO", sex: "M", birth: { date: "1980-01-01", municipality } }, "C003", { generalita: { cognome: "ROSSI", nome: "MARIO", sesso: "M", dataNascita: "1980-01-01", luogoNascita: { comune: { nomeComune: "CUNEO", codiceIstat: "004078", siglaProvinciaIstat: "CN" } } } }],
    ["residence in a municipality", { kind: "RESIDENCE", municipality }, "C008", { residenza: { tipoIndirizzo: "1", indirizzo: { comune: { nomeComune: "CUNEO", codiceIstat: "004078", siglaProvinciaIstat: "CN" } } } }],
    ["residence at an address", { kind: "RESIDENCE", municipality, postalCode: "12100", street: { kind: "VIA", name: "ROMA" }, houseNumber: "28", houseLetter: "A", stair: "B", flat: "7" }, "C008", { residenza: { tipoIndirizzo: "1", indirizzo: { cap: "12100", comune: expect.anything(), toponimo: { specie: "VIA", denominazioneToponimo: "ROMA" }, numeroCivico: { numero: "28", lettera: "A", civicoInterno: { scala: "B", interno1: "7" } } } } }],
    ["household", { kind: "HOUSEHOLD", members: [member] }, "C009", { listaSoggetti: { datiSoggetto: [{ generalita: { cognome: "ROSSI", nome: "ANNA", sesso: "F", dataNascita: "2013-05-20" }, legameSoggetto: { tipoLegame: "3", codiceLegame: "3" } }] } }],
  ])("a statement: %s", async (_, statement, service, verifica) => {
    answering(known);
    await registry.verify({ ...statement, fiscalCode }, call);
    expect(asked()).toEqual(["C030", service]);
    const sent = bodyOf(stub.requests[1]!);
    expect(sent).toMatchObject({ criteriRicerca: { idANPR: "AA12345BB" }, datiRichiesta: { casoUso: service } });
    expect(sent.verifica).toEqual(verifica);
    expect(faultsIn(service, "request", sent)).toEqual([]);
  });

  test("each e-service gets a number of its own, made from the operation's, and its own purpose", async () => {
    answering({ ...known, C018: [somebody], C020: [somebody] });
    await registry.person(fiscalCode, ["RESIDENCE", "CITIZENSHIP"], call);
    const numbers = stub.requests.map(request => [serviceOf(request), bodyOf(request).idOperazioneClient]);
    expect(Object.fromEntries(numbers)).toEqual({ C030: `${call.operationId}030`, C018: `${call.operationId}018`, C020: `${call.operationId}020` });
    for (const [, number] of numbers) expect(number).toMatch(/^[0-9a-zA-Z]{1,30}$/);
    expect(stub.tokens.map(({ assertion }) => assertion["purposeId"]).sort()).toEqual((["C018", "C020", "C030"] as const).map(purposeOf).sort());
    expect(stub.requests.map(each => bodyOf(each).datiRichiesta)).toEqual(stub.requests.map(each => ({ dataRiferimentoRichiesta: call.at, motivoRichiesta: call.reason, casoUso: serviceOf(each) })));
  });

  test("both signed headers, over what is sent; the voucher is bound to the evidence", async () => {
    await registry.person(fiscalCode, [], { ...call, user: { id: "operator-7", location: "office-3", assurance: "L2" } });
    const [{ headers, body }] = stub.requests as [Seen];
    const audience = `${stub.url}/rest/MinInternoPortaANPR/C030-servizioAccertamentoIdUnicoNazionale/v1`;
    const read = async (name: string) => (await jwtVerify(headers[name] as string, publicKey, { algorithms: ["RS256"], audience, issuer: clientId })).payload;
    const evidence = await read("agid-jwt-trackingevidence");
    expect(evidence).toMatchObject({ userID: "operator-7", userLocation: "office-3", LoA: "L2", purposeId: purposeOf("C030") });
    const hash = createHash("sha256").update(headers["agid-jwt-trackingevidence"] as string).digest("hex");
    expect(stub.tokens[0]!.assertion["digest"]).toEqual({ alg: "SHA256", value: hash });
    expect(decodeJwt(headers.authorization!.replace("Bearer ", ""))["digest"]).toEqual({ alg: "SHA256", value: hash });
    const { signed_headers: signed } = await read("agid-jwt-signature");
    expect(signed).toEqual([{ "content-type": headers["content-type"] }, { digest: headers["digest"] }]);
    expect(headers["digest"]).toBe(`SHA-256=${createHash("sha256").update(body).digest("base64")}`);
    expect(headers["content-encoding"]).toBeUndefined();
  });

  test("where nobody in person asked, the hub itself did", async () => {
    await registry.person(fiscalCode, [], call);
    expect(decodeJwt(stub.requests[0]!.headers["agid-jwt-trackingevidence"] as string)).toMatchObject({ userID: "sportello-hub", userLocation: "sala server", LoA: "NONE" });
  });

  test("a repeat is the same question with new proofs", async () => {
    stub.answer = response => (stub.requests.length < 3 ? json(response, 500, { idOperazioneANPR: "1", listaErrori: [{ codiceErroreAnomalia: "999", tipoErroreAnomalia: "E" }] }) : json(response, 200, ok(known.C030)));
    expect((await registry.person(fiscalCode, [], call)).value).toMatchObject({ registryId: "AA12345BB" });
    expect(new Set(stub.requests.map(({ body }) => body.toString())).size).toBe(1);
    for (const header of ["authorization", "agid-jwt-trackingevidence", "agid-jwt-signature"]) expect(new Set(stub.requests.map(({ headers }) => headers[header])).size).toBe(3);
  });

  test("the test of the connection is signed as well", async () => {
    stub.answer = response => void response.writeHead(200).end();
    await registry.ping({ operationId: "1" });
    expect(stub.requests[0]).toMatchObject({ method: "GET", path: "/rest/MinInternoPortaANPR-PDND/C030-servizioAccertamentoIdUnicoNazionale/v1/status", headers: { digest: "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" } });
    expect(decodeJwt(stub.requests[0]!.headers["agid-jwt-signature"] as string)["signed_headers"]).toEqual([{ digest: stub.requests[0]!.headers["digest"] }]);
    expect(registry.health()).toMatchObject({ source: "ANPR", status: "UP" });
  });

  test("the test of the connection hears what the e-service says of itself", async () => {
    stub.answer = response => json(response, 500, nobody);
    expect(await failure(registry.ping({ operationId: "1" }))).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: "HTTP_500" });
  });

  test.each<[string, () => Promise<unknown>]>([
    ["an operation id that leaves no room for the e-service's", () => registry.person(fiscalCode, [], { ...call, operationId: "1".repeat(28) })],
    ["a UUID", () => registry.person(fiscalCode, [], { ...call, operationId: "0197a2f3-0000-7000-8000-000000000000".slice(0, 27) })],
    ["no reason", () => registry.person(fiscalCode, [], { ...call, reason: " " })],
    ["a tie without a number", () => registry.verify({ kind: "HOUSEHOLD", fiscalCode, members: [{ ...member, relation: "OTHER" }] }, call)],
  ])("never leaves: %s", async (_, ask) => {
    expect(await failure(ask())).toBeInstanceOf(RangeError);
    expect(stub.requests).toHaveLength(0);
    expect(stub.tokens).toHaveLength(0);
  });
});

describe("which e-services", () => {
  const all = { ...known, C001: [somebody], C015: [somebody], C018: [somebody], C019: [somebody], C020: [somebody], C021: [{ ...somebody, legameSoggetto: { tipoLegame: "3", codiceLegame: "1" } }] };

  test.each<[readonly DataSet[], readonly string[]]>([
    [[], ["C030"]],
    [["IDENTITY"], ["C030", "C015"]],
    [["IDENTITY", "RESIDENCE"], ["C030", "C020"]],
    [["IDENTITY", "CIVIL_STATUS"], ["C030", "C015"]],
    [["CITIZENSHIP", "RESIDENCE", "DEATH"], ["C030", "C018", "C020", "C019"]],
    [["HOUSEHOLD", "HOUSEHOLD_TIE"], ["C030", "C021"]],
    [["MARRIAGE", "WIDOWHOOD"], ["C030", "C017"]],
    [["IDENTITY", "FATHER", "MOTHER"], ["C030", "C024", "C025", "C015"]],
  ])("%j", async (dataSets, services) => {
    answering(all);
    expect((await registry.person(fiscalCode, dataSets, call)).value).not.toBeNull();
    expect(asked()[0]).toBe(services[0]);
    expect(asked().sort()).toEqual([...services].sort());
  });

  test("where the look-up has no purpose, e-services are asked by fiscal code", async () => {
    registry = await open({ purposes: purposesFor("C020") });
    answering(all);
    expect((await registry.person(fiscalCode, ["RESIDENCE"], call)).value).toMatchObject({ fiscalCode, registryId: "AA12345BB" });
    expect(bodyOf(stub.requests[0]!).criteriRicerca).toEqual({ codiceFiscale: fiscalCode });
    expect(asked()).toEqual(["C020"]);
  });

  test("the e-service for notices stands in for two", async () => {
    registry = await open({ purposes: purposesFor("C030", "C001") });
    answering(all);
    await registry.person(fiscalCode, ["IDENTITY", "RESIDENCE"], call);
    expect(asked()).toEqual(["C030", "C001"]);
  });

  test.each<[string, (asking: Registry & Verifier) => Promise<unknown>, string]>([
    ["identity cards", asking => asking.person(fiscalCode, ["IDENTITY_CARD"], call), "NOT_ON_PDND_IDENTITY_CARD"],
    ["a data set whose e-service has no purpose", asking => asking.person(fiscalCode, ["RESIDENCE", "CITIZENSHIP"], call), "NO_PURPOSE_C018"],
    ["a question whose e-service has no purpose", asking => asking.verify({ kind: "ALIVE", fiscalCode }, call), "NO_PURPOSE_C007"],
    ["a search without the look-up", async () => (await open({ purposes: purposesFor("C020") })).search({ familyName: "A", givenName: "B", birth: { date: "1980-01-01" } }, [], call), "NO_PURPOSE_C030"],
    ["members' residence", asking => asking.household("AA12345BB", ["RESIDENCE"], call), "NOT_OF_A_HOUSEHOLD_RESIDENCE"],
  ])("refused before anything is asked: %s", async (_, ask, diagnosis) => {
    registry = await open({ purposes: purposesFor("C030", "C020", "C021") });
    expect(await failure(ask(registry))).toMatchObject({ code: "SOURCE_REFUSED", reason: "UNSUPPORTED", diagnosis });
    expect(stub.tokens).toHaveLength(0);
  });
});

describe("what is answered", () => {
  const ask = (dataSets: readonly DataSet[] = ["RESIDENCE"]) => registry.person(fiscalCode, dataSets, call);

  test("one person spread over two entries is one", async () => {
    answering({ ...known, C019: [{ identificativi: { idANPR: "AA12345BB" }, infoSoggettoEnte: remarks }, { generalita: identity }] });
    expect((await ask(["DEATH", "IDENTITY"])).value).toMatchObject({ registryId: "AA12345BB", familyName: "ROSSI" });
  });

  test("members of a household spread over entries are not mixed up", async () => {
    const other = { codiceFiscale: { codFiscale: "VRDNNA55C41D205X" }, cognome: "VERDI", nome: "ANNA" };
    answering({ C021: [{ identificativi: { idANPR: "AA12345BB" } }, { generalita: identity, legameSoggetto: { tipoLegame: "3", codiceLegame: "1" } }, { identificativi: { idANPR: "CC12345DD" } }, { generalita: other }, { legameSoggetto: { tipoLegame: "3", codiceLegame: "2" } }] });
    const { value } = await registry.household("AA12345BB", ["IDENTITY", "HOUSEHOLD_TIE"], call);
    expect(value?.map(({ registryId, familyName, householdTie }) => [registryId, familyName, householdTie?.relation])).toEqual([["AA12345BB", "ROSSI", "HEAD"], ["CC12345DD", "VERDI", "SPOUSE"]]);
  });

  test("an entry alone may come bare, and empty lists may not come at all", async () => {
    stub.answer = (response, request) => json(response, 200, serviceOf(request) === "C030" ? ok({ identificativi: { idANPR: "AA12345BB" } }) : ok({ ...somebody, residenza: { tipoIndirizzo: "1", indirizzo: { cap: "12100", comune: { nomeComune: "CUNEO", siglaProvinciaIstat: "CN" } } } }));
    expect((await ask()).value?.residences).toHaveLength(1);
  });

  test("days lose their zone, and nulls are nothing", async () => {
    answering({ ...known, C020: [{ ...somebody, statoCivile: null, paternita: null, cittadinanza: null, residenza: null, generalita: { ...identity, dataNascita: "1980-01-01+01:00", luogoNascita: null } }] });
    expect((await ask(["IDENTITY", "RESIDENCE"])).value).toEqual({
      registryId: "AA12345BB", fiscalCode, fiscalCodeValidated: true, familyName: "ROSSI", givenName: "MARIO", sex: "M", birth: { date: "1980-01-01", precision: "DAY", place: null }, residences: [],
    });
  });

  test("provenance: every number, each warning once", async () => {
    const warning = { codiceErroreAnomalia: "EN148", tipoErroreAnomalia: "W", testoErroreAnomalia: "PERSONAL TEXT" };
    stub.answer = (response, request) => json(response, 200, { ...ok(serviceOf(request) === "C030" ? known.C030 : [somebody], { listaAnomalie: [warning, warning] }), idOperazioneANPR: serviceOf(request) });
    expect(await ask()).toMatchObject({ registryOperationId: "C030 C020", warnings: ["EN148"], readAt: expect.any(Date) });
  });

  test("what was not asked for is dropped, but for death", async () => {
    answering({ ...known, C020: [{ ...somebody, cittadinanza: [{ descrizioneStato: "ITALIA", codiceStato: "100" }], statoCivile: { statoCivile: "2" }, infoSoggettoEnte: [{ id: "1003", valore: "N" }, { id: "1015", valoreData: "2026-10-01" }] }] });
    const { value } = await ask();
    expect(value).not.toHaveProperty("citizenships");
    expect(value).not.toHaveProperty("civilStatus");
    expect(value?.death).toEqual({ date: "2026-10-01", precision: "DAY", place: null });
  });

  test.each<[string, Readonly<Record<string, unknown>>, readonly DataSet[], object | null]>([
    ["nobody has the fiscal code", {}, ["RESIDENCE"], null],
    ["nobody on that day", known, ["RESIDENCE"], null],
    ["an empty list instead of an error", { ...known, C020: [] }, ["RESIDENCE"], null],
    ["never married", known, ["MARRIAGE"], { registryId: "AA12345BB", fiscalCode }],
    ["father unknown, mother known", { ...known, C025: [{ ...somebody, maternita: { generalita: { nome: "UGA" } } }] }, ["FATHER", "MOTHER"], { mother: { givenName: "UGA" } }],
    ["a civil status that is not known", { ...known, C015: [{ ...somebody, statoCivile: { statoCivileND: "SI" } }] }, ["CIVIL_STATUS"], { civilStatus: "UNKNOWN" }],
  ])("%s", async (_, entries, dataSets, expected) => {
    answering(entries);
    const { value } = await ask(dataSets);
    if (expected === null) expect(value).toBeNull();
    else expect(value).toMatchObject(expected);
  });

  test("nobody, with a warning beside it", async () => {
    stub.answer = response => json(response, 404, { idOperazioneANPR: "9", listaErrori: [{ codiceErroreAnomalia: "EN148", tipoErroreAnomalia: "W" }, { codiceErroreAnomalia: "EN122", tipoErroreAnomalia: "E" }] });
    expect(await ask()).toMatchObject({ value: null, registryOperationId: "9", warnings: ["EN148", "EN122"] });
  });

  test("several people of one fiscal code are an ambiguity with a number and no name", async () => {
    answering({ C030: [{ identificativi: { idANPR: "AA12345BB" } }, { identificativi: { idANPR: "CC12345DD" } }] });
    const error = await failure(ask());
    expect(error).toMatchObject({ reason: "AMBIGUOUS", options: { details: { hits: 2 } } });
    expect(asked()).toEqual(["C030"]);
  });

  test("several people of one name are shown by identifier", async () => {
    answering({ C030: [{ identificativi: { idANPR: "AA12345BB" } }, { identificativi: { idANPR: "CC12345DD" } }] });
    const { value } = await registry.search({ familyName: "ROSSI", givenName: "MARIO", birth: { date: "1980-01-01" } }, ["RESIDENCE"], call);
    expect(value?.map(({ registryId, familyName, residences }) => [registryId, familyName, residences])).toEqual([["AA12345BB", "ROSSI", []], ["CC12345DD", "ROSSI", []]]);
  });

  test("a community shows in the kind of the household, whoever's tie says it", async () => {
    const other = { generalita: { cognome: "VERDI", nome: "ANNA" }, identificativi: { idANPR: "CC12345DD" }, legameSoggetto: { tipoLegame: "4", codiceLegame: "2" } };
    answering({ ...known, C021: [somebody, other] });
    expect((await ask(["HOUSEHOLD"])).value).toMatchObject({ householdId: "AA12345BB", household: { kind: "COMMUNITY" } });
  });

  test.each<[string, unknown, string]>([
    ["another person", { ...known, C020: [{ ...somebody, identificativi: { idANPR: "XX99999XX" } }] }, "identificativi:another_person"],
    ["no identifier", { C030: [{ identificativi: {} }] }, "identificativi.idANPR:invalid_union"],
    ["an entry without an identifier", { C030: [{}] }, "identificativi:missing"],
    ["a day that is none", { ...known, C020: [{ ...somebody, residenza: [{ tipoIndirizzo: "1", indirizzo: { cap: "1", comune: { nomeComune: "X", siglaProvinciaIstat: "CN" } }, dataDecorrenzaResidenza: "01/02/2003" }] }] }, "residenza.0.dataDecorrenzaResidenza:custom"],
    ["no names where they were asked for", { ...known, C015: [{ identificativi: { idANPR: "AA12345BB" } }] }, "generalita:missing"],
    ["a household without the person", { ...known, C021: [{ ...somebody, identificativi: { idANPR: "CC12345DD" } }] }, "datiSoggetto:person_missing"],
  ])("outside the contract: %s", async (what, entries, diagnosis) => {
    answering(entries as Record<string, unknown>);
    const dataSets: readonly DataSet[] = what.includes("household") ? ["HOUSEHOLD"] : what.includes("names") ? ["IDENTITY"] : ["RESIDENCE"];
    const error = await failure(ask(dataSets));
    expect(error).toMatchObject({ code: "SOURCE_MALFORMED", diagnosis });
    expect(JSON.stringify(error)).not.toMatch(/ROSSI|AA12345BB/);
  });
});

test("a registry that is silent leaves no socket behind", async () => {
  stub.answer = () => undefined;
  registry = await open({ deadlineMs: 100, voucherDeadlineMs: 90 });
  const before = stub.openSockets();
  for (let n = 0; n < 6; n += 1) expect(await failure(registry.person(fiscalCode, [], call))).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  await wait(50);
  // The token server's own is kept for the next voucher.
  expect(stub.openSockets()).toBeLessThanOrEqual(before + 1);
});

describe("yes or no", () => {
  const judge = (...entries: object[]) => answering({ ...known, C008: [{ infoSoggettoEnte: entries }] });
  const verify = () => registry.verify({ kind: "RESIDENCE", fiscalCode, municipality: { name: "CUNEO", istatCode: "004078", province: "CN" } }, call);

  test.each<[string, readonly object[], string]>([
    ["S", [{ id: "1908", valore: "S" }], "YES"],
    ["N", [{ id: "1908", valore: "N", dettaglio: "Dato non corrispondente" }], "NO"],
    ["A", [{ id: "1908", valore: "A" }], "NOT_APPLICABLE"],
    ["one part is not so", [{ id: "1", valore: "S" }, { id: "2", valore: "N" }, { id: "3", valore: "A" }], "NO"],
    ["one part cannot be said", [{ id: "1", valore: "S" }, { id: "2", valore: "A" }], "NOT_APPLICABLE"],
    ["the remark that the person is dead is not about residence", [{ id: "1908", valore: "S" }, { id: "1003", valore: "N" }, { id: "1015", valoreData: "2026-10-01" }], "YES"],
  ])("%s", async (_, entries, verdict) => {
    judge(...entries);
    expect((await verify()).value).toBe(verdict);
    expect(asked()).toEqual(["C030", "C008"]);
  });

  test("nobody there: no verdict", async () => {
    expect((await verify()).value).toBeNull();
    expect(asked()).toEqual(["C030"]);
    answering(known);
    expect((await verify()).value).toBeNull();
  });

  test.each([["nothing judged", []], ["a word that is none", [{ id: "1", valore: "FORSE" }]]])("%s", async (_, entries) => {
    judge(...entries);
    expect(await failure(verify())).toMatchObject({ code: "SOURCE_MALFORMED" });
  });
});
