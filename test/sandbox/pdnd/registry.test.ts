import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Resident } from "../../../sandbox/people.ts";
import { purposeOf, type ServiceCode } from "../../../sandbox/pdnd/settings.ts";
import type { Reply } from "./consumer.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let ada: Resident;
beforeAll(async () => {
  stage = await openStage();
  ada = stage.sandbox.world.people.find(({ fiscalCode }) => fiscalCode === "RSSDAA84C52D205X")!;
});
afterAll(() => stage.close());

let count = 0;
const nextNumber = () => `N${(count += 1)}`;
const ask = (service: ServiceCode, criteriRicerca: object, more: Readonly<Record<string, unknown>> = {}, day = "2026-11-23"): Promise<Reply> =>
  stage.consumer.ask(service, purposeOf(service), { idOperazioneClient: nextNumber(), criteriRicerca, datiRichiesta: { dataRiferimentoRichiesta: day, motivoRichiesta: "CN/1", casoUso: service }, ...more });
const entries = ({ body }: Reply) => (body["listaSoggetti"] as { datiSoggetto: Record<string, unknown>[] }).datiSoggetto;
const codes = ({ body }: Reply) => ((body["listaErrori"] ?? body["listaAnomalie"]) as { codiceErroreAnomalia: string; tipoErroreAnomalia: string }[]).map(each => each.codiceErroreAnomalia + each.tipoErroreAnomalia);
const byId = (person: Resident) => ({ idANPR: person.registryId });

describe("who is meant", () => {
  test("by identifier without a word; by fiscal code with the decree's warning", async () => {
    const [one, other] = [await ask("C020", byId(ada)), await ask("C020", { codiceFiscale: ada.fiscalCode })];
    expect(one.body).not.toHaveProperty("listaAnomalie");
    expect(codes(other)).toEqual(["EN148W"]);
    expect(entries(one)).toEqual(entries(other));
  });

  test("the look-up takes no identifier, and warns nobody", async () => {
    expect(entries(await ask("C030", { codiceFiscale: ada.fiscalCode }))).toEqual([{ identificativi: { idANPR: ada.registryId } }]);
    expect(await ask("C030", byId(ada))).toMatchObject({ status: 404 });
  });

  test("by name only with everything that a person is born with", async () => {
    const whole = { cognome: "marro", nome: "Olindo", sesso: "M", datiNascita: { dataEvento: "1941-08-30", luogoNascita: { comune: { codiceIstat: "004078" } } } };
    expect(entries(await ask("C030", whole))).toHaveLength(2);
    expect(codes(await ask("C020", whole))).toEqual(["EN095E"]);
    expect((await ask("C030", { ...whole, sesso: undefined })).status).toBe(404);
  });

  test("nobody: 404, and the warning beside it", async () => {
    const reply = await ask("C019", { codiceFiscale: "ZZZZZZ80A01D205X" });
    expect(reply.status).toBe(404);
    expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json\b/);
    expect(codes(reply)).toEqual(["EN122E", "EN148W"]);
  });

  test("nobody before they were born", async () => {
    expect((await ask("C020", byId(ada), {}, "1984-03-11")).status).toBe(404);
  });
});

describe("numbers", () => {
  test("one that was seen is answered as it was then, whatever is asked; for another e-service it is refused", async () => {
    const idOperazioneClient = nextNumber();
    const first = await ask("C020", byId(ada), { idOperazioneClient });
    const other = stage.sandbox.world.people.at(-1)!;
    expect((await ask("C020", byId(other), { idOperazioneClient })).body).toEqual(first.body);
    expect(codes(await ask("C019", byId(ada), { idOperazioneClient }))).toEqual(["EN079E"]);
  });

  test.each([["a UUID", "0197a2f3-7c1e-7000-8000-000000000001"], ["31 digits", "1".repeat(31)], ["empty", ""]])("not %s", async (_, idOperazioneClient) => {
    const reply = await ask("C020", byId(ada), { idOperazioneClient });
    expect([reply.status, ...codes(reply)]).toEqual([400, "EN148E"]);
  });

  test("its own are of digits or UUIDs", async () => {
    const numbers = [await ask("C020", byId(ada)), await ask("C020", byId(ada))].map(({ body }) => String(body["idOperazioneANPR"])).sort((one, other) => one.length - other.length);
    expect(numbers[0]).toMatch(/^\d+$/);
    expect(numbers[1]).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ["another use case", { datiRichiesta: { dataRiferimentoRichiesta: "2026-11-23", motivoRichiesta: "CN/1", casoUso: "C021" } }, "EN148E"],
  ["no reason", { datiRichiesta: { dataRiferimentoRichiesta: "2026-11-23", motivoRichiesta: " ", casoUso: "C020" } }, "EN148E"],
  ["a day that is none", { datiRichiesta: { dataRiferimentoRichiesta: "23/11/2026", motivoRichiesta: "CN/1", casoUso: "C020" } }, "EN148E"],
])("refused: %s", async (_, more, code) => {
  const reply = await ask("C020", byId(ada), more);
  expect([reply.status, ...codes(reply)]).toEqual([400, code]);
});

test("content outside the contract is told by path, not by value", async () => {
  const reply = await ask("C020", byId(ada), { datiRichiesta: { dataRiferimentoRichiesta: 20261123, casoUso: "C020" } });
  expect(reply).toMatchObject({ status: 400, body: { title: "InvalidRequestContent" } });
  expect(String(reply.body["detail"])).toMatch(/body\.datiRichiesta\.dataRiferimentoRichiesta[\s\S]*body\.datiRichiesta\.motivoRichiesta/);
  expect(String(reply.body["detail"])).not.toContain("20261123");
});

describe("what is told", () => {
  const find = (is: (person: Resident) => boolean) => stage.sandbox.world.people.find(is)!;

  test.each<[ServiceCode, (person: Resident) => boolean, readonly string[]]>([
    ["C001", ({ fiscalCode }) => fiscalCode === "RSSDAA84C52D205X", ["generalita", "identificativi", "infoSoggettoEnte", "residenza"]],
    ["C015", ({ fiscalCode }) => fiscalCode === "RSSDAA84C52D205X", ["generalita", "identificativi", "statoCivile"]],
    ["C016", ({ deathDate }) => deathDate !== undefined, ["datiDecesso", "generalita", "identificativi"]],
    ["C017", ({ fiscalCode }) => fiscalCode === "RSSDAA84C52D205X", ["generalita", "identificativi", "matrimonio"]],
    ["C018", ({ fiscalCode }) => fiscalCode === "RSSDAA84C52D205X", ["cittadinanza", "generalita", "identificativi"]],
    ["C020", ({ deathDate }) => deathDate !== undefined, ["generalita", "identificativi", "infoSoggettoEnte", "residenza"]],
    ["C024", ({ fatherId }) => Boolean(fatherId), ["generalita", "identificativi", "paternita"]],
    ["C025", ({ motherId }) => Boolean(motherId), ["generalita", "identificativi", "maternita"]],
  ])("%s", async (service, is, parts) => {
    const [entry] = entries(await ask(service, byId(find(is))));
    expect(Object.keys(entry!).sort()).toEqual(parts);
  });

  test("whether somebody is alive, over two entries; of the dead the day, from the day after", async () => {
    expect(entries(await ask("C019", byId(ada)))).toEqual([{ identificativi: { idANPR: ada.registryId }, infoSoggettoEnte: [{ chiave: "Verifica esistenza in vita", id: "1003", valore: "S" }] }, { generalita: expect.any(Object) }]);
    const dead = find(({ deathDate }) => deathDate !== undefined);
    const remarks = async (day: string) => entries(await ask("C019", byId(dead), {}, day))[0]!["infoSoggettoEnte"];
    expect(await remarks("2026-11-23")).toEqual([{ chiave: "Data decesso", id: "1015", valoreData: dead.deathDate }, { chiave: "Verifica esistenza in vita", id: "1003", valore: "N" }]);
    expect(await remarks(dead.deathDate!)).toEqual([{ chiave: "Verifica esistenza in vita", id: "1003", valore: "S" }]);
  });

  test("a household has no number", async () => {
    const members = entries(await ask("C021", byId(ada)));
    expect(members).toHaveLength(4);
    expect(JSON.stringify(members)).not.toContain(ada.householdId);
  });

  test.each<[ServiceCode, object | undefined]>([["C003", undefined], ["C008", { residenza: { indirizzo: { comune: { codiceIstat: "004078", nomeComune: "CUNEO" } } } }], ["C009", { listaSoggetti: { datiSoggetto: [] } }]])("%s wants its statement whole", async (service, verifica) => {
    const reply = await ask(service, byId(ada), verifica ? { verifica } : {});
    expect([reply.status, ...codes(reply)]).toEqual([400, "EN148E"]);
  });
});

test("told to refuse, it does so in the words of whoever is meant", async () => {
  const { faults } = stage.sandbox.world;
  for (const [code, status] of [["EN122", 404], ["999", 500], ["EN493", 400], ["TooManyRequests", 429]] as const) {
    faults.impose("pdnd", { kind: "refuse", code, times: 1 }, "C020");
    expect((await ask("C020", byId(ada))).status).toBe(status);
  }
  faults.impose("pdnd", { kind: "refuse", code: "0020", times: 1 }, "token");
  expect((await stage.consumer.token(purposeOf("C020"))).body).toMatchObject({ errors: [{ code: "015-0020" }] });
});
