import type { EntityManager } from "@mikro-orm/postgresql";
import type { Event, EventKind } from "../../entities/event.ts";
import type { Follower } from "../event/follow.ts";
import { reconcileSoon } from "./reconcile.ts";

/** A receipt came, for a position or for none. */
const receiptsCame: readonly EventKind[] = ["PAYMENT_PAID", "RECEIPT_UNPLACED"];

/**
 * Has things held against each other again soon when a receipt comes for which a flow or the bank is waiting, whichever
 * way it comes: from the node at last, from what the platform remembers, or from staff; for a notice of ours or, where we
 * have a share of it, somebody else's. And when something was paid twice or a stamp is wrong, which the work list says by
 * itself. Other receipts wait for the flow that reports them, so that their number makes no work here.
 */
export const reconcileAfter: Follower = {
  kinds: [...receiptsCame, "PAYMENT_PAID_TWICE", "PAYMENT_STAMP_WRONG"],
  async follow({ administration, jobs }, em, events) {
    if (events.some(({ kind }) => !receiptsCame.includes(kind)) || await isWaitedFor(em, administration.id, events)) await jobs.enqueue(em, reconcileSoon, administration.id);
  },
};

async function isWaitedFor(em: EntityManager, administrationId: string, events: readonly Event[]): Promise<boolean> {
  const [{ waiting }] = await em.execute<[{ waiting: boolean }]>(waitedFor, [administrationId, JSON.stringify(events.map(({ subjectId }) => subjectId))]);
  return waiting;
}

const waitedFor = `
with given as (select ?::uuid as "administration", ?::jsonb as "subjects"), subject as (
  select e."id"::uuid as "id" from given g cross join lateral jsonb_array_elements_text(g."subjects") as e("id")
), paid as (
  select p."iuv" from subject s join "payment" p on p."id" = s."id" union all select r."iuv" from subject s join "receipt" r on r."id" = s."id"
)
select exists (
  select 1 from given g join "flow_payment" l on l."administration_id" = g."administration" and l."match" in ('RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT', 'UNKNOWN_NOTICE') join paid p on p."iuv" = l."iuv"
) or exists (
  select 1 from given g join "bank_credit" b on b."administration_id" = g."administration" and b."match" = 'UNKNOWN' join paid p on p."iuv" = b."iuv"
) as "waiting"`;
