import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { openReads, type Reads } from "../../../server/database/reads.ts";
import { createDatabase, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
let reads: Reads;
let observer: pg.Client;

beforeAll(async () => {
  database = await createDatabase();
  reads = openReads({ url: database.url, poolSize: 2, statementTimeoutMs: 5_000 });
  observer = new pg.Client(database.url);
  await observer.connect();
});
afterAll(async () => {
  await Promise.all([reads.close(), observer.end()]);
  await database.drop();
});

const never = new AbortController().signal;
const sleeping = async (): Promise<number> => {
  const { rows } = await observer.query<{ count: number }>("select count(*)::int from pg_stat_activity where application_name = 'sportello-hub reads' and state = 'active'");
  return rows[0]!.count;
};
const within = async (ms: number, holds: () => Promise<boolean>): Promise<boolean> => {
  const until = Date.now() + ms;
  while (Date.now() < until) {
    if (await holds()) return true;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return false;
};

test("a statement that is given up rejects and ends in the database too, long before it would have", async () => {
  const aborter = new AbortController();
  const asked = reads.run("sleep", "select pg_sleep(100)::text", [], aborter.signal);
  expect(await within(60_000, async () => (await sleeping()) === 1)).toBe(true);
  aborter.abort(new Error("too late"));
  await expect(asked).rejects.toThrow("too late");
  expect(await within(60_000, async () => (await sleeping()) === 0)).toBe(true);
});

test("giving up many at once leaves the pool whole, and strangers' statements alone", async () => {
  const aborter = new AbortController();
  const asked = Promise.allSettled(Array.from({ length: 8 }, () => reads.run("sleep", "select pg_sleep(100)::text", [], aborter.signal)));
  await within(60_000, async () => (await sleeping()) === 2);
  aborter.abort();
  expect((await asked).map(({ status }) => status)).toEqual(Array(8).fill("rejected"));
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => reads.run("echo", "select $1::text", [String(index)], never)));
  expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  expect(reads.connections().waiting).toBe(0);
});

test("what was given up before it began is not asked", async () => {
  await expect(reads.run("echo", "select $1::text", ["x"], AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
});

test("a refused statement leaves its connection open", async () => {
  await reads.run("echo", "select $1::text", ["x"], never);
  const { open } = reads.connections();
  await expect(reads.run("wrong", "select ($1::text)::uuid::text", ["x"], never)).rejects.toThrow(pg.DatabaseError);
  expect(await within(1_000, async () => reads.connections().idle === open)).toBe(true);
  expect(reads.connections().open).toBe(open);
});
