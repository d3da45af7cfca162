import type { EntityManager } from "@mikro-orm/postgresql";
import { SourceRefused } from "../../connectors/upstream.ts";
import { Payment, toBePaid, type HandOver } from "../../entities/payment.ts";
import type { EventKind } from "../../entities/event.ts";
import type { Job, JobHub } from "../job.ts";
import { tellArchive } from "./hand-over-archive.ts";
import { tellRegister } from "./hand-over-register.ts";
import { shutOut } from "./shut-out.ts";
import { handOverQueue } from "./tell-closed.ts";

/**
 * Tells pagoPA's register where a position stands: that it is to be paid, or not any more. It reads the state when its turn
 * comes, so each change of a position has a job and none grows old; telling the same twice changes nothing there. What the
 * register refuses for good ends the job and is left for staff; what it cannot take now, a key that it does not know among
 * it, is told again.
 */
export const handOver: Job = {
  ...handOverQueue,
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

/** The kinds of events after which the register must be told anew. */
const told: ReadonlySet<EventKind> = new Set(["PAYMENT_PAID", "PAYMENT_CLOSED"]);

/** What the queues and the database of a process are needed for here. */
interface Queues extends Pick<JobHub, "jobs"> {
  readonly em: EntityManager;
}

/** Has the register told after an event; a receipt, which is kept in one statement, asks for no job by itself. */
export const handOverAfter = async ({ em, jobs }: Queues, { kind, subjectId }: { readonly kind: EventKind; readonly subjectId: string }): Promise<void> =>
  told.has(kind) ? em.transactional(inside => jobs.enqueue(inside, handOver, subjectId)) : undefined;

/**
 * Has the register told of whatever it was not told of yet: what a process that died left behind, and what failed for days.
 * Answers how many there were.
 */
export const handOverWaiting = ({ em, jobs }: Queues, administration: string): Promise<{ positions: number }> => em.transactional(async inside => {
  const waiting = await inside.find(Payment, { administration, handOver: "WAITING" }, { fields: ["id"], orderBy: { createdAt: "asc" }, limit: 10_000 });
  for (const { id } of waiting) await jobs.enqueue(inside, handOver, id);
  return { positions: waiting.length };
});
