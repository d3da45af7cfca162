import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { DataSet, Registry } from "../../../connectors/anpr/index.ts";
import type { Statement, Verdict, Verifier } from "../../../connectors/pdnd/index.ts";
import type { Resident } from "../../../sandbox/people.ts";
import { purposeOf } from "../../../sandbox/pdnd/settings.ts";
import { openStage, type Stage } from "./hub.ts";

let stage: Stage;
let registry: Registry & Verifier;
let people: readonly Resident[];
beforeAll(async () => {
  stage = await openStage();
  registry = await stage.open();
  people = stage.sandbox.world.people;
});
afterAll(() => stage.close());
beforeEach(() => { stage.calls.length = 0; });

const ada = "RSSDAA84C52D205X";
const services = () => stage.calls.filter(({ source }) => source === "ANPR").map(({ operation }) => operation);
const find = (is: (person: Resident) => boolean): Resident => people.find(is)!;
const ask = (fiscalCode: string, dataSets: readonly DataSet[]) => registry.person(fiscalCode, dataSets, stage.call());

describe("a person", () => {
  test("everything that e-services tell, at once", async () => {
    const { value, ...provenance } = await ask(ada, ["IDENTITY", "CIVIL_STATUS", "CITIZENSHIP", "RESIDENCE", "MARRIAGE", "HOUSEHOLD", "HOUSEHOLD_TIE", "DEATH", "FATHER", "MOTHER"]);
    expect(value).toEqual({
      registryId: find(({ fiscalCode }) => fiscalCode === ada).registryId,
      fiscalCode: ada, fiscalCodeValidated: true, familyName: "ROSSI", givenName: "ADA", sex: "F",
      birth: { date: "1984-03-12", precision: "DAY", place: { kind: "ITALY", name: "CUNEO", istatCode: "004078", province: "CN", locality: null } },
      civilStatus: "MARRIED",
      citizenships: [{ country: "ITALIA", countryCode: "100", since: null }],
      residences: [{
        kind: "RESIDENCE", since: "2012-04-02", careOf: null,
        address: { kind: "ITALY", postalCode: "12100", municipality: { name: "CUNEO", istatCode: "004078", province: "CN", locality: null }, hamlet: null, street: "VIA ROMA", houseNumber: "28", stair: null, floor: null, flat: null },
      }],
      marriage: { spouse: expect.objectContaining({ givenName: "BRUNO", familyName: "FERRERO" }), on: null },
      householdId: value?.registryId, household: { kind: "FAMILY", since: null, name: null }, householdTie: { relation: "HEAD", kind: "FAMILY", since: "2012-04-02" },
    });
    expect(provenance).toEqual({ registryOperationId: expect.stringMatching(/^(\S+ ){8}\S+$/), readAt: expect.any(Date), warnings: ["EN122"] });
    expect(services().sort()).toEqual(["C015", "C017", "C018", "C019", "C020", "C021", "C024", "C025", "C030"]);
    expect(stage.calls.filter(({ source }) => source === "PDND")).toHaveLength(9);
  });

  test("a child's parents", async () => {
    const { fiscalCode } = find(({ motherId, fatherId }) => Boolean(motherId && fatherId));
    expect((await ask(fiscalCode, ["FATHER", "MOTHER"])).value).toMatchObject({ fiscalCode, father: { sex: "M" }, mother: { sex: "F" } });
  });

  test.each<[string, (person: Resident) => boolean, readonly DataSet[], object]>([
    ["who lives abroad", ({ abroad }) => Boolean(abroad), ["RESIDENCE"], { residences: [{ kind: "FOREIGN_RESIDENCE", address: { kind: "ABROAD", country: expect.any(String), consulate: expect.any(String) } }] }],
    ["who died", ({ deathDate }) => deathDate !== undefined, ["DEATH"], { death: { date: expect.stringMatching(/^20/), precision: "DAY", place: null } }],
    ["whose birthday is not known", ({ birthDateLacks }) => birthDateLacks === "day", ["IDENTITY"], { birth: { precision: "MONTH" } }],
    ["who has a single name", ({ familyName }) => familyName === "", ["IDENTITY"], { familyName: null, fiscalCodeValidated: false }],
    ["who comes from abroad", ({ birthCountry }) => birthCountry?.code === "235", ["IDENTITY", "CITIZENSHIP"], { birth: { place: { kind: "ABROAD", countryCode: "235" } }, citizenships: [{ countryCode: "235" }] }],
    ["whose fiscal code is omocodic", ({ fiscalCode }) => fiscalCode === "MRRLND41M30D20RV", ["IDENTITY"], { fiscalCode: "MRRLND41M30D20RV" }],
    ["who lives in a home", ({ community }) => community !== undefined, ["HOUSEHOLD"], { household: { kind: "COMMUNITY" } }],
  ])("%s", async (_, is, dataSets, expected) => {
    expect((await ask(find(is).fiscalCode, dataSets)).value).toMatchObject(expected);
  });

  test("who is widowed keeps the marriage beside the spouse's death", async () => {
    const { fiscalCode } = find(({ civilStatus, spouseId }) => civilStatus === "3" && spouseId !== undefined);
    expect((await ask(fiscalCode, ["MARRIAGE", "WIDOWHOOD"])).value).toMatchObject({ marriage: { spouse: expect.anything() }, widowedOn: { date: expect.any(String) } });
  });

  test("nobody, and nobody yet", async () => {
    expect(await ask("ZZZZZZ80A01D205X", ["RESIDENCE"])).toMatchObject({ value: null, warnings: ["EN122"] });
    expect((await registry.person(ada, ["RESIDENCE"], { ...stage.call(), at: "1983-01-01" })).value).toBeNull();
    expect(services()).toEqual(["C030", "C030"]);
  });

  test("by identifier, the look-up is spared", async () => {
    const { registryId } = find(({ fiscalCode }) => fiscalCode === ada);
    expect((await registry.personById(registryId, [], stage.call())).value).toMatchObject({ registryId, fiscalCode: ada });
    expect(services()).toEqual(["C015"]);
  });

  test("by fiscal code where the look-up has no purpose: the registry minds, and answers", async () => {
    const narrow = await stage.open({ purposes: { C020: purposeOf("C020") } });
    expect(await narrow.person(ada, ["RESIDENCE"], stage.call())).toMatchObject({ value: { fiscalCode: ada }, warnings: ["EN148"] });
    expect(services()).toEqual(["C020"]);
  });
});

describe("a household", () => {
  test("from one of its members to all of them, each with a tie", async () => {
    const { value } = await ask(ada, ["HOUSEHOLD"]);
    const members = await registry.household(value!.householdId!, ["IDENTITY", "HOUSEHOLD_TIE"], stage.call());
    expect(members.value?.map(({ givenName, householdTie }) => [givenName, householdTie?.relation])).toEqual([["ADA", "HEAD"], ["BRUNO", "SPOUSE"], ["CHIARA", "CHILD"], ["DARIO", "CHILD"]]);
    expect(members.value?.every(member => !("household" in member))).toBe(true);
  });

  test("a tie that the registry lost is absent", async () => {
    const lost = find(({ tieUnknown }) => tieUnknown === true);
    expect((await ask(lost.fiscalCode, ["HOUSEHOLD", "HOUSEHOLD_TIE"])).value).toMatchObject({ household: { kind: "FAMILY" }, householdId: lost.registryId });
    expect((await ask(lost.fiscalCode, ["HOUSEHOLD_TIE"])).value).not.toHaveProperty("householdTie");
  });
});

describe("a search", () => {
  const born = ({ birthDate: date, birthPlace: { name, istatCode, province } }: Resident) => ({ date, municipality: { name, istatCode, province } });

  test("finds the one of a name and birth, and tells what was asked", async () => {
    const elena = find(({ givenName, familyName }) => givenName === "Elena" && familyName === "Giordano");
    const { value } = await registry.search({ familyName: "giordano", givenName: "Elena", sex: "F", birth: born(elena) }, ["RESIDENCE"], stage.call());
    expect(value).toEqual([expect.objectContaining({ fiscalCode: elena.fiscalCode, residences: [expect.anything()] })]);
  });

  test("of doubles, tells no more than that they are several", async () => {
    const double = find(({ fiscalCode }) => fiscalCode === "MRRLND41M30D20RV");
    const { value } = await registry.search({ familyName: "Marro", givenName: "Olindo", sex: "M", birth: born(double) }, ["RESIDENCE"], stage.call());
    expect(value).toHaveLength(2);
    expect(value?.every(each => each.fiscalCode === null && each.residences.length === 0)).toBe(true);
    expect(services()).toEqual(["C030"]);
  });
});

describe("yes or no", () => {
  const municipality = { name: "CUNEO", istatCode: "004078", province: "CN" };
  const statements: readonly (readonly [string, Statement, Verdict])[] = [
    ["alive", { kind: "ALIVE" }, "YES"],
    ["her name", { kind: "IDENTITY", familyName: "Rossi", givenName: "Ada", sex: "F", birth: { date: "1984-03-12" } }, "YES"],
    ["another birthday", { kind: "IDENTITY", familyName: "Rossi", givenName: "Ada", birth: { date: "1984-03-13" } }, "NO"],
    ["her municipality", { kind: "RESIDENCE", municipality }, "YES"],
    ["her address", { kind: "RESIDENCE", municipality, street: { kind: "via", name: "Roma" }, houseNumber: "28" }, "YES"],
    ["another number", { kind: "RESIDENCE", municipality, street: { kind: "via", name: "Roma" }, houseNumber: "29" }, "NO"],
    ["another municipality", { kind: "RESIDENCE", municipality: { name: "ALBA", istatCode: "004003", province: "CN" } }, "NO"],
    ["her daughter", { kind: "HOUSEHOLD", members: [{ familyName: "Ferrero", givenName: "Chiara", sex: "F", birthDate: "2013-05-20", relation: "CHILD" }] }, "YES"],
    ["a daughter who is none", { kind: "HOUSEHOLD", members: [{ familyName: "Ferrero", givenName: "Elisa", sex: "F", birthDate: "2013-05-20", relation: "CHILD" }] }, "NO"],
  ];

  test.each(statements)("%s", async (_, statement, verdict) => {
    expect((await registry.verify({ ...statement, fiscalCode: ada }, stage.call())).value).toBe(verdict);
    expect(services()).toHaveLength(2);
    expect(services()[0]).toBe("C030");
    expect(services()[1]).toMatch(/^C00[3789]$/);
  });

  test("of the dead and of communities", async () => {
    const dead = find(({ deathDate }) => deathDate !== undefined);
    const inHome = find(({ community }) => community !== undefined);
    expect((await registry.verify({ kind: "ALIVE", fiscalCode: dead.fiscalCode }, stage.call())).value).toBe("NO");
    expect((await registry.verify({ kind: "HOUSEHOLD", fiscalCode: inHome.fiscalCode, members: [{ familyName: "Rossi", givenName: "Ada", sex: "F", birthDate: "1984-03-12", relation: "CHILD" }] }, stage.call())).value).toBe("NOT_APPLICABLE");
  });
});

test("the test of the connection, and how both sources are", async () => {
  await registry.ping({ operationId: "1" });
  expect(services()).toEqual(["ping"]);
  expect(registry.health()).toMatchObject({ source: "ANPR", status: "UP" });
});

test("nothing that the hub asked was stopped at the gateway", () => {
  expect(stage.logged.sandbox.filter(line => line.includes("stopped at the gateway"))).toEqual([]);
});
