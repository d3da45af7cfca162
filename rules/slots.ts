import { daysBetween, daysFrom, weekday, type Day } from "./dated.ts";
import { holidayOn } from "./holidays.ts";
import { instantInRome } from "./rome-time.ts";

type Mode = "BY_APPOINTMENT" | "OPEN_ACCESS";

/** Weekly opening hours; weekday is ISO (1 Monday), times are Europe/Rome wall-clock `HH:MM`. */
export interface OpeningHours { readonly weekday: number; readonly from: string; readonly to: string; readonly mode: Mode }

/** An opening on one day, beside the weekly hours and on holidays too: Saturdays for the surge of identity cards, for one. */
export interface ExtraOpening { readonly day: Day; readonly from: string; readonly to: string; readonly mode: Mode }

/** Days on which an office stays closed, both included. An extra opening on such a day still opens. */
export interface Closure { readonly from: Day; readonly to: Day }

/** When an office is open. Weekly hours yield to holidays and closures; a weekday without hours is closed without more words. */
export interface OfficeTimetable {
  readonly hours: readonly OpeningHours[];
  readonly closures: readonly Closure[];
  readonly extraOpenings: readonly ExtraOpening[];
  /** Counters that serve appointments side by side. */
  readonly counters: number;
  /** Cadastral code of the municipality, for the holiday of its patron saint. */
  readonly municipality: string;
}

/** A time when an office is open: instants in UTC. */
export interface OpenWindow { readonly day: Day; readonly startsAt: Date; readonly endsAt: Date; readonly mode: Mode }

/** A time that can be booked, by as many people as there are counters. */
export interface Slot { readonly day: Day; readonly startsAt: Date; readonly endsAt: Date; readonly capacity: number }

/** Most days that are worked out at once. */
export const longestHorizonDays = 366;

/**
 * The bookable slots of an office from one day to another, both included, in order of time.
 *
 * Slots follow one another from each opening by appointment and never pass its end. Durations are elapsed time: on the
 * day the clock changes, an opening across the change has one hour more or less. Two openings that overlap give their
 * slots once. Throws `RangeError` for a duration or counters below one, or for more than 366 days.
 */
export function slots(office: OfficeTimetable, durationMinutes: number, from: Day, to: Day): Slot[] {
  if (!Number.isInteger(durationMinutes) || durationMinutes < 1) throw new RangeError("a slot lasts at least one minute");
  if (!Number.isInteger(office.counters) || office.counters < 1) throw new RangeError("an office has at least one counter");
  const step = durationMinutes * 60_000;
  const found: Slot[] = [];
  let free = Number.NEGATIVE_INFINITY;
  for (const { day, startsAt, endsAt, mode } of openWindows(office, from, to)) {
    if (mode === "OPEN_ACCESS") continue;
    for (let start = Math.max(startsAt.getTime(), free); start + step <= endsAt.getTime(); start += step) {
      free = start + step;
      found.push({ day, startsAt: new Date(start), endsAt: new Date(free), capacity: office.counters });
    }
  }
  return found;
}

/** When an office is open from one day to another, both included, in order of time. Throws `RangeError` for more than 366 days. */
export function openWindows(office: OfficeTimetable, from: Day, to: Day): OpenWindow[] {
  if (daysBetween(from, to) >= longestHorizonDays) throw new RangeError(`at most ${longestHorizonDays} days at once`);
  return daysFrom(from, to)
    .flatMap(day => openingsOn(office, day).map(opening => ({ day, startsAt: instantInRome(day, opening.from), endsAt: instantInRome(day, opening.to), mode: opening.mode })))
    .sort((one, other) => one.startsAt.getTime() - other.startsAt.getTime());
}

function openingsOn({ hours, closures, extraOpenings, municipality }: OfficeTimetable, day: Day) {
  const closed = holidayOn(day, municipality) !== null || closures.some(({ from, to }) => from <= day && day <= to);
  const weekly = closed ? [] : hours.filter(opening => opening.weekday === weekday(day));
  return [...weekly, ...extraOpenings.filter(opening => opening.day === day)];
}
