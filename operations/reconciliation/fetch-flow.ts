import type { EntityManager } from "@mikro-orm/postgresql";
import { comparableReference } from "../../connectors/bank/reference.ts";
import type { ReportedPayment } from "../../connectors/pagopa/fdr.ts";
import { Flow } from "../../entities/flow.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { newId } from "../../kernel/ids.ts";
import type { Job, JobHub } from "../job.ts";
import { recordEvent } from "../event/record.ts";
import { forUpdate } from "../once.ts";
import { letGoOfFlows } from "./match.ts";
import { lockReconciliation, reconcileWithin } from "./reconcile.ts";
import { type Failure, failureOf, Incoherent, nextTry } from "./tries.ts";

/**
 * Reads one revision of a flow to its end and has it matched.
 *
 * Each page is kept before the next is asked for, so that whoever goes on, after whatever happened, begins where it was
 * left. A try that fails is repeated later and later; after five in a row without a page gained the flow is FAILED, which
 * staff see, and only they have it tried again.
 */
export const fetchFlow: Job = {
  name: "fetch-flow",
  async perform(hub, flowId) {
    try {
      await readOn(hub, flowId);
    } catch (error) {
      if (error instanceof Overtaken) return;
      const failure = hub.signal.aborted ? undefined : failureOf(error);
      if (failure === undefined) throw error;
      await fail(hub, flowId, failure);
    }
    hub.bus.announce();
  },
};

/** Another process goes on with the flow, or has ended it: what is left to do is that one's. */
class Overtaken extends Error {}

async function readOn(hub: JobHub, flowId: string): Promise<void> {
  const { administration, connectors: { reporting }, signal } = hub;
  const flow = await hub.em.fork().findOne(Flow, { id: flowId, administration: administration.id });
  if (flow?.state !== "WAITING") return;
  const header = await reporting.header(flow, signal);
  let page = flow.pages;
  let kept = await inFlow(hub, flowId, async (em, locked) => {
    locked.describe({ ...header, trn: comparableReference(header.regulation) });
    return (await sums(em, flowId)).count;
  });
  let pages = page;
  // All that was promised is here: a page beyond holds nothing, or what was promised is not all.
  while (kept < header.counted || (kept === header.counted && page < pages)) {
    const { items, pages: promised } = await reporting.payments(flow, page + 1, signal);
    if (items.length === 0) break;
    pages = promised;
    page = await inFlow(hub, flowId, (em, locked) => keepPage(hub, em, locked, page, items));
    kept += items.length;
  }
  await inFlow(hub, flowId, (em, locked) => conclude(hub, em, locked, header.counted));
}

/** Works on a flow that is still to be read, in a transaction that holds it; others may have gone on with it meanwhile. */
async function inFlow<Result>(hub: JobHub, flowId: string, work: (em: EntityManager, flow: Flow) => Promise<Result>): Promise<Result> {
  return hub.em.fork().transactional(async em => {
    await lockReconciliation(em, hub.administration.id);
    const flow = await em.findOneOrFail(Flow, { id: flowId, administration: hub.administration.id }, forUpdate);
    if (flow.state !== "WAITING") throw new Overtaken();
    return work(em, flow);
  });
}

/** Keeps a page after those that are kept; answers how many there are then. */
async function keepPage({ administration }: JobHub, em: EntityManager, flow: Flow, after: number, items: readonly ReportedPayment[]): Promise<number> {
  if (flow.pages !== after) throw new Overtaken();
  const rows = items.map(({ paidAt, ...item }) => ({ ...item, id: newId(), paidOn: dayInRome(paidAt) }));
  await em.execute(insert, [administration.id, flow.id, JSON.stringify(rows)]);
  flow.turnPage();
  return flow.pages;
}

const insert = `
with given as (select ?::uuid as "administration", ?::uuid as "flow", ?::jsonb as "rows")
insert into "flow_payment" ("id", "administration_id", "flow_id", "index", "iuv", "iur", "transfer_index", "amount_cents", "outcome", "paid_on", "match")
select r."id", g."administration", g."flow", r."index", r."iuv", r."iur", r."transferIndex", r."amountCents", r."outcome", r."paidOn", 'OPEN' from given g
cross join lateral jsonb_to_recordset(g."rows") as r("id" uuid, "index" int, "iuv" text, "iur" text, "transferIndex" int, "amountCents" bigint, "outcome" text, "paidOn" date)`;

/** How many payments of a flow are kept, in how many places, and what they come to, in cents. */
async function sums(em: EntityManager, flowId: string): Promise<{ count: number; places: number; cents: number }> {
  const [row] = await em.execute<Record<"count" | "places" | "cents", string>[]>(
    `select count(*) as "count", count(distinct "index") as "places", coalesce(sum("amount_cents"), 0) as "cents" from "flow_payment" where "flow_id" = ?`, [flowId]);
  return { count: Number(row!.count), places: Number(row!.places), cents: Number(row!.cents) };
}

/** All of it is here: it takes the place of its earlier revisions, or a later one has taken its own. */
async function conclude(hub: JobHub, em: EntityManager, flow: Flow, counted: number): Promise<void> {
  const { count, places, cents } = await sums(em, flow.id);
  // A place that came twice, while the pages changed under way, stands where another payment is missing.
  if (count !== counted || places !== counted) throw new Incoherent();
  const others = await em.find(Flow, { administration: hub.administration.id, pspId: flow.pspId, name: flow.name, id: { $ne: flow.id }, state: { $ne: "SUPERSEDED" } });
  const later = others.some(({ revision, state }) => revision > flow.revision && state === "COMPLETE");
  const superseded = later ? [flow] : others.filter(({ revision }) => revision < flow.revision);
  await letGoOfFlows(em, superseded.map(({ id }) => id));
  for (const each of superseded) each.supersede();
  if (!later) {
    flow.complete(count, cents, hub.clock.now());
    recordEvent(hub, em, { kind: "FLOW_READ", subjectId: flow.id });
  }
  await reconcileWithin(em, hub);
}

/** Counts a failure: another try later, or a human is asked. What does not hold together is read anew. */
async function fail(hub: JobHub, flowId: string, failure: Failure): Promise<void> {
  await hub.em.fork().transactional(async em => {
    await lockReconciliation(em, hub.administration.id);
    const flow = await em.findOneOrFail(Flow, flowId, forUpdate);
    if (flow.state !== "WAITING") return;
    if (failure.code === "INCOHERENT") {
      await em.execute(`delete from "flow_payment" where "flow_id" = ?`, [flowId]);
      flow.startOver();
    }
    flow.fail(failure.code);
    const next = nextTry(flow.failures, failure, hub.clock.now());
    if (next) return hub.jobs.enqueue(em, fetchFlow, flowId, next);
    hub.log.error({ flow: flowId, failure: failure.code }, "a flow could not be read five times in a row: somebody has to look");
    recordEvent(hub, em, { kind: "FLOW_FAILED", subjectId: flowId });
    return reconcileWithin(em, hub);
  });
}
