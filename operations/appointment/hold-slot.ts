import type { EntityManager } from "@mikro-orm/postgresql";
import { dayInRome } from "../../kernel/clock.ts";
import { newId } from "../../kernel/ids.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { appointmentCode } from "./code.ts";
import { findBookable, receivingTimes } from "./timetable.ts";

/**
 * Keeps a time for the caller for some minutes. Throws SLOT_TAKEN when no counter is free at it, TOO_MANY_HELD, NOT_FOUND, and
 * INVALID_INPUT when the office does not receive at that time.
 */
export const holdSlot = (hub: Hub, input: { readonly service: string; readonly office: string; readonly startsAt: string; readonly idempotencyKey: string }) =>
  once(hub, "holdSlot", input, async commit => {
    const bookable = await findBookable(hub, input);
    const day = dayInRome(new Date(input.startsAt));
    const slot = receivingTimes(hub, bookable, day, day).find(({ startsAt }) => startsAt.toISOString() === input.startsAt);
    if (!slot) throw problem("INVALID_INPUT", { path: ["input", "startsAt"], reason: "NOT_A_TIME" });

    return commit(async em => {
      const now = hub.clock.now();
      await refuseTooMany(hub, em, now);
      const [office, starts, ends] = [bookable.office.id, slot.startsAt, slot.endsAt];
      await em.execute(`update "appointment" set "state" = 'LAPSED', "version" = "version" + 1 where "office_id" = ? and "state" = 'HELD' and "held_until" <= ? and "starts_at" < ? and "ends_at" > ?`, [office, now, ends, starts]);
      const id = newId();
      const values = { id, administration: hub.administration.id, office, service: bookable.service.id, citizen: hub.caller.kind === "citizen" ? hub.caller.citizenId : null, starts, ends, code: appointmentCode(), heldUntil: new Date(now.getTime() + hub.administration.settings.booking.holdMinutes * 60_000), now };
      for (let counter = 1; counter <= slot.capacity; counter += 1) if (await takeCounter(em, { ...values, counter })) return { __typename: "HoldSlotSuccess", appointmentId: id };
      throw problem("SLOT_TAKEN", { path: ["input", "startsAt"] });
    });
  });

/** How many times somebody may hold at once where the administration does not say: an office or a household may share an address. */
const usuallyHeld = 20;

/** Nobody takes all times of an office by holding them. Whoever holds is counted one after the other, so that many at once get no further. */
async function refuseTooMany({ administration, caller }: Hub, em: EntityManager, now: Date): Promise<void> {
  await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`hold ${caller.key}`]);
  const [row] = await em.execute<{ held: number }[]>(
    `select count(*)::int as "held" from "idempotency_record" r join "appointment" a on a."id" = (r."outcome" ->> 'appointmentId')::uuid
     where r."caller" = ? and r."mutation" = 'holdSlot' and a."state" = 'HELD' and a."held_until" > ?`, [caller.key, now]);
  if (row!.held >= (administration.settings.booking.heldAtOnce ?? usuallyHeld)) throw problem("TOO_MANY_HELD");
}

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
