import { SourceRefused } from "../../connectors/upstream.ts";
import { Payment, toBePaid, type HandOver } from "../../entities/payment.ts";
import { askForWaiting, type Asked, type Asking } from "../ask-for-waiting.ts";
import type { Follower } from "../event/follow.ts";
import type { Job, JobHub } from "../job.ts";
import { tellArchive } from "./hand-over-archive.ts";
import { tellRegister } from "./hand-over-register.ts";
import { alternatives } from "./settle-debt.ts";
import { shutOut } from "./shut-out.ts";

/**
 * Tells pagoPA's register where a position stands: that it is to be paid, or not any more. It reads the state when its turn
 * comes, so each change of a position has a job and none grows old; telling the same twice changes nothing there. What the
 * register refuses for good ends the job and is left for staff; what it cannot take now, a key that it does not know among
 * it, is told again.
 */
export const handOver: Job = {
  name: "pagopa-hand-over",
  async perform(hub, id) {
    const payment = await hub.em.findOne(Payment, { id, administration: hub.administration.id }, { populate: ["option"] });
    if (!payment) return;
    if (payment.state === "PAID") await shutOut(hub, payment);
    const told = await tell(hub, payment).catch(refusal);
    // Whoever moved the position meanwhile has asked for a job of its own.
    await hub.em.nativeUpdate(Payment, { id, state: payment.state }, { handOver: told.handOver, handOverRefusal: told.refusal ?? null });
  },
};

interface Told {
  readonly handOver: HandOver;
  readonly refusal?: string;
}

async function tell(hub: JobHub, payment: Payment): Promise<Told> {
  const { positions } = hub.connectors;
  if (!positions) return { handOver: "NONE" };
  if (positions.model === "ACA") await tellArchive(hub, positions.archive, payment);
  else await tellRegister(hub, positions.register, payment);
  return { handOver: toBePaid.has(payment.state) ? "KEPT" : "CLOSED" };
}

/** A refusal that no repeat mends, as it is kept; throws any other failure. */
function refusal(error: unknown): Told {
  if (!(error instanceof SourceRefused) || error.reason === "NOT_AUTHORISED") throw error;
  return { handOver: "REFUSED", refusal: error.reason };
}

/**
 * Has the register told of each position that was opened, paid or closed, or may be paid again, where there is something to
 * tell: it knows of the position and not of the change yet, or a paid one left open what it shuts out (`shutOut`).
 */
export const handOvers: Follower = {
  kinds: ["PAYMENT_REQUESTED", "PAYMENT_PAID", "PAYMENT_CLOSED", "PAYMENT_REOPENED"],
  async follow({ jobs }, em, events) {
    const rows = await em.execute<{ id: string }[]>(untold, [JSON.stringify(events.map(({ subjectId }) => subjectId))]);
    await jobs.enqueue(em, handOver, rows.map(({ id }) => id));
  },
};

const untold = `
select p."id" from "payment" p where p."id" in (select value::uuid from jsonb_array_elements_text(?::jsonb)) and (p."hand_over" = 'WAITING'
  or p."state" = 'PAID' and exists (select from (${alternatives}) s join "payment" a on a."id" = s."id" and a."id" <> p."id" and a."state" not in ('PAID', 'EXCLUDED')))`;

/** Has the register told of what it still was not told of when its jobs had failed for days. */
export const handOverWaiting = (hub: Asking): Promise<Asked> => askForWaiting(hub, handOver, async (em, limit) => {
  const waiting = await em.find(Payment, { administration: hub.administration.id, handOver: "WAITING" }, { fields: ["id"], orderBy: { createdAt: "asc" }, limit });
  return waiting.map(({ id }) => id);
});
