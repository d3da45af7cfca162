import type { EntityManager } from "@mikro-orm/postgresql";
import type { PublishedFlow } from "../../connectors/pagopa/fdr.ts";
import { newId } from "../../kernel/ids.ts";
import type { Job, JobHub } from "../job.ts";
import { fetchFlow } from "./fetch-flow.ts";

/** How far back flows are looked for: as far as the platform keeps them. */
const lookBackDays = 30;

/**
 * Asks for the flows of every provider and has those read that are new, each for itself. Nothing is remembered of the last
 * time: whatever was missed or came late is found while the platform still has it, and what is known changes nothing.
 */
export const findFlows: Job = {
  name: "find-flows",
  async perform(hub) {
    const after = new Date(hub.clock.now().getTime() - lookBackDays * 86_400_000);
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const listed = await hub.connectors.reporting.list(after, page, hub.signal);
      pages = listed.pages;
      await hub.em.fork().transactional(em => announce(hub, em, listed.items));
    }
  },
};

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
