import type { EntityManager } from "@mikro-orm/postgresql";
import { migrateJobs } from "../jobs.ts";
import { openOrm } from "./orm.ts";

/**
 * Makes the tables of an empty database, or brings those of an older release up to date: the hub's own and those of its
 * queues. `seed` then puts in what has to be there.
 */
export async function migrate(url: string, seed?: (em: EntityManager) => Promise<void>): Promise<void> {
  const orm = await openOrm({ url, poolSize: 2, statementTimeoutMs: 60_000 });
  try {
    await orm.migrator.up();
    await seed?.(orm.em.fork());
  } finally {
    await orm.close(true);
  }
  await migrateJobs(url);
}
