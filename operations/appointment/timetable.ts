import { problem } from "../../entities/problem.ts";
import { Office } from "../../entities/office.ts";
import { Service } from "../../entities/service.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { addDays } from "../../rules/dated.ts";
import { slots, type Slot } from "../../rules/slots.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";

/** A service at one of its offices, to be booked there. */
export interface Bookable {
  readonly service: Service;
  readonly office: Office;
  readonly minutes: number;
}

/** The service and office that an input names. Throws NOT_FOUND for either, also when the office does not give the service or nothing is booked for it. */
export async function findBookable(hub: Hub, input: { readonly service: string; readonly office: string }): Promise<Bookable> {
  const service = await hub.em.findOne(Service, { id: keyOf("srv", input.service, "input", "service"), administration: hub.administration.id });
  if (!service?.appointmentMinutes) throw problem("NOT_FOUND", { path: ["input", "service"] });
  const office = await hub.em.findOne(Office, { id: keyOf("off", input.office, "input", "office"), administration: hub.administration.id, services: service.id });
  if (!office) throw problem("NOT_FOUND", { path: ["input", "office"] });
  return { service, office, minutes: service.appointmentMinutes };
}

/** The times at which the office receives for the service, between two days and within the horizon, none of them past. */
export function receivingTimes(hub: Hub, { office, minutes }: Bookable, from: string, to: string): Slot[] {
  const now = hub.clock.now();
  const today = dayInRome(now);
  const horizon = addDays(today, hub.administration.settings.booking.horizonDays);
  const first = from < today ? today : from;
  const last = to > horizon ? horizon : to;
  if (first > last) return [];
  const timetable = { hours: office.hours, closures: office.closures, extraOpenings: office.extraOpenings, counters: office.counters, municipality: hub.administration.cadastralCode };
  return slots(timetable, minutes, first, last).filter(({ startsAt }) => startsAt > now);
}
