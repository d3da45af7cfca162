import { describe, expect, test } from "@jest/globals";
import { demoSettings } from "../../entities/seeds/catalogue/index.ts";
import { parsePlate, type Plate } from "../../rules/plate.ts";
import { canAuthoriseLate, isZoneClosed, ztlEligibility, ztlPermitPeriod, ZtlRulesSchema, type ZtlClaim } from "../../rules/ztl.ts";

const versions = ZtlRulesSchema.array().parse(demoSettings.ztl);
const renewal = { renewalDays: 60 };

function plate(text: string): Plate {
  const read = parsePlate(text, "ITALIAN");
  if (!read.ok) throw new Error(read.fault);
  return read.plate;
}

const [first, second, third] = [plate("AB123CD"), plate("FG456HJ"), plate("KL789MN")];
const claim = (changes: Partial<ZtlClaim> = {}): ZtlClaim =>
  ({ category: "RESIDENT", plates: [first], residence: { street: "via Roma" }, householdPermits: [], ...changes });

describe("who may ask for a permit", () => {
  test.each([
    ["a resident with one plate", claim()],
    ["with two plates", claim({ plates: [first, second] })],
    ["the street written another way", claim({ residence: { street: "Lungostura  giovanni XXIII" } })],
    ["the household's permit ends within the days of renewal", claim({ householdPermits: [{ validTo: "2026-04-30" }] })],
    ["the household's permit has ended", claim({ householdPermits: [{ validTo: "2025-12-31" }] })],
    ["a garage user who lives elsewhere", claim({ category: "GARAGE_USER", residence: "ABROAD_OR_ELSEWHERE" })],
    ["a firm, whatever the registry says", claim({ category: "FIRM", residence: "UNKNOWN", householdPermits: "UNKNOWN" })],
  ])("%s may", (_, asked) => expect(ztlEligibility(versions, asked, "2026-03-02", renewal)).toEqual({ verdict: "ELIGIBLE", obstacles: [] }));

  test.each([
    ["no plate", claim({ plates: [] }), ["NO_PLATE"]],
    ["the same plate twice", claim({ plates: [first, first] }), ["PLATE_REPEATED"]],
    ["three plates", claim({ plates: [first, second, third] }), ["TOO_MANY_PLATES"]],
    ["a street outside the zone", claim({ residence: { street: "corso Nizza" } }), ["NOT_RESIDENT_IN_ZONE"]],
    ["residence in another municipality", claim({ residence: "ABROAD_OR_ELSEWHERE" }), ["NOT_RESIDENT_IN_ZONE"]],
    ["a permit in the household", claim({ householdPermits: [{ validTo: "2027-12-31" }] }), ["HOUSEHOLD_HAS_PERMIT"]],
    ["a category that does not exist", claim({ category: "TOURIST" }), ["CATEGORY_UNKNOWN"]],
    ["everything wrong at once", claim({ plates: [], residence: { street: "corso Nizza" }, householdPermits: [{ validTo: "2027-12-31" }] }), ["NO_PLATE", "NOT_RESIDENT_IN_ZONE", "HOUSEHOLD_HAS_PERMIT"]],
  ])("%s stands in the way", (_, asked, obstacles) => {
    expect(ztlEligibility(versions, asked, "2026-03-02", renewal)).toEqual({ verdict: "NOT_ELIGIBLE", obstacles });
  });

  test.each([
    ["the residence", claim({ residence: "UNKNOWN" })],
    ["the household", claim({ householdPermits: "UNKNOWN" })],
  ])("while the registry does not tell %s, nothing is decided", (_, asked) => {
    expect(ztlEligibility(versions, asked, "2026-03-02", renewal)).toEqual({ verdict: "UNDETERMINED", obstacles: [] });
  });

  test("what is wrong in any case is said even while the registry is silent", () => {
    expect(ztlEligibility(versions, claim({ residence: "UNKNOWN", plates: [] }), "2026-03-02", renewal)).toEqual({ verdict: "NOT_ELIGIBLE", obstacles: ["NO_PLATE"] });
  });

  test("after the last day of the block, the version in force gives no more permits", () => {
    expect(ztlEligibility(versions, claim(), "2028-01-03", renewal).obstacles).toEqual(["PERMITS_ENDED"]);
  });

  test("before the first version there is no rule to apply", () => {
    expect(() => ztlEligibility(versions, claim(), "2021-12-31", renewal)).toThrow(expect.objectContaining({ code: "NO_RULE_IN_FORCE" }));
  });

  test("two versions that hold on one day are refused", () => {
    expect(() => ztlEligibility([...versions, ...versions], claim(), "2026-03-02", renewal)).toThrow(expect.objectContaining({ code: "RULES_OVERLAP" }));
  });
});

test.each([["2022-02-10", "2024-12-31"], ["2024-12-31", "2024-12-31"], ["2025-01-01", "2027-12-31"]])("a permit granted on %s ends with its block, on %s", (from, to) => {
  expect(ztlPermitPeriod(versions, from)).toEqual({ from, to });
});

describe("when the zone is closed", () => {
  test.each([
    ["a winter evening, one minute before", "via Bonelli", "2026-01-15T19:29:59Z", false],
    ["20:30 in winter", "via Bonelli", "2026-01-15T19:30:00Z", true],
    ["20:30 in summer is an hour earlier in UTC", "via Bonelli", "2026-07-15T18:30:00Z", true],
    ["06:59 in summer", "via Bonelli", "2026-07-15T04:59:59Z", true],
    ["07:00 in summer", "via Bonelli", "2026-07-15T05:00:00Z", false],
    ["Christmas night", "via Bonelli", "2026-12-25T22:00:00Z", true],
    ["via Roma at noon", "VIA ROMA", "2026-07-15T10:00:00Z", true],
    ["a street outside, at night", "corso Nizza", "2026-07-15T22:00:00Z", false],
  ])("%s", (_, street, at, closed) => expect(isZoneClosed(versions, street, new Date(at))).toBe(closed));
});

test.each([
  ["one hour", "2026-07-10T09:00:00Z", true], ["exactly 120 hours", "2026-07-15T08:00:00Z", true],
  ["a second more", "2026-07-15T08:00:01Z", false], ["before the passage", "2026-07-10T07:59:59Z", false],
])("a passage can be authorised afterwards: %s", (_, askedAt, expected) => {
  expect(canAuthoriseLate(versions, new Date("2026-07-10T08:00:00Z"), new Date(askedAt))).toBe(expected);
});
