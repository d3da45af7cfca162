import type { EntityManager } from "@mikro-orm/postgresql";
import { dayInRome } from "../../kernel/clock.ts";
import { newId } from "../../kernel/ids.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { appointmentCode } from "./code.ts";
import { findBookable, receivingTimes } from "./timetable.ts";

/**
 * Keeps a time for the caller for some minutes. Throws SLOT_TAKEN when no counter is free at it, NOT_FOUND, and
 * INVALID_INPUT when the office does not receive at that time.
 */
export const holdSlot = (hub: Hub, input: { readonly service: string; readonly office: string; readonly startsAt: string; readonly idempotencyKey: string }) =>
  once(hub, "holdSlot", input, async commit => {
    const bookable = await findBookable(hub, input);
    const day = dayInRome(new Date(input.startsAt));
    const slot = receivingTimes(hub, bookable, day, day).find(({ startsAt }) => startsAt.toISOString() === input.startsAt);
    if (!slot) throw problem("INVALID_INPUT", { path: ["input", "startsAt"], reason: "RANGE" });

    return commit(async em => {
      const now = hub.clock.now();
      const [office, starts, ends] = [bookable.office.id, slot.startsAt, slot.endsAt];
      await em.execute(`update "appointment" set "state" = 'LAPSED', "version" = "version" + 1 where "office_id" = ? and "state" = 'HELD' and "held_until" <= ? and "starts_at" < ? and "ends_at" > ?`, [office, now, ends, starts]);
      const id = newId();
      const values = { id, administration: hub.administration.id, office, service: bookable.service.id, citizen: hub.caller.kind === "citizen" ? hub.caller.citizenId : null, starts, ends, code: appointmentCode(), heldUntil: new Date(now.getTime() + hub.administration.settings.booking.holdMinutes * 60_000), now };
      for (let counter = 1; counter <= slot.capacity; counter += 1) if (await takeCounter(em, { ...values, counter })) return { __typename: "HoldSlotSuccess", appointmentId: id };
      throw problem("SLOT_TAKEN", { path: ["input", "startsAt"] });
    });
  });

interface Place {
  readonly id: string; readonly administration: string; readonly office: string; readonly service: string; readonly citizen: string | null;
  readonly starts: Date; readonly ends: Date; readonly code: string; readonly heldUntil: Date; readonly now: Date; readonly counter: number;
}

/** Tries one counter: of those who try at once, the table's exclusion constraint lets one in, and nobody gets an error. */
async function takeCounter(em: EntityManager, { id, administration, office, service, citizen, starts, ends, code, heldUntil, now, counter }: Place): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `insert into "appointment" ("id", "administration_id", "office_id", "service_id", "citizen_id", "starts_at", "ends_at", "counter", "state", "code", "held_until", "created_at")
     values (?, ?, ?, ?, ?, ?, ?, ?, 'HELD', ?, ?, ?) on conflict do nothing returning "id"`,
    [id, administration, office, service, citizen, starts, ends, counter, code, heldUntil, now],
  );
  return rows.length === 1;
}
