import { Temporal } from "temporal-polyfill";
import { midnightInUtc, type Day } from "./dated.ts";

const zone = "Europe/Rome";

/** How far Rome is ahead of UTC in a year: from its first moment, and after each day on which the clock changes. In milliseconds. */
interface YearOfOffsets {
  readonly first: number;
  readonly changes: readonly { readonly day: Day; readonly after: number }[];
}

const offsetsByYear = new Map<string, YearOfOffsets>();

/**
 * The instant of a wall-clock time in Italy, `HH:MM`. A time that the spring change skips is taken an hour later; of one
 * that the autumn change repeats, the first is meant.
 *
 * Only the days of the change ask the zone's tables: on all others the offset of the year's part is added, which makes
 * a month of opening hours cheap. Throws `RangeError` for a day or time that does not exist.
 */
export function instantInRome(day: Day, time: string): Date {
  const midnight = midnightInUtc(day);
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) throw new RangeError("a time is written HH:MM");
  const offset = offsetOn(day);
  if (offset === null) return new Date(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds);
  return new Date(midnight + (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000 - offset);
}

/** Day and wall-clock time (`HH:MM`, minutes begun) of an instant in Italy. */
export function wallClockInRome(instant: Date): { day: Day; time: string } {
  const local = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
  return { day: local.toPlainDate().toString(), time: local.toPlainTime().toString().slice(0, 5) };
}

/** How far Rome is ahead on a day, or null on a day of the change. */
function offsetOn(day: Day): number | null {
  const { first, changes } = offsetsOf(day.slice(0, 4));
  if (changes.some(change => change.day === day)) return null;
  return changes.findLast(change => change.day < day)?.after ?? first;
}

function offsetsOf(year: string): YearOfOffsets {
  const known = offsetsByYear.get(year);
  if (known) return known;
  const begin = Temporal.PlainDate.from(`${year}-01-01`).toZonedDateTime(zone);
  const changes = [];
  for (let next = begin.getTimeZoneTransition("next"); next?.year === begin.year; next = next.getTimeZoneTransition("next")) {
    changes.push({ day: next.toPlainDate().toString(), after: next.offsetNanoseconds / 1_000_000 });
  }
  const offsets = { first: begin.offsetNanoseconds / 1_000_000, changes };
  offsetsByYear.set(year, offsets);
  return offsets;
}
