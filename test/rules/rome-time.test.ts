import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { instantInRome, wallClockInRome } from "../../rules/rome-time.ts";

describe("a wall-clock time in Italy", () => {
  test.each([
    ["2026-01-15", "08:30", "2026-01-15T07:30:00.000Z", "winter"],
    ["2026-07-15", "08:30", "2026-07-15T06:30:00.000Z", "summer"],
    ["2026-03-29", "01:59", "2026-03-29T00:59:00.000Z", "before the spring change"],
    ["2026-03-29", "02:30", "2026-03-29T01:30:00.000Z", "skipped by the spring change"],
    ["2026-03-29", "03:00", "2026-03-29T01:00:00.000Z", "after the spring change"],
    ["2026-10-25", "02:30", "2026-10-25T00:30:00.000Z", "repeated by the autumn change"],
    ["2026-10-25", "03:00", "2026-10-25T02:00:00.000Z", "after the autumn change"],
    ["2026-12-31", "23:59", "2026-12-31T22:59:00.000Z", "the last minute of a year"],
    ["1942-07-01", "12:00", "1942-07-01T10:00:00.000Z", "a year that kept summer time in winter"],
  ])("%s %s is %s: %s", (day, time, instant) => expect(instantInRome(day, time).toISOString()).toBe(instant));

  test.each([["2026-02-30", "08:30"], ["2026-01-15", "25:00"], ["2026-01-15", "noon"], ["2026-03-29", "25:00"], ["soon", "08:30"]])("%s %s is refused", (day, time) => {
    expect(() => instantInRome(day, time)).toThrow(RangeError);
  });

  test("agrees with the tables of the zone on every day", () => {
    const part = (from: number, to: number) => fc.integer({ min: from, max: to });
    fc.assert(fc.property(part(1950, 2060), part(1, 12), part(1, 28), part(0, 23), part(0, 59), (year, month, day, hour, minute) => {
      const local = Temporal.PlainDateTime.from({ year, month, day, hour, minute });
      const [date, time] = [local.toPlainDate().toString(), local.toPlainTime().toString().slice(0, 5)];
      expect(instantInRome(date, time).getTime()).toBe(local.toZonedDateTime("Europe/Rome").epochMilliseconds);
    }), { numRuns: 300 });
  });

  test("comes back from its instant, except where the clock skips it", () => {
    expect(wallClockInRome(instantInRome("2026-07-15", "20:30"))).toEqual({ day: "2026-07-15", time: "20:30" });
    expect(wallClockInRome(instantInRome("2026-03-29", "02:30"))).toEqual({ day: "2026-03-29", time: "03:30" });
    expect(wallClockInRome(new Date("2026-07-15T22:00:59Z"))).toEqual({ day: "2026-07-16", time: "00:00" });
  });
});
