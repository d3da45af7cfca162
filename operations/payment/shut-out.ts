import { Payment } from "../../entities/payment.ts";
import type { JobHub } from "../job.ts";
import { forUpdate } from "../once.ts";
import { alternatives } from "./settle-debt.ts";
import { tellClosed } from "./tell.ts";

/**
 * Closes what a paid position shuts out and is still open: the statement that keeps the receipt does it at once, but does not
 * see a way of paying that was opened while it waited for the position. Harmless when there is nothing left to close.
 */
export const shutOut = (hub: JobHub, paid: Payment): Promise<void> => hub.em.fork().transactional(async em => {
  const rows = await em.execute<{ id: string }[]>(`select a."id" from "payment" p cross join lateral (${alternatives}) a where p."id" = ? and a."id" <> p."id"`, [paid.id]);
  if (rows.length === 0) return;
  const still = { id: { $in: rows.map(({ id }) => id) }, state: { $in: ["OPEN" as const, "OUTCOME_UNKNOWN" as const, "EXPIRED" as const, "CANCELLED" as const] } };
  for (const payment of await em.find(Payment, still, { ...forUpdate, orderBy: { id: "asc" } })) {
    payment.exclude(hub.clock.now());
    await tellClosed(hub, em, payment);
  }
});
