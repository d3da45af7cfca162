import { HubError } from "../kernel/errors.ts";
import { addDays, dayInWords, daysBetween, type Day } from "./dated.ts";
import { restReason, workingDayFrom, type WorkCalendar } from "./holidays.ts";

/** One reason why a due date is what it is. `text` is Italian, for people; `source` is null where the value is a setting. */
export interface ClockStep {
  readonly code: "START" | "TERM" | "SUSPENSION" | "SUSPENSION_OPEN" | "SUSPENSION_CAPPED" | "MOVED_TO_WORKING_DAY";
  /** The end of the term as it stands after this step. */
  readonly on: Day;
  /** The days that this step adds; 0 where it only states a fact. */
  readonly days: number;
  readonly text: string;
  readonly source: string | null;
}

export interface DueDate {
  readonly dueDate: Day;
  readonly explanation: readonly ClockStep[];
}

/** A proceeding as the clock sees it. */
export interface Proceeding {
  /** The day on which the application arrived. */
  readonly submittedOn: Day;
  /** The days of the proceeding, and where they are written; source null: the administration's default (a setting). */
  readonly term: { readonly days: number; readonly source: string | null };
  /** The one suspension allowed: the day papers were asked for and the day they came, null while awaited. */
  readonly suspension: { readonly from: Day; readonly to: Day | null } | null;
}

/** Longest suspension for missing papers, in days (L. 241/1990, art. 2, c. 7); it may happen only once. */
export const longestSuspension = 30;

/** Days that the applicant has to answer a notice of refusal (L. 241/1990, art. 10-bis). */
export const observationDays = 10;

/**
 * The last day of a term of days: the first day is not counted (dies a quo), and a term that ends on a day of rest ends
 * on the next working day. Civil computation of terms; which weekdays are of rest is the calendar's say.
 */
export const termEnd = (from: Day, days: number, calendar: WorkCalendar): Day => workingDayFrom(addDays(from, days), calendar);

/** The last day for observations after a notice of refusal received on a day (L. 241/1990, art. 10-bis). */
export const observationsDue = (noticeOn: Day, calendar: WorkCalendar): Day => termEnd(noticeOn, observationDays, calendar);

/**
 * The day by which a proceeding must be decided, and why (L. 241/1990, art. 2): days from submission, plus one suspension
 * of at most 30 days. While papers are still awaited, the suspension counts in full: the latest day the law could allow.
 *
 * Throws `SUSPENSION_OUTSIDE_TERM` for a suspension that begins before submission, after the end of the term, or that
 * ends before it begins.
 */
export function dueDate(proceeding: Proceeding, calendar: WorkCalendar): DueDate {
  const { submittedOn, term } = proceeding;
  const plainEnd = addDays(submittedOn, term.days);
  const steps: ClockStep[] = [
    { code: "START", on: submittedOn, days: 0, source: "L. 241/1990, art. 2", text: `La domanda è arrivata il ${dayInWords(submittedOn)}: questo giorno non si conta.` },
    { code: "TERM", on: plainEnd, days: term.days, source: term.source, text: `Il procedimento dura al massimo ${count(term.days)}: fino al ${dayInWords(plainEnd)}.` },
    ...suspensionSteps(proceeding, plainEnd),
  ];
  const end = steps.at(-1)!.on;
  const due = workingDayFrom(end, calendar);
  if (due !== end) steps.push(movedStep(end, due, calendar));
  return { dueDate: due, explanation: steps };
}

function suspensionSteps({ submittedOn, suspension }: Proceeding, plainEnd: Day): ClockStep[] {
  if (suspension === null) return [];
  const { from, to } = suspension;
  if (from < submittedOn || from > plainEnd || (to !== null && to < from)) {
    throw new HubError("SUSPENSION_OUTSIDE_TERM", "the suspension does not lie within the term", { details: { from, to } });
  }
  const taken = to === null ? longestSuspension : daysBetween(from, to);
  const days = Math.min(taken, longestSuspension);
  const on = addDays(plainEnd, days);
  return [{ ...suspensionText(from, to, taken), on, days, source: "L. 241/1990, art. 2, c. 7" }];
}

function suspensionText(from: Day, to: Day | null, taken: number): Pick<ClockStep, "code" | "text"> {
  const asked = `Il ${dayInWords(from)} l'ufficio ha chiesto integrazioni`;
  if (to === null) return { code: "SUSPENSION_OPEN", text: `${asked}, ancora attese: la sospensione può durare fino a ${longestSuspension} giorni.` };
  if (taken > longestSuspension) return { code: "SUSPENSION_CAPPED", text: `${asked}, arrivate il ${dayInWords(to)}: la sospensione conta per ${longestSuspension} giorni, il massimo.` };
  return { code: "SUSPENSION", text: `${asked}, arrivate il ${dayInWords(to)}: ${count(taken)} di sospensione.` };
}

const movedStep = (end: Day, due: Day, calendar: WorkCalendar): ClockStep => ({
  code: "MOVED_TO_WORKING_DAY", on: due, days: daysBetween(end, due), source: null,
  text: `Il ${dayInWords(end)} non è lavorativo (${restReason(end, calendar)!}): il termine passa al ${dayInWords(due)}.`,
});

const count = (days: number) => days === 1 ? "1 giorno" : `${days} giorni`;
