import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { seedDemonstration } from "../entities/seeds/demonstration.ts";
import { silentLog } from "../kernel/log.ts";
import { startEmbedded } from "../server/database/embedded.ts";
import { migrate } from "../server/database/migrate.ts";
import { openOrm } from "../server/database/orm.ts";
import { seedBulk } from "./seed.ts";

/** The PostgreSQL of a run. */
export interface Server {
  /** The folder of the run: goes with it. */
  readonly folder: string;
  /** The process of which all others of PostgreSQL are children. */
  readonly pid: number;
  /** What it is. */
  readonly version: string;
  /** A database, migrated and seeded with that many applications; made when first asked for. */
  database(applications: number): Promise<string>;
  /** Drops a database that nobody uses any more; the next who asks for that many gets one in which nothing is left to be done. */
  drop(applications: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL of the run's own: the one of the product, but nothing is synced to disk, so that the disk is not what is measured. */
export async function startServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "sportello-hub-bench-"));
  await chmod(folder, 0o711);
  const embedded = await startEmbedded({ dataDir: folder, temporary: true, log: silentLog });
  const made = new Map<number, Promise<string>>();
  const one = async <Value>(text: string): Promise<Value> => {
    const client = new pg.Client({ connectionString: embedded.url });
    await client.connect();
    const { rows } = await client.query<{ value: Value }>(text);
    await client.end();
    return rows[0]?.value as Value;
  };
  let count = 0;
  const make = async (applications: number): Promise<string> => {
    const name = `hub_${applications}_${(count += 1)}`;
    await one(`create database ${name}`);
    const url = Object.assign(new URL(embedded.url), { pathname: `/${name}` }).href;
    await migrate(url, em => seedDemonstration(em, { partnerJwksUri: "http://127.0.0.1:9/jwks.json" }));
    const orm = await openOrm({ url, poolSize: 2, statementTimeoutMs: 60_000 });
    await seedBulk(orm, url, applications);
    await orm.close(true);
    return url;
  };
  return {
    folder,
    pid: await one<number>("select pg_read_file('postmaster.pid') as value").then(text => Number(String(text).split("\n")[0])),
    version: await one<string>("select current_setting('server_version') as value"),
    database: applications => {
      const known = made.get(applications) ?? make(applications);
      made.set(applications, known);
      return known;
    },
    async drop(applications) {
      const known = await made.get(applications);
      made.delete(applications);
      if (known) await one(`drop database ${new URL(known).pathname.slice(1)} with (force)`);
    },
    stop: () => embedded.stop(),
  };
}
