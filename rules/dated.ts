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
export const addDays = (day: Day, count: number): Day => date(day).add({ days: count }).toString();

/** The day `count` months after; a day that the month lacks becomes its last (31 August + 6 months = 28 or 29 February). */
export const addMonths = (day: Day, count: number): Day => date(day).add({ months: count }).toString();

/** How many days from one day to another; negative when `to` comes first. */
export const daysBetween = (from: Day, to: Day): number => date(from).until(date(to), { largestUnit: "days" }).days;

/** The ISO weekday: 1 Monday to 7 Sunday. */
export const weekday = (day: Day): number => date(day).dayOfWeek;

/** Every day from the first to the last, both included; none when the last comes first. */
export function daysFrom(first: Day, last: Day): Day[] {
  return Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, index) => addDays(first, index));
}

/** A day as Italians write it: `29 settembre 2026`. */
export const dayInWords = (day: Day): string => date(day).toLocaleString("it-IT", { day: "numeric", month: "long", year: "numeric" });

/** Only the day part is accepted: a time or a zone behind it would silently name another day. */
function date(day: Day): Temporal.PlainDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new RangeError("a day is written YYYY-MM-DD");
  return Temporal.PlainDate.from(day, { overflow: "reject" });
}
