import type { EntityManager } from "@mikro-orm/postgresql";
import type { PublishedFlow } from "../../connectors/pagopa/fdr.ts";
import { FlowSearch, mostFailures } from "../../entities/flow.ts";
import { newId } from "../../kernel/ids.ts";
import type { Job, JobHub } from "../job.ts";
import { fetchFlow } from "./fetch-flow.ts";
import { lockReconciliation, reconcileWithin } from "./reconcile.ts";
import { type Failure, failureOf, Incoherent, nextTry } from "./tries.ts";

/** How far back flows are looked for: as far as the platform keeps them. */
const lookBackDays = 30;

/**
 * Asks for the flows of every provider and has those read that are new, each for itself. Nothing is remembered of the last
 * time: whatever was missed or came late is found while the platform still has it, and what is known changes nothing. A
 * search that fails is repeated later and later; after five failures in a row staff are told, and it is tried once a day.
 */
export const findFlows: Job = {
  name: "find-flows",
  async perform(hub) {
    const failure = await listAll(hub).catch((error: unknown) => {
      const known = hub.signal.aborted ? undefined : failureOf(error);
      if (!known) throw error;
      return known;
    });
    await hub.em.fork().transactional(em => conclude(hub, em, failure));
    hub.bus.announce();
  },
};

/** Has every flow read that is new and can be; a failure where some could not be, or pages that were promised did not come. */
async function listAll(hub: JobHub): Promise<Failure | undefined> {
  const after = new Date(hub.clock.now().getTime() - lookBackDays * 86_400_000);
  let unreadable = 0;
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const listed = await hub.connectors.reporting.list(after, page, hub.signal);
    pages = listed.pages;
    unreadable += listed.unreadable;
    if (listed.items.length > 0) await hub.em.fork().transactional(em => announce(hub, em, listed.items));
    else if (listed.unreadable === 0 && page < pages) throw new Incoherent();
  }
  return unreadable > 0 ? { code: "UNREADABLE" } : undefined;
}

/** Notes how the search went. Staff hear of it when it has failed too often, and when it succeeds after that. */
async function conclude(hub: JobHub, em: EntityManager, failure: Failure | undefined): Promise<void> {
  const { administration, clock, jobs, log } = hub;
  await lockReconciliation(em, administration.id);
  const search = (await em.findOne(FlowSearch, { administration: administration.id })) ?? em.create(FlowSearch, { administration: administration.id, failures: 0 });
  const wasGivenUp = search.failures >= mostFailures;
  if (!failure) search.succeed(clock.now());
  else {
    search.fail(failure.code);
    const next = nextTry(search.failures, failure, clock.now());
    if (next) return jobs.enqueue(em, findFlows, administration.id, next);
    log.error({ failure: failure.code }, "flows could not be looked for five times in a row: somebody has to look");
  }
  if (wasGivenUp !== (search.failures >= mostFailures)) await reconcileWithin(em, hub);
}

async function announce(hub: JobHub, em: EntityManager, flows: readonly PublishedFlow[]): Promise<void> {
  const rows = flows.map(({ pspId, name, revision, publishedAt }) => ({ id: newId(), pspId, name, revision, publishedAt }));
  const fresh = await em.execute<{ id: string }[]>(insert, [hub.administration.id, hub.clock.now(), JSON.stringify(rows)]);
  await hub.jobs.enqueue(em, fetchFlow, fresh.map(({ id }) => id));
}

const insert = `
with given as (select ?::uuid as "administration", ?::timestamptz as "now", ?::jsonb as "rows")
insert into "flow" ("id", "administration_id", "psp_id", "name", "revision", "published_at", "state", "pages", "failures", "created_at", "version")
select r."id", g."administration", r."pspId", r."name", r."revision", r."publishedAt", 'WAITING', 0, 0, g."now", 1 from given g
cross join lateral jsonb_to_recordset(g."rows") as r("id" uuid, "pspId" text, "name" text, "revision" int, "publishedAt" timestamptz)
on conflict do nothing returning "id"`;
