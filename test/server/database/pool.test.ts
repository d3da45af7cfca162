import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type pg from "pg";
import { openPool } from "../../../server/database/pool.ts";
import { createDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
let pool: pg.Pool;
let killer: pg.Pool;
beforeAll(async () => {
  database = await createDatabase();
  pool = openPool({ connectionString: database.url, max: 2 });
  killer = openPool({ connectionString: database.url, max: 1 });
});
afterAll(async () => {
  await Promise.all([pool.end(), killer.end()]);
  await database.drop();
});

const pidOf = async (client: pg.PoolClient): Promise<number> => (await client.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]!.pid;

test.each([["while a statement runs", true], ["between two statements of a transaction", false]])("a connection lost %s is told to who holds it, and replaced; the process lives", async (_, busy) => {
  const client = await pool.connect();
  const pid = await pidOf(client);
  await client.query("begin");
  const running = busy ? client.query("select pg_sleep(10)").then(() => undefined, (error: unknown) => error) : undefined;
  await killer.query("select pg_terminate_backend($1)", [pid]);
  if (running) expect(await running).toBeInstanceOf(Error);
  // The end of the connection is heard before anything is asked of it again.
  await new Promise(resolve => setTimeout(resolve, 100));
  await expect(client.query("select 1")).rejects.toThrow();
  client.release(true);
  expect((await pool.query<{ n: number }>("select 1 as n")).rows).toEqual([{ n: 1 }]);
});
