import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { DataSet, Registry } from "../../../connectors/anpr/index.ts";
import type { Verifier } from "../../../connectors/pdnd/index.ts";
import { json } from "./provider-stub.ts";
import { answering, call, failure, fiscalCode, identity, known, ok, openStub, remarks, serviceOf, somebody } from "./stage.ts";

const { stub, open, asked } = await openStub();
let registry: Registry & Verifier;
beforeEach(async () => {
  stub.reset();
  registry = await open();
});
afterAll(() => stub.close());

describe("what is answered", () => {
  const ask = (dataSets: readonly DataSet[] = ["RESIDENCE"]) => registry.person(fiscalCode, dataSets, call);

  test("one person spread over two entries is one", async () => {
    answering(stub, { ...known, C019: [{ identificativi: { idANPR: "AA12345BB" }, infoSoggettoEnte: remarks }, { generalita: identity }] });
    expect((await ask(["DEATH", "IDENTITY"])).value).toMatchObject({ registryId: "AA12345BB", familyName: "ROSSI" });
  });

  test("members of a household spread over entries are not mixed up", async () => {
    const other = { codiceFiscale: { codFiscale: "VRDNNA55C41D205X" }, cognome: "VERDI", nome: "ANNA" };
    answering(stub, { C021: [{ identificativi: { idANPR: "AA12345BB" } }, { generalita: identity, legameSoggetto: { tipoLegame: "3", codiceLegame: "1" } }, { identificativi: { idANPR: "CC12345DD" } }, { generalita: other }, { legameSoggetto: { tipoLegame: "3", codiceLegame: "2" } }] });
    const { value } = await registry.household("AA12345BB", ["IDENTITY", "HOUSEHOLD_TIE"], call);
    expect(value?.map(({ registryId, familyName, householdTie }) => [registryId, familyName, householdTie?.relation])).toEqual([["AA12345BB", "ROSSI", "HEAD"], ["CC12345DD", "VERDI", "SPOUSE"]]);
  });

  test("an entry alone may come bare, and empty lists may not come at all", async () => {
    stub.answer = (response, request) => json(response, 200, serviceOf(request) === "C030" ? ok({ identificativi: { idANPR: "AA12345BB" } }) : ok({ ...somebody, residenza: { tipoIndirizzo: "1", indirizzo: { cap: "12100", comune: { nomeComune: "CUNEO", siglaProvinciaIstat: "CN" } } } }));
    expect((await ask()).value?.residences).toHaveLength(1);
  });

  test("days lose their zone, and nulls are nothing", async () => {
    answering(stub, { ...known, C020: [{ ...somebody, statoCivile: null, paternita: null, cittadinanza: null, residenza: null, generalita: { ...identity, dataNascita: "1980-01-01+01:00", luogoNascita: null } }] });
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
    answering(stub, { ...known, C020: [{ ...somebody, cittadinanza: [{ descrizioneStato: "ITALIA", codiceStato: "100" }], statoCivile: { statoCivile: "2" }, infoSoggettoEnte: [{ id: "1003", valore: "N" }, { id: "1015", valoreData: "2026-10-01" }] }] });
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
    answering(stub, entries);
    const { value } = await ask(dataSets);
    if (expected === null) expect(value).toBeNull();
    else expect(value).toMatchObject(expected);
  });

  test("nobody, with a warning beside it", async () => {
    stub.answer = response => json(response, 404, { idOperazioneANPR: "9", listaErrori: [{ codiceErroreAnomalia: "EN148", tipoErroreAnomalia: "W" }, { codiceErroreAnomalia: "EN122", tipoErroreAnomalia: "E" }] });
    expect(await ask()).toMatchObject({ value: null, registryOperationId: "9", warnings: ["EN148", "EN122"] });
  });

  test("several people of one fiscal code are an ambiguity with a number and no name", async () => {
    answering(stub, { C030: [{ identificativi: { idANPR: "AA12345BB" } }, { identificativi: { idANPR: "CC12345DD" } }] });
    const error = await failure(ask());
    expect(error).toMatchObject({ reason: "AMBIGUOUS", options: { details: { hits: 2 } } });
    expect(asked()).toEqual(["C030"]);
  });

  test("several people of one name are shown by identifier", async () => {
    answering(stub, { C030: [{ identificativi: { idANPR: "AA12345BB" } }, { identificativi: { idANPR: "CC12345DD" } }] });
    const { value } = await registry.search({ familyName: "ROSSI", givenName: "MARIO", birth: { date: "1980-01-01" } }, ["RESIDENCE"], call);
    expect(value?.map(({ registryId, familyName, residences }) => [registryId, familyName, residences])).toEqual([["AA12345BB", "ROSSI", []], ["CC12345DD", "ROSSI", []]]);
  });

  test("a community shows in the kind of the household, whoever's tie says it", async () => {
    const other = { generalita: { cognome: "VERDI", nome: "ANNA" }, identificativi: { idANPR: "CC12345DD" }, legameSoggetto: { tipoLegame: "4", codiceLegame: "2" } };
    answering(stub, { ...known, C021: [somebody, other] });
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
    answering(stub, entries as Record<string, unknown>);
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
  // The token server's own is kept for the next voucher.
  for (const end = Date.now() + 10_000; stub.openSockets() > before + 1 && Date.now() < end;) await wait(10);
  expect(stub.openSockets()).toBeLessThanOrEqual(before + 1);
});

describe("yes or no", () => {
  const judge = (...entries: object[]) => answering(stub, { ...known, C008: [{ infoSoggettoEnte: entries }] });
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
    answering(stub, known);
    expect((await verify()).value).toBeNull();
  });

  test.each([["nothing judged", []], ["a word that is none", [{ id: "1", valore: "FORSE" }]]])("%s", async (_, entries) => {
    judge(...entries);
    expect(await failure(verify())).toMatchObject({ code: "SOURCE_MALFORMED" });
  });
});
