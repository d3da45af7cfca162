import type { EntityManager } from "@mikro-orm/postgresql";
import { Payment } from "../../entities/payment.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { addDays } from "../../rules/dated.ts";
import type { Hub } from "../hub.ts";
import type { Job } from "../job.ts";
import { findReceipt } from "../payment/find-receipt.ts";
import { tellDays } from "./days.ts";
import { listDiscrepancies } from "./list-discrepancies.ts";
import { matchAll } from "./match.ts";
import { noteCollections } from "./note-collections.ts";

/**
 * Holds what receipts promised, what flows reported and what the bank credited against each other, and brings the work list
 * up to date, which staff hear of. Receipts that turn out to be missing are asked for. Part of the caller's transaction, in which no other
 * reconciliation of the administration takes place. It depends on what there is, not on the order in which it came, but for
 * which of two equals stands; done again, it changes nothing.
 */
export async function reconcileWithin(em: EntityManager, { administration, clock, jobs }: Pick<Hub, "administration" | "clock" | "jobs">): Promise<void> {
  await lockReconciliation(em, administration.id);
  await em.flush();
  const now = clock.now();
  const fresh = await noteCollections(em, administration, now);
  await em.execute(`delete from "bank_credit" where "administration_id" = ? and "match" = 'OTHER' and "booked_on" < ?`, [administration.id, addDays(dayInRome(now), -othersKeptDays)]);
  const { receiptsMissing } = await matchAll(em, administration.id);
  await listDiscrepancies(em, administration.id, now);
  await tellDays(em, administration.id, now, fresh);
  const unpaid = receiptsMissing.length === 0 ? [] : await em.find(Payment, { administration: administration.id, iuv: { $in: [...receiptsMissing] }, state: { $ne: "PAID" } }, { fields: ["id"] });
  await jobs.enqueue(em, findReceipt, unpaid.map(({ id }) => id));
}

/** How long credits of other origin are kept: flows are published within days, and stay on the platform for thirty. */
const othersKeptDays = 60;

/**
 * Keeps other reconciliations of the administration away until the transaction ends. Taken before any row that reconciliation
 * touches. From then on statements may take longer than those of a request: they are about whole sets.
 */
export async function lockReconciliation(em: EntityManager, administrationId: string): Promise<void> {
  await em.execute("set local statement_timeout = '50s'");
  await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`reconciliation/${administrationId}`]);
}

/** Reconciles an administration: once a day, because time alone makes money missing, and after whatever brings something new. */
export const reconcile: Job = {
  name: "reconcile",
  async perform(hub) {
    await hub.em.transactional(em => reconcileWithin(em, hub));
    hub.bus.announce();
  },
};

/** The same, soon, and once for all that happens within a few seconds: after what may come by the hundred. */
export const reconcileSoon: Job = { name: "reconcile-soon", gatherSeconds: 5, perform: reconcile.perform };
