import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { openWindows, slots, type OfficeTimetable, type OpeningHours } from "../../rules/slots.ts";

const everyDay = (from: string, to: string, mode: OpeningHours["mode"] = "BY_APPOINTMENT"): OpeningHours[] =>
  [1, 2, 3, 4, 5, 6, 7].map(weekday => ({ weekday, from, to, mode }));
const office = (changes: Partial<OfficeTimetable> = {}): OfficeTimetable =>
  ({ hours: everyDay("08:30", "10:00"), closures: [], extraOpenings: [], counters: 2, municipality: "D205", ...changes });
const starts = (timetable: OfficeTimetable, minutes: number, from: string, to = from) => slots(timetable, minutes, from, to).map(({ startsAt }) => startsAt.toISOString());

describe("slots of a day", () => {
  test("follow one another and never pass closing time", () => {
    expect(slots(office(), 40, "2026-01-15", "2026-01-15")).toEqual([
      { day: "2026-01-15", startsAt: new Date("2026-01-15T07:30:00Z"), endsAt: new Date("2026-01-15T08:10:00Z"), capacity: 2 },
      { day: "2026-01-15", startsAt: new Date("2026-01-15T08:10:00Z"), endsAt: new Date("2026-01-15T08:50:00Z"), capacity: 2 },
    ]);
  });

  test("the last one may end exactly at closing time", () => {
    expect(starts(office(), 30, "2026-01-15")).toEqual(["2026-01-15T07:30:00.000Z", "2026-01-15T08:00:00.000Z", "2026-01-15T08:30:00.000Z"]);
  });

  test("an opening shorter than the appointment has none", () => expect(starts(office(), 91, "2026-01-15")).toEqual([]));

  test("open access is open, but not booked", () => {
    const walkIn = office({ hours: everyDay("14:00", "16:00", "OPEN_ACCESS") });
    expect(starts(walkIn, 20, "2026-01-15")).toEqual([]);
    expect(openWindows(walkIn, "2026-01-15", "2026-01-15")).toEqual([
      { day: "2026-01-15", startsAt: new Date("2026-01-15T13:00:00Z"), endsAt: new Date("2026-01-15T15:00:00Z"), mode: "OPEN_ACCESS" },
    ]);
  });

  test("openings that overlap do not sell a time twice", () => {
    const double = office({ hours: [...everyDay("08:30", "10:00"), ...everyDay("09:15", "10:30")] });
    expect(starts(double, 30, "2026-01-15")).toEqual([
      "2026-01-15T07:30:00.000Z", "2026-01-15T08:00:00.000Z", "2026-01-15T08:30:00.000Z", "2026-01-15T09:00:00.000Z",
    ]);
  });
});

describe("days without slots", () => {
  test.each([["2026-06-02", "a national holiday"], ["2026-04-06", "Easter Monday"], ["2026-09-29", "the patron saint"]])("%s: %s", day => {
    expect(starts(office(), 30, day)).toEqual([]);
  });

  test("closures take their first and last day", () => {
    const closed = office({ closures: [{ from: "2026-08-11", to: "2026-08-13" }] });
    expect(slots(closed, 90, "2026-08-10", "2026-08-14").map(({ day }) => day)).toEqual(["2026-08-10", "2026-08-14"]);
  });

  test("the patron saint of Cuneo closes only Cuneo", () => expect(starts(office({ municipality: "F351" }), 90, "2026-09-29")).toHaveLength(1));

  test("an extra opening opens on a holiday and on a closed day alike", () => {
    const extra = { from: "09:00", to: "10:00", mode: "BY_APPOINTMENT" } as const;
    const surge = office({ hours: [], closures: [{ from: "2026-08-01", to: "2026-08-31" }], extraOpenings: [{ ...extra, day: "2026-06-02" }, { ...extra, day: "2026-08-01" }] });
    expect(starts(surge, 60, "2026-06-01", "2026-08-31")).toEqual(["2026-06-02T07:00:00.000Z", "2026-08-01T07:00:00.000Z"]);
  });
});

describe("when the clock changes", () => {
  test("the same time of day is another instant before and after", () => {
    expect(starts(office(), 90, "2026-03-27", "2026-03-30")).toEqual(["2026-03-27T07:30:00.000Z", "2026-03-28T07:30:00.000Z", "2026-03-29T06:30:00.000Z", "2026-03-30T06:30:00.000Z"]);
    expect(starts(office(), 90, "2026-10-24", "2026-10-26")).toEqual(["2026-10-24T06:30:00.000Z", "2026-10-25T07:30:00.000Z", "2026-10-26T07:30:00.000Z"]);
  });

  test.each([["2026-03-28", 6], ["2026-03-29", 5], ["2026-10-24", 6], ["2026-10-25", 7]])("from midnight to six on %s there are %d hours", (day, hours) => {
    expect(starts(office({ hours: everyDay("00:00", "06:00") }), 60, day)).toHaveLength(hours);
  });
});

describe("refusals", () => {
  test.each([0, -5, 2.5, Number.NaN])("a duration of %p minutes", minutes => expect(() => slots(office(), minutes, "2026-01-15", "2026-01-15")).toThrow(RangeError));
  test("no counter", () => expect(() => slots(office({ counters: 0 }), 30, "2026-01-15", "2026-01-15")).toThrow(RangeError));
  test("more than a year at once", () => expect(() => slots(office(), 30, "2026-01-01", "2027-01-02")).toThrow(RangeError));
  test("a whole leap year is served", () => expect(slots(office({ hours: [] }), 30, "2028-01-01", "2028-12-31")).toEqual([]));
  test("days the wrong way round have no slots", () => expect(slots(office(), 30, "2026-01-16", "2026-01-15")).toEqual([]));
});

test("whatever the hours: slots in order, none overlapping, each as long as asked and inside an opening of its day", () => {
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Rome", dateStyle: "short", timeStyle: "short" });
  const changes = ["2026-03-29", "2026-10-25"];
  const minute = fc.integer({ min: 0, max: 95 }).map(quarter => `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`);
  const opening = fc.tuple(fc.integer({ min: 1, max: 7 }), minute, minute).filter(([, from, to]) => from < to)
    .map(([weekday, from, to]): OpeningHours => ({ weekday, from, to, mode: "BY_APPOINTMENT" }));
  fc.assert(fc.property(fc.array(opening, { maxLength: 6 }), fc.constantFrom(10, 15, 20, 45), fc.constantFrom("2026-03-26", "2026-10-22", "2026-07-01"), (hours, minutes, from) => {
    const until = new Date(Date.parse(from) + 6 * 86_400_000).toISOString().slice(0, 10);
    const found = slots(office({ hours }), minutes, from, until);
    found.forEach(({ startsAt, endsAt, day }, index) => {
      expect(endsAt.getTime() - startsAt.getTime()).toBe(minutes * 60_000);
      if (index > 0) expect(startsAt.getTime()).toBeGreaterThanOrEqual(found[index - 1]!.endsAt.getTime());
      const [localDay, localTime] = clock.format(startsAt).split(" ");
      expect(localDay).toBe(day);
      const weekday = ((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7) + 1;
      // On the two days of the change wall-clock times jump or repeat: the table above says what is expected of them.
      if (changes.includes(day)) return;
      expect(hours.some(known => known.weekday === weekday && known.from <= localTime! && localTime! < known.to)).toBe(true);
    });
  }), { numRuns: 100 });
});
