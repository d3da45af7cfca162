import { createHash } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { decodeJwt, jwtVerify } from "jose";
import type { DataSet, Registry } from "../../../connectors/anpr/index.ts";
import type { Statement, Verifier } from "../../../connectors/pdnd/index.ts";
import { purposeOf } from "../../../sandbox/pdnd/settings.ts";
import { contractPaths, faultsIn } from "./contract.ts";
import { json, nobody, type Seen } from "./provider-stub.ts";
import { answering, bodyOf, call, clientId, failure, fiscalCode, known, ok, openStub, publicKey, purposesFor, serviceOf, somebody } from "./stage.ts";

const { stub, open, asked } = await openStub();
let registry: Registry & Verifier;
beforeEach(async () => {
  stub.reset();
  registry = await open();
});
afterAll(() => stub.close());

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
    answering(stub, known);
    await registry.verify({ ...statement, fiscalCode }, call);
    expect(asked()).toEqual(["C030", service]);
    const sent = bodyOf(stub.requests[1]!);
    expect(sent).toMatchObject({ criteriRicerca: { idANPR: "AA12345BB" }, datiRichiesta: { casoUso: service } });
    expect(sent.verifica).toEqual(verifica);
    expect(faultsIn(service, "request", sent)).toEqual([]);
  });

  test("each e-service gets a number of its own, made from the operation's, and its own purpose", async () => {
    answering(stub, { ...known, C018: [somebody], C020: [somebody] });
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
    answering(stub, all);
    expect((await registry.person(fiscalCode, dataSets, call)).value).not.toBeNull();
    expect(asked()[0]).toBe(services[0]);
    expect(asked().sort()).toEqual([...services].sort());
  });

  test("where the look-up has no purpose, e-services are asked by fiscal code", async () => {
    registry = await open({ purposes: purposesFor("C020") });
    answering(stub, all);
    expect((await registry.person(fiscalCode, ["RESIDENCE"], call)).value).toMatchObject({ fiscalCode, registryId: "AA12345BB" });
    expect(bodyOf(stub.requests[0]!).criteriRicerca).toEqual({ codiceFiscale: fiscalCode });
    expect(asked()).toEqual(["C020"]);
  });

  test("the e-service for notices stands in for two", async () => {
    registry = await open({ purposes: purposesFor("C030", "C001") });
    answering(stub, all);
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
