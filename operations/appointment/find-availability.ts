import { Appointment, takesTheCounter } from "../../entities/appointment.ts";
import { problem } from "../../entities/problem.ts";
import { daysBetween } from "../../rules/dated.ts";
import type { Hub } from "../hub.ts";
import { findBookable, receivingTimes } from "./timetable.ts";

const longestRange = 31;

/** The free times of a service at an office, by day. Throws NOT_FOUND, and INVALID_INPUT for a range that runs backwards or is too long. */
export async function findAvailability(hub: Hub, input: { readonly service: string; readonly office: string; readonly from: string; readonly to: string }) {
  if (input.to < input.from || daysBetween(input.from, input.to) > longestRange) throw problem("INVALID_INPUT", { path: ["input", "to"], reason: "RANGE", details: { most: longestRange } });
  const bookable = await findBookable(hub, input);
  const times = receivingTimes(hub, bookable, input.from, input.to);
  const first = times.at(0);
  const last = times.at(-1);
  if (!first || !last) return [];

  const taken = await hub.em.find(Appointment, {
    office: bookable.office.id, startsAt: { $lt: last.endsAt }, endsAt: { $gt: first.startsAt },
    $or: [{ state: { $in: takesTheCounter.filter(state => state !== "HELD") } }, { state: "HELD", heldUntil: { $gt: hub.clock.now() } }],
  }, { fields: ["startsAt", "endsAt", "counter"] });

  const days = new Map<string, { startsAt: string; endsAt: string; counters: number }[]>();
  for (const { day, startsAt, endsAt, capacity } of times) {
    const busy = new Set(taken.filter(other => other.startsAt < endsAt && other.endsAt > startsAt).map(({ counter }) => counter));
    if (busy.size >= capacity) continue;
    const free = days.get(day) ?? [];
    free.push({ startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), counters: capacity - busy.size });
    days.set(day, free);
  }
  return [...days].map(([day, free]) => ({ day, times: free }));
}
