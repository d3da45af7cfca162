import { describe, expect, test } from "@jest/globals";
import { areDueDays, instalmentsOf, partCents } from "../../rules/instalments.ts";
import { SurchargeSchema, surchargeOf } from "../../rules/surcharge.ts";

const version = SurchargeSchema.parse({
  validFrom: "2026-01-01", validTo: "2026-12-31", source: "Regolamento di prova, art. 1",
  steps: [{ fromDay: 61, basisPoints: 1_000, cents: 0 }, { fromDay: 1, basisPoints: 150, cents: 200 }],
});

describe("what is added to a late payment", () => {
  test.each([
    ["on the due day", "2026-06-30", 0], ["before it", "2026-06-01", 0], ["the day after: 1.5 % and two euro", "2026-07-01", 275], ["up to the next step", "2026-08-29", 275],
    ["from the next step on, that alone", "2026-08-30", 500], ["years later, by the version of the due day", "2028-01-01", 500],
  ])("%s", (_, on, added) => expect(surchargeOf([version], 5_000, "2026-06-30", on)).toBe(added));

  test("is nothing where no version was in force on the due day, or there is none", () => {
    expect(surchargeOf([version], 5_000, "2027-01-01", "2027-06-01")).toBe(0);
    expect(surchargeOf([], 5_000, "2026-06-30", "2026-07-01")).toBe(0);
  });

  test("is rounded to the cent, half a cent up", () => {
    const percent = (basisPoints: number) => SurchargeSchema.parse({ ...version, steps: [{ fromDay: 1, basisPoints, cents: 0 }] });
    expect([surchargeOf([percent(1)], 4_999, "2026-06-30", "2026-07-01"), surchargeOf([percent(1)], 5_000, "2026-06-30", "2026-07-01"), surchargeOf([percent(10_000)], 99_999_999, "2026-06-30", "2026-07-01")]).toEqual([0, 1, 99_999_999]);
  });

  test.each([{ steps: [] }, { source: "" }, { steps: [{ fromDay: 0, basisPoints: 1, cents: 0 }] }, { steps: [{ fromDay: 1, basisPoints: 1.5, cents: 0 }] }, { steps: [{ fromDay: 1, basisPoints: 1, cents: -1 }] }])("no rule: %j", change => {
    expect(SurchargeSchema.safeParse({ ...version, ...change }).success).toBe(false);
  });
});

describe("instalments", () => {
  test("come to the amount, to the cent, and differ by one cent at most", () => {
    for (let round = 0; round < 500; round += 1) {
      const parts = 1 + (round * 7) % 60;
      const amount = parts + (round * 7_919) % 1_000_000;
      const all = partCents(amount, parts);
      expect([all.length, all.reduce((sum, each) => sum + each, 0)]).toEqual([parts, amount]);
      expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
      expect([...all].sort((one, other) => other - one)).toEqual(all);
    }
    expect(partCents(100, 3)).toEqual([34, 33, 33]);
  });

  test.each([[2, 3], [0, 1], [1.5, 1], [10, 0], [10, 1.5], [-5, 2]])("cannot be made of %d cents in %d", (amount, parts) => expect(() => partCents(amount, parts)).toThrow(RangeError));

  test("leave whole what cannot be parted, with the first", () => {
    const shares = [{ amountCents: 3_001, goal: "fee" }, { amountCents: 1_600, goal: "stamp" }, { amountCents: 500, goal: "other" }];
    expect(instalmentsOf(shares, 2, ({ goal }) => goal === "stamp")).toEqual([
      [{ amountCents: 1_501, goal: "fee" }, { amountCents: 1_600, goal: "stamp" }, { amountCents: 250, goal: "other" }], [{ amountCents: 1_500, goal: "fee" }, { amountCents: 250, goal: "other" }],
    ]);
    expect(() => instalmentsOf([shares[1]!], 2, () => true)).toThrow(RangeError);
  });

  test.each([
    ["two days", ["2026-07-01", "2026-08-01"], true], ["today among them", ["2026-06-01", "2026-08-01"], true], ["one", ["2026-07-01"], false], ["twice the same", ["2026-07-01", "2026-07-01"], false],
    ["out of order", ["2026-08-01", "2026-07-01"], false], ["past", ["2026-05-31", "2026-07-01"], false],
  ])("%s", (_, days, fits) => expect(areDueDays(days, "2026-06-01")).toBe(fits));
});
