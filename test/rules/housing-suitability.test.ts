import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { demoSettings } from "../../entities/seeds/catalogue/index.ts";
import { assessDwelling, housingCertificateEnd, HousingRulesSchema, type Dwelling } from "../../rules/housing-suitability.ts";

const versions = HousingRulesSchema.array().parse(demoSettings.housing);
/** What an office that applies the law of 2024 would configure: 20 m² for one, 28 m² for two, 2.40 m. */
const lawOf2024 = versions.map(version => ({ ...version, oneRoom: { forOne: 20, forTwo: 28 }, minHeight: 2.4, validFrom: "2024-07-28", source: "L. 105/2024" }));

const room = (area: number, openableWindow = true) => ({ area, openableWindow });
const rooms = (changes: Partial<Extract<Dwelling, { kind: "ROOMS" }>> = {}): Dwelling =>
  ({ kind: "ROOMS", height: 2.7, livingArea: 100, bedrooms: [room(14), room(14), room(14), room(14)], livingRoom: room(14), ...changes });
const oneRoom = (totalArea: number, height = 2.7): Dwelling => ({ kind: "ONE_ROOM", height, totalArea });
const day = "2026-03-02";

describe("by area", () => {
  test.each([[13.9, 0], [14, 1], [41.99, 2], [42, 3], [56, 4], [65, 4], [65.99, 4], [66, 5], [76, 6], [14.1 + 13.9 + 14, 3]])("%d m² suit %d", (livingArea, persons) => {
    expect(assessDwelling(versions, rooms({ livingArea }), day).byArea).toBe(persons);
  });
});

describe("by rooms", () => {
  test.each([
    [[14, 9], 3], [[9], 1], [[8.99], 0], [[13.99], 1], [[14, 14, 14], 6], [[], 0],
  ])("bedrooms of %j m² suit %d", (areas, persons) => {
    expect(assessDwelling(versions, rooms({ bedrooms: areas.map(area => room(area)) }), day).byRooms).toBe(persons);
  });

  test("a bedroom without a window that opens does not count", () => {
    expect(assessDwelling(versions, rooms({ bedrooms: [room(14), room(14, false)] }), day)).toMatchObject({ byRooms: 2, findings: ["ROOM_WITHOUT_WINDOW", "ROOMS_ARE_THE_LIMIT"] });
  });
});

describe("the result", () => {
  test.each<[string, Dwelling, number, string[]]>([
    ["the area limits", rooms({ livingArea: 42, bedrooms: [room(14), room(14)] }), 3, ["AREA_IS_THE_LIMIT"]],
    ["the rooms limit", rooms({ livingArea: 66, bedrooms: [room(14), room(9)] }), 3, ["ROOMS_ARE_THE_LIMIT"]],
    ["both agree", rooms({ livingArea: 42, bedrooms: [room(14), room(9)] }), 3, []],
    ["no living room", rooms({ livingRoom: null, livingArea: 110 }), 0, ["NO_LIVING_ROOM", "ROOMS_ARE_THE_LIMIT"]],
    ["a living room too small", rooms({ livingRoom: room(13.9), livingArea: 96 }), 0, ["NO_LIVING_ROOM"]],
    ["a ceiling too low", rooms({ height: 2.69, livingArea: 96 }), 0, ["CEILING_TOO_LOW"]],
  ])("%s", (_, dwelling, maxPersons, findings) => expect(assessDwelling(versions, dwelling, day)).toMatchObject({ maxPersons, findings, source: "D.M. 5 luglio 1975" }));
});

describe("one room", () => {
  test.each([[27, 0], [27.99, 0], [28, 1], [37, 1], [38, 2], [100, 2]])("of %d m² suits %d", (area, persons) => {
    expect(assessDwelling(versions, oneRoom(area), day).maxPersons).toBe(persons);
  });

  test.each([[19, 0], [20, 1], [27, 1], [28, 2]])("of %d m² suits %d where the office applies the law of 2024", (area, persons) => {
    expect(assessDwelling(lawOf2024, oneRoom(area, 2.4), day)).toMatchObject({ maxPersons: persons, source: "L. 105/2024" });
  });

  test("an old case keeps the old measures", () => {
    const [decree] = versions;
    const both = [{ ...decree!, validTo: "2024-07-27" }, ...lawOf2024];
    expect(assessDwelling(both, oneRoom(28), "2024-07-27").maxPersons).toBe(1);
    expect(assessDwelling(both, oneRoom(28), "2024-07-28").maxPersons).toBe(2);
  });
});

test.each([
  ["FAMILY_REUNIFICATION", "2026-03-02", "2029-03-02"], ["OTHER", "2026-03-02", "2026-09-02"], ["OTHER", "2026-08-31", "2027-02-28"], ["FAMILY_REUNIFICATION", "2028-02-29", "2031-02-28"],
] as const)("a certificate for %s of %s is good until %s", (purpose, issued, end) => {
  expect(housingCertificateEnd(versions, purpose, issued)).toBe(end);
});

test("more space never suits fewer persons, and nobody is admitted beyond area or rooms", () => {
  const area = fc.integer({ min: 100, max: 4_000 }).map(hundredths => hundredths / 100);
  fc.assert(fc.property(fc.array(area, { maxLength: 6 }), area, fc.integer({ min: 0, max: 20_000 }), fc.nat(2_000), (bedrooms, living, hundredths, more) => {
    const assess = (livingArea: number) => assessDwelling(versions, rooms({ livingArea, livingRoom: room(living), bedrooms: bedrooms.map(each => room(each)) }), day);
    const [small, large] = [assess(hundredths / 100), assess((hundredths + more) / 100)];
    expect(large.maxPersons).toBeGreaterThanOrEqual(small.maxPersons);
    expect(small.maxPersons * 10).toBeLessThanOrEqual(hundredths / 100 + 1e-9);
    expect(small.maxPersons).toBeLessThanOrEqual(bedrooms.length * 2);
    if (living < 14) expect(large.maxPersons).toBe(0);
  }));
});
