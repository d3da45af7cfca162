import Holidays from "date-holidays";
import { addDays, weekday, type Day } from "./dated.ts";

/**
 * Which days do not count as working days for a term or for an office.
 *
 * `restDays` are the ISO weekdays of rest. Whether Saturday is one of them differs from term to term and is not stated
 * by the sources at hand, so the caller says it: it is a setting of the administration.
 */
export interface WorkCalendar {
  /** Cadastral code of the municipality, for its patron saint; an unknown one has national holidays only. */
  readonly municipality: string;
  readonly restDays: readonly number[];
}

interface PatronSaint { readonly monthDay: string; readonly name: string }

/** Patron saints by cadastral code of the municipality: the holiday that no national table lists. */
const patronSaints: Readonly<Record<string, PatronSaint>> = {
  D205: { monthDay: "09-29", name: "San Michele Arcangelo, patrono di Cuneo" },
};

const italy = new Holidays("IT", { languages: "it" });
const nationalByYear = new Map<string, ReadonlyMap<Day, string>>();

/**
 * The name of the holiday on a day, or null. National holidays (from the `date-holidays` tables, which follow the list
 * of the Presidency of the Council; 4 October is one again since 2026) and the patron saint of the municipality.
 */
export function holidayOn(day: Day, municipality: string): string | null {
  const saint = patronSaints[municipality];
  return national(day.slice(0, 4)).get(day) ?? (saint?.monthDay === day.slice(5) ? saint.name : null);
}

/** Why a day is not a working day (the holiday's name, or "giorno di riposo settimanale"), or null when it is one. */
export function restReason(day: Day, calendar: WorkCalendar): string | null {
  return holidayOn(day, calendar.municipality)
    ?? (calendar.restDays.includes(weekday(day)) ? "giorno di riposo settimanale" : null);
}

/** The day itself when it is a working day, otherwise the next one that is. Throws `RangeError` when every weekday is of rest. */
export function workingDayFrom(day: Day, calendar: WorkCalendar): Day {
  if (new Set(calendar.restDays).size >= 7) throw new RangeError("a calendar needs a working day");
  let working = day;
  while (restReason(working, calendar) !== null) working = addDays(working, 1);
  return working;
}

function national(year: string): ReadonlyMap<Day, string> {
  const known = nationalByYear.get(year);
  if (known) return known;
  const days = italy.getHolidays(Number(year)).filter(({ type }) => type === "public");
  const named = new Map(days.map(({ date, name }) => [date.slice(0, 10), name]));
  nationalByYear.set(year, named);
  return named;
}
