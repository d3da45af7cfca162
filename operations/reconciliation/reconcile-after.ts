import type { EntityManager } from "@mikro-orm/postgresql";
import type { Event } from "../../entities/event.ts";
import type { Follower } from "../event/follow.ts";
import { reconcileSoon } from "./reconcile.ts";

/**
 * Has things held against each other again soon when a receipt comes for which a flow or the bank is waiting, whichever
 * way it comes: from the node at last, from what the platform remembers, or from staff; and when something was paid twice
 * or a stamp is wrong, which the work list says by itself. Other receipts wait for the flow that reports them, so that
 * their number makes no work here.
 */
export const reconcileAfter: Follower = {
  kinds: ["PAYMENT_PAID", "PAYMENT_PAID_TWICE", "PAYMENT_STAMP_WRONG"],
  async follow({ administration, jobs }, em, events) {
    if (events.some(({ kind }) => kind !== "PAYMENT_PAID") || await isWaitedFor(em, administration.id, events)) await jobs.enqueue(em, reconcileSoon, administration.id);
  },
};

async function isWaitedFor(em: EntityManager, administrationId: string, events: readonly Event[]): Promise<boolean> {
  const [{ waiting }] = await em.execute<[{ waiting: boolean }]>(waitedFor, [administrationId, JSON.stringify(events.map(({ subjectId }) => subjectId))]);
  return waiting;
}

const waitedFor = `
with given as (select ?::uuid as "administration", ?::jsonb as "payments"), paid as (
  select p."iuv" from given g cross join lateral jsonb_array_elements_text(g."payments") as e("id") join "payment" p on p."id" = e."id"::uuid
)
select exists (
  select 1 from given g join "flow_payment" l on l."administration_id" = g."administration" and l."match" in ('RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT') join paid p on p."iuv" = l."iuv"
) or exists (
  select 1 from given g join "bank_credit" b on b."administration_id" = g."administration" and b."match" = 'UNKNOWN' join paid p on p."iuv" = b."iuv"
) as "waiting"`;
