import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DOMParser, type Node } from "@xmldom/xmldom";
import { select } from "xpath";
import { anpr } from "../../../sandbox/anpr/index.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { consultation, Workstation } from "./client.ts";

let dataDir: string;
let sandbox: Sandbox;
let office: Workstation;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "anpr-"));
  sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:1", dataDir, simulators: [anpr] });
  office = await Workstation.open(sandbox.url, dataDir);
});

afterAll(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

const named = (username: string) => sandbox.world.people.find(({ login }) => login?.username === username)!;
const byCode = (code: string) => `<codiceFiscale>${code}</codiceFiscale>`;

/** The texts of the elements that an XPath finds in an answer. */
function texts(xml: string, path: string): string[] {
  const document = new DOMParser().parseFromString(xml, "text/xml");
  const found = select(path, document as unknown as globalThis.Node) as unknown as Node[];
  return found.map(({ textContent }) => textContent ?? "");
}
const errorCodes = (xml: string) => texts(xml, "//listaErrori/errore/codiceErroreAnomalia");

describe("operation 3002", () => {
  test("by fiscal code answers the whole card in the schema's namespaces", async () => {
    const ada = named("ada.rossi");
    const { status, text } = await office.send(office.request(byCode(ada.fiscalCode)));
    expect(status).toBe(200);
    expect(texts(text, `/*/*/*[local-name()='Risposta3002' and namespace-uri()='${consultation}']/*[local-name()='Risposta3002_OK' and namespace-uri()='${consultation}']/testataRisposta/esitoOperazione`)).toEqual(["0000"]);
    const subject = "//listaSoggetti/datiSoggetto";
    expect(texts(text, `${subject}/identificativi/idANPR`)).toEqual([ada.registryId]);
    expect(texts(text, `${subject}/generalita/*[self::cognome or self::nome or self::sesso]`)).toEqual(["ROSSI", "ADA", "F"]);
    expect(texts(text, `${subject}/generalita/codiceFiscale/*`)).toEqual(["RSSDAA84C52D205X", "1"]);
    expect(texts(text, `${subject}/generalita/dataNascita`)[0]).toMatch(/^1984-03-12([+-]\d\d:00)?$/);
    expect(texts(text, `${subject}/statoCivile/statoCivile`)).toEqual(["2"]);
    expect(texts(text, `${subject}/matrimonio/coniuge/nome`)).toEqual(["BRUNO"]);
    expect(texts(text, `${subject}/residenza/indirizzo/*[self::cap or self::toponimo or self::numeroCivico]`)).toEqual(["12100", "213VIAROMA", "28"]);
    expect(texts(text, `${subject}/legameSoggetto/codiceLegame`)).toEqual(["1"]);
    expect(texts(text, `${subject}/famigliaConvivenza/idFamigliaConvivenzaANPR`)).toEqual([ada.householdId]);
  });

  test("answers only the data sets asked for, generalità always", async () => {
    const { text } = await office.send(office.request(byCode(named("ada.rossi").fiscalCode), { sets: [10, 21] }));
    expect(texts(text, "//datiSoggetto/*").length).toBe(4);
    expect(texts(text, "//datiSoggetto/generalita | //datiSoggetto/identificativi | //datiSoggetto/residenza | //datiSoggetto/legameSoggetto")).toHaveLength(4);
  });

  test("by idANPR, and both criteria must agree", async () => {
    const [ada, elena] = [named("ada.rossi"), named("elena.giordano")];
    expect(texts((await office.send(office.request(`<idANPR>${elena.registryId}</idANPR>`, { sets: [2] }))).text, "//cognome")).toEqual(["GIORDANO"]);
    expect(errorCodes((await office.send(office.request(`${byCode(ada.fiscalCode)}<idANPR>${elena.registryId}</idANPR>`))).text)).toEqual(["EN122"]);
  });

  test("by name and birth: one hit in full, several with generalità alone", async () => {
    const birth = (day: string) => `<datiNascita><dataEvento>${day}</dataEvento></datiNascita>`;
    const one = await office.send(office.request("<cognome>Giordano</cognome><nome>Elena</nome>", { sets: [10], birth: birth("1995-11-02") }));
    expect(texts(one.text, "//datiSoggetto/residenza/indirizzo/toponimo/denominazioneToponimo")).toEqual(["NIZZA"]);
    const several = await office.send(office.request("<cognome>MARRO</cognome><nome>OLINDO</nome>", { sets: [1], birth: birth("1941-08-30") }));
    expect(texts(several.text, "//datiSoggetto/generalita/codiceFiscale/codFiscale").sort()).toEqual(["MRRLND41M30D205A", "MRRLND41M30D20RV"]);
    expect(texts(several.text, "//residenza | //statoCivile | //legameSoggetto")).toEqual([]);
  });

  test("a family by its identifier, with all living members", async () => {
    const { householdId } = named("ada.rossi");
    const { text } = await office.send(office.request(`<tipoScheda>3</tipoScheda><identificativoANPR>${householdId}</identificativoANPR>`, { sets: [] }));
    expect(texts(text, "//datiSoggetto/generalita/nome")).toEqual(["ADA", "BRUNO", "CHIARA", "DARIO"]);
    expect(texts(text, "//datiSoggetto/legameSoggetto/codiceLegame")).toEqual(["1", "2", "3", "3"]);
    expect(texts(text, "//datiFamigliaConvivenza/famigliaConvivenza/tipoScheda")).toEqual(["3"]);
    const widow = sandbox.world.people.find(({ deathDate, tie }) => deathDate !== undefined && tie === "2")!;
    const left = await office.send(office.request(`<tipoScheda>3</tipoScheda><identificativoANPR>${widow.householdId}</identificativoANPR>`, { sets: [] }));
    expect(texts(left.text, "//codFiscale")).not.toContain(widow.fiscalCode);
    expect(texts(left.text, "//datiSoggetto")).toHaveLength(1);
  });

  test("the dead, those abroad, communities and the oddities of the registry", async () => {
    const people = sandbox.world.people;
    const dead = people.find(({ deathDate }) => deathDate)!;
    const death = await office.send(office.request(byCode(dead.fiscalCode)));
    expect(texts(death.text, "//datiDecesso/dataEvento")[0]).toContain(dead.deathDate!);
    expect(texts(death.text, "//datiCancellazione/dataDecorrenzaCancellazione")).toEqual([dead.deathDate]);
    const abroad = people.find(person => person.abroad)!;
    const home = await office.send(office.request(byCode(abroad.fiscalCode), { sets: [10, 21] }));
    expect(texts(home.text, "//residenza/tipoIndirizzo | //soggettoAIRE | //tipoLegame")).toEqual(["S", "4", "5"]);
    expect(texts(home.text, "//localitaEstera/consolato/descrizioneConsolato")).toHaveLength(1);
    const nun = people.find(({ community }) => community)!;
    const community = await office.send(office.request(`<tipoScheda>4</tipoScheda><identificativoANPR>${nun.householdId}</identificativoANPR>`, { sets: [] }));
    expect(texts(community.text, "//datiSoggetto").length).toBeGreaterThan(5);
    const lost = people.find(({ tieUnknown }) => tieUnknown)!;
    expect(texts((await office.send(office.request(byCode(lost.fiscalCode)))).text, "//legameSoggetto")).toEqual([]);
    const unnamed = people.find(({ familyName }) => familyName === "")!;
    const warned = await office.send(office.request(byCode(unnamed.fiscalCode)));
    expect(texts(warned.text, "//senzaCognome | //validitaCF")).toEqual(["9", "1"]);
    expect(texts(warned.text, "//listaAnomalie/errore/tipoErroreAnomalia")).toEqual(["W"]);
    const unknownDay = people.find(({ birthDateLacks }) => birthDateLacks === "day")!;
    expect(texts((await office.send(office.request(byCode(unknownDay.fiscalCode)))).text, "//generalita/senzaGiorno")).toEqual(["1"]);
    const zoned = people.find(({ registryId }) => Number(registryId.slice(2, 7)) % 3 === 0)!;
    expect(texts((await office.send(office.request(byCode(zoned.fiscalCode)))).text, "//generalita/dataNascita")[0]).toMatch(/\+0[12]:00$/);
  });

  test("the same idOperazioneComune gets the stored answer, another service EN079", async () => {
    const header = { idOperazioneComune: office.nextId() };
    const first = await office.send(office.request(byCode(named("ada.rossi").fiscalCode), { header }));
    const again = await office.send(office.request(byCode(named("elena.giordano").fiscalCode), { header }));
    expect(again.text).toBe(first.text);
    const test = `<t:RichiestaConnessione xmlns:t="http://sogei.it/ANPR/connessione">${office.header({ ...header, operazioneRichiesta: "OP01" })}</t:RichiestaConnessione>`;
    expect(errorCodes((await office.send(test, {}, "/ANPRTestConn/TestConn")).text)).toEqual(["EN079"]);
  });

  test.each([
    ["nobody with this code", byCode("RSSMRA80A01H501U"), {}, "EN122"],
    ["not yet born", byCode("FRRDRA18P14D205X"), { day: "2010-01-01" }, "EN042"],
    ["no data sets", byCode("RSSDAA84C52D205X"), { sets: [] }, "EN052"],
    ["an unknown data set", byCode("RSSDAA84C52D205X"), { sets: [31] }, "EN051"],
    ["data sets in a family search", "<tipoScheda>3</tipoScheda><identificativoANPR>40780000001</identificativoANPR>", {}, "EN050"],
    ["a family without identifier", "<tipoScheda>3</tipoScheda>", { sets: [] }, "EN053"],
    ["no criteria", "", {}, "EN053"],
    ["no tipoInvio", byCode("RSSDAA84C52D205X"), { header: { tipoInvio: "" } }, "EN081"],
    ["no codMittente", byCode("RSSDAA84C52D205X"), { header: { codMittente: "" } }, "EN081"],
    ["another environment", byCode("RSSDAA84C52D205X"), { header: { tipoInvio: "PROD" } }, "EN379"],
    ["an old interface", byCode("RSSDAA84C52D205X"), { header: { codDestinatario: "ANPR00" } }, "EN379"],
  ])("refuses %s", async (_case, criteria, options, code) => {
    const dario = sandbox.world.people.find(({ givenName, motherId }) => givenName === "Dario" && motherId === named("ada.rossi").registryId)!;
    const { status, text } = await office.send(office.request(criteria.replace("FRRDRA18P14D205X", dario.fiscalCode), options));
    expect([status, errorCodes(text), texts(text, "//esitoOperazione")]).toEqual([200, [code], ["XXXX"]]);
  });

  test("testConnessione answers its header", async () => {
    const body = `<t:RichiestaConnessione xmlns:t="http://sogei.it/ANPR/connessione">${office.header({ operazioneRichiesta: "OP01" })}</t:RichiestaConnessione>`;
    const { status, text } = await office.send(body, {}, "/ANPRTestConn/TestConn");
    expect([status, texts(text, "//testataRisposta/esitoOperazione")]).toEqual([200, ["0000"]]);
  });
});

test("keeps its keys from one start to the next, and gives them to the owner only", async () => {
  const before = await readFile(join(dataDir, "anpr", "municipality.crt.pem"), "utf8");
  const again = await startSandbox({ port: 0, hubUrl: "http://localhost:1", dataDir, simulators: [anpr] });
  await again.close();
  expect(await readFile(join(dataDir, "anpr", "municipality.crt.pem"), "utf8")).toBe(before);
});
