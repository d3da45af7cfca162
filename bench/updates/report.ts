import type { Budget } from "../report.ts";
import type { UpdateResults } from "./measure.ts";

const promised = { ms: 1_000, kibibytes: 20 } as const;

/** Holds live updates to their budgets. */
export const updateBudgets = ({ subscribers, last, kibibytes }: UpdateResults): Budget[] => [
  { what: `live updates: an event to the last of ${subscribers.toLocaleString("en")} subscribers, the slowest event`, promised: `≤ ${promised.ms} ms`, found: `${last.slowest.toFixed(0)} ms`, byProcessor: "", met: last.slowest <= promised.ms },
  { what: "live updates: memory in use for a subscriber", promised: `≤ ${promised.kibibytes} KiB`, found: `${kibibytes.toFixed(1)} KiB`, byProcessor: "", met: kibibytes <= promised.kibibytes },
];

/** What was found about live updates, for people. */
export const updateReport = ({ subscribers, people, events, last, middle, cpu, databaseCpu, kibibytes, held }: UpdateResults): string => `## Live updates

${subscribers.toLocaleString("en")} subscriptions on one process, each over a socket of its own, of ${people} members of staff of one office; the sockets' other ends share the machine. ${events} appointments are booked and cancelled, one a second. Every change reaches every subscriber, for whom the appointment is read again under their own permission.

| what | |
| --- | --- |
| an event to the last subscriber, the slowest of all events | ${last.slowest.toFixed(0)} ms |
| an event to the last subscriber, the event in the middle | ${last.middle.toFixed(0)} ms |
| an event to the subscriber in the middle | ${middle.toFixed(0)} ms |
| processor time of a delivery, and the database's for it | ${cpu.toFixed(3)} ms, ${databaseCpu.toFixed(3)} ms |
| memory of a subscriber, in use | ${kibibytes.toFixed(1)} KiB |
| what the process held more of after the events, for each | ${held.toFixed(1)} KiB |
`;
