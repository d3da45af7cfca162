import { Temporal } from "temporal-polyfill";
import { HubError } from "../kernel/errors.ts";

/** A calendar day in Europe/Rome, `YYYY-MM-DD`. Days compare as text. */
export type Day = string;

/** A set of rules and the days on which it holds, both included; `validTo` null: until further notice. */
export interface Dated {
  readonly validFrom: Day;
  readonly validTo: Day | null;
}

/**
 * The version of a rule that held on a day, so that an old case recomputes to its old answer.
 * Throws `NO_RULE_IN_FORCE` when none did, `RULES_OVERLAP` when more than one did.
 */
export function inForce<Version extends Dated>(versions: readonly Version[], day: Day): Version {
  const holding = versions.filter(({ validFrom, validTo }) => validFrom <= day && (validTo === null || day <= validTo));
  if (holding.length > 1) throw new HubError("RULES_OVERLAP", "more than one version of the rule is in force", { details: { day } });
  const [version] = holding;
  if (version === undefined) throw new HubError("NO_RULE_IN_FORCE", "no version of the rule is in force", { details: { day } });
  return version;
}

/** The day `count` days after (before, when negative). Throws `RangeError` for a day that does not exist. */
export const addDays = (day: Day, count: number): Day => dayOf(midnightInUtc(day) + count * oneDay);

/** The day `count` months after; a day that the month lacks becomes its last (31 August + 6 months = 28 or 29 February). */
export const addMonths = (day: Day, count: number): Day => Temporal.PlainDate.from(dayOf(midnightInUtc(day))).add({ months: count }).toString();

/** How many days from one day to another; negative when `to` comes first. */
export const daysBetween = (from: Day, to: Day): number => (midnightInUtc(to) - midnightInUtc(from)) / oneDay;

/** The ISO weekday: 1 Monday to 7 Sunday. */
export const weekday = (day: Day): number => new Date(midnightInUtc(day)).getUTCDay() || 7;

/** Every day from the first to the last, both included; none when the last comes first. */
export function daysFrom(first: Day, last: Day): Day[] {
  return Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, index) => addDays(first, index));
}

/** A day as Italians write it: `29 settembre 2026`. */
export const dayInWords = (day: Day): string => inWords.format(midnightInUtc(day));

// Days are counted as midnights in UTC, where every day has 24 hours: no zone takes part, so none can shift a day.
const oneDay = 86_400_000;
const inWords = new Intl.DateTimeFormat("it-IT", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });

const dayOf = (milliseconds: number): Day => new Date(milliseconds).toISOString().slice(0, 10);

/** The midnight in UTC that begins a day, in milliseconds. Throws `RangeError` unless the day exists: `Date.parse` alone takes 30 February for 2 March. */
export function midnightInUtc(day: Day): number {
  const milliseconds = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(milliseconds) || dayOf(milliseconds) !== day) throw new RangeError("a day is an existing day, written YYYY-MM-DD");
  return milliseconds;
}
