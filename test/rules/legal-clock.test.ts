import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { dueDate, observationsDue, termEnd, type Proceeding } from "../../rules/legal-clock.ts";
import { holidayOn, workingDayFrom } from "../../rules/holidays.ts";

const cuneo = { municipality: "D205", restDays: [7] };
const cuneoWithSaturday = { municipality: "D205", restDays: [6, 7] };
const elsewhere = { municipality: "F351", restDays: [7] };

const proceeding = (submittedOn: string, days: number, suspension: Proceeding["suspension"] = null): Proceeding =>
  ({ submittedOn, term: { days, source: null }, suspension });

/** Days by plain UTC arithmetic, apart from the calendar library under test. */
const plus = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

const anyDay = fc.integer({ min: 0, max: 9_000 }).map(days => plus("2020-01-01", days));

describe("holidays", () => {
  test.each([
    ["2024-04-01", "Easter Monday"], ["2025-04-21", "Easter Monday"], ["2026-04-06", "Easter Monday"], ["2027-03-29", "Easter Monday"],
    ["2026-01-06", "Epiphany"], ["2026-06-02", "Republic"], ["2026-12-26", "St Stephen"], ["2026-09-29", "the patron of Cuneo"], ["2027-10-04", "St Francis, again since 2026"],
  ])("%s is one: %s", day => expect(holidayOn(day, "D205")).not.toBeNull());

  test.each([
    ["2025-10-04", "St Francis, not yet in 2025"], ["2026-05-10", "Mother's Day is only observed"], ["2026-03-19", "St Joseph"], ["2026-09-28", "the day before the patron"],
  ])("%s is none: %s", day => expect(holidayOn(day, "D205")).toBeNull());

  test("the patron of Cuneo is no holiday in another municipality", () => expect(holidayOn("2026-09-29", "F351")).toBeNull());

  test("a calendar in which every weekday is of rest is refused instead of searched for ever", () => {
    expect(() => workingDayFrom("2026-03-02", { municipality: "D205", restDays: [1, 2, 3, 4, 5, 6, 7] })).toThrow(RangeError);
  });
});

describe("the end of a term", () => {
  test.each([
    ["an ordinary day stays", "2026-03-02", 30, cuneo, "2026-04-01"],
    ["the first day is not counted", "2026-03-02", 1, cuneo, "2026-03-03"],
    ["a Saturday stays where it is worked", "2026-03-05", 30, cuneo, "2026-04-04"],
    ["Saturday, Easter and its Monday are all passed over", "2026-03-05", 30, cuneoWithSaturday, "2026-04-07"],
    ["the patron of Cuneo is passed over", "2026-08-30", 30, cuneo, "2026-09-30"],
    ["and is a working day elsewhere", "2026-08-30", 30, elsewhere, "2026-09-29"],
    ["St Francis is passed over since 2026", "2027-09-04", 30, cuneo, "2027-10-05"],
    ["Christmas, St Stephen and Sunday in a row", "2026-12-01", 24, cuneo, "2026-12-28"],
    ["29 February counts", "2028-01-30", 30, cuneo, "2028-02-29"],
  ])("%s", (_, from, days, calendar, expected) => expect(termEnd(from, days, calendar)).toBe(expected));

  test("ten days for observations after a notice of refusal", () => {
    expect(observationsDue("2026-03-02", cuneo)).toBe("2026-03-12");
    expect(observationsDue("2026-03-12", cuneo)).toBe("2026-03-23");
  });

  test.each(["2026-02-30", "2026-3-1", "tomorrow", "2026-03-02T10:00:00Z"])("%s is refused as a day", day => {
    expect(() => termEnd(day, 10, cuneo)).toThrow(RangeError);
  });
});

describe("the due date of a proceeding", () => {
  test.each([
    ["not suspended", null, "2026-04-01", ["START", "TERM"]],
    ["suspended for ten days", { from: "2026-03-10", to: "2026-03-20" }, "2026-04-11", ["START", "TERM", "SUSPENSION"]],
    ["suspended past thirty days: thirty count, and 1 May is a holiday", { from: "2026-03-10", to: "2026-05-04" }, "2026-05-02", ["START", "TERM", "SUSPENSION_CAPPED", "MOVED_TO_WORKING_DAY"]],
    ["papers still awaited: the latest day that the law allows", { from: "2026-03-10", to: null }, "2026-05-02", ["START", "TERM", "SUSPENSION_OPEN", "MOVED_TO_WORKING_DAY"]],
    ["answered on the same day: nothing added", { from: "2026-03-10", to: "2026-03-10" }, "2026-04-01", ["START", "TERM", "SUSPENSION"]],
  ] as const)("%s", (_, suspension, due, codes) => {
    const { dueDate: computed, explanation } = dueDate(proceeding("2026-03-02", 30, suspension), cuneo);
    expect(computed).toBe(due);
    expect(explanation.map(({ code }) => code)).toEqual(codes);
  });

  test("the explanation is Italian, and cites the law where there is one", () => {
    const { explanation } = dueDate(proceeding("2026-08-30", 30), cuneo);
    expect(explanation.map(({ text, source }) => [text, source])).toEqual([
      ["La domanda è arrivata il 30 agosto 2026: questo giorno non si conta.", "L. 241/1990, art. 2"],
      ["Il procedimento dura al massimo 30 giorni: fino al 29 settembre 2026.", null],
      ["Il 29 settembre 2026 non è lavorativo (San Michele Arcangelo, patrono di Cuneo): il termine passa al 30 settembre 2026.", null],
    ]);
  });

  test.each([
    ["before submission", { from: "2026-03-01", to: "2026-03-05" }],
    ["after the end of the term", { from: "2026-04-02", to: null }],
    ["ended before it began", { from: "2026-03-10", to: "2026-03-09" }],
  ])("a suspension %s is refused", (_, suspension) => {
    expect(() => dueDate(proceeding("2026-03-02", 30, suspension), cuneo)).toThrow(expect.objectContaining({ code: "SUSPENSION_OUTSIDE_TERM" }));
  });

  test("is never a Sunday, never earlier than the plain term, and the steps account for every day", () => {
    fc.assert(fc.property(anyDay, fc.integer({ min: 1, max: 180 }), fc.option(fc.tuple(fc.nat(180), fc.nat(60)), { nil: null }), (day, days, drawn) => {
      const from = drawn === null ? null : plus(day, Math.min(drawn[0], days));
      const suspension = from === null || drawn === null ? null : { from, to: plus(from, drawn[1]) };
      const { dueDate: due, explanation } = dueDate(proceeding(day, days, suspension), cuneo);
      expect(new Date(`${due}T00:00:00Z`).getUTCDay()).not.toBe(0);
      expect(due >= plus(day, days)).toBe(true);
      expect(plus(day, explanation.reduce((sum, step) => sum + step.days, 0))).toBe(due);
      const counted = explanation.find(({ code }) => code.startsWith("SUSPENSION"))?.days ?? 0;
      expect(counted).toBeLessThanOrEqual(30);
    }), { numRuns: 300 });
  });
});
