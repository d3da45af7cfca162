import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Payment } from "../../entities/payment.ts";
import { dayInRome } from "../../kernel/clock.ts";
import type { Hub } from "../hub.ts";
import { tellClosed } from "./tell.ts";

const batch = 200;

/**
 * Closes the positions whose due day has passed, where the administration takes nothing after it; elsewhere they stay open.
 * Somebody who is paying just now keeps theirs until the outcome is known. Answers how many were closed.
 */
export async function expirePayments(hub: Pick<Hub, "administration" | "clock"> & { readonly em: EntityManager }): Promise<{ expired: number }> {
  const { administration, clock } = hub;
  if (administration.settings.pagopa.refusesOverdue !== true) return { expired: 0 };
  const overdue = { administration: administration.id, state: "OPEN" as const, dueOn: { $lt: dayInRome(clock.now()) } };
  for (let expired = 0; ;) {
    const closed = await hub.em.fork().transactional(async em => {
      // Another process may be at it too: each takes what the other does not hold.
      const payments = await em.find(Payment, overdue, { limit: batch, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE });
      for (const payment of payments) {
        payment.expire(clock.now());
        await tellClosed(hub, em, payment);
      }
      return payments.length;
    });
    expired += closed;
    if (closed < batch) return { expired };
  }
}
