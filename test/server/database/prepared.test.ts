import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Administration } from "../../../entities/administration.ts";
import { Appointment } from "../../../entities/appointment.ts";
import { IdempotencyRecord } from "../../../entities/idempotency-record.ts";
import { Office } from "../../../entities/office.ts";
import { Service } from "../../../entities/service.ts";
import { andCommit } from "../../../operations/writes.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { until } from "../../helpers/until.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../../helpers/postgres.ts";

let database: TestDatabase;
let orm: MikroORM;

beforeAll(async () => {
  database = await createDatabase(await demonstrationTemplate());
  // One connection: what is prepared on it is seen over it.
  orm = await openOrm({ url: database.url, poolSize: 1, statementTimeoutMs: 60_000 });
});
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});

const prepared = async (): Promise<string[]> =>
  (await orm.em.getConnection().execute<{ statement: string }[]>(`select "statement" from pg_prepared_statements`)).map(({ statement }) => statement);

test("what the ORM asks is prepared once, without its values", async () => {
  for (const slug of ["one", "o'ther?", "third \\ one"]) await orm.em.fork().findOne(Service, { slug });
  const statements = (await prepared()).filter(statement => statement.includes('"slug" = $1'));
  expect(statements).toHaveLength(1);
  expect(statements[0]).not.toContain("one");
});

test("a row with a version is changed by a prepared statement too", async () => {
  const em = orm.em.fork();
  const [administration, office, service] = [await em.findOneOrFail(Administration, { ipaCode: "c_d205" }), await em.findOneOrFail(Office, { slug: { $ne: "" } }), await em.findOneOrFail(Service, { slug: { $ne: "" } })];
  const at = new Date("2030-01-07T09:00:00Z");
  const appointment = em.create(Appointment, { administration, office, service, startsAt: at, endsAt: new Date(at.getTime() + 1), counter: 1, state: "HELD", code: "VERSION?", heldUntil: at, createdAt: at });
  await em.flush();
  appointment.book({ reason: "why?" });
  await em.flush();
  appointment.cancel();
  await em.flush();
  expect(await orm.em.fork().findOneOrFail(Appointment, appointment.id)).toMatchObject({ state: "CANCELLED", reason: "why?", version: 3 });
  const changes = (await prepared()).filter(statement => statement.startsWith('update "appointment"'));
  expect(changes).toHaveLength(2);
  for (const change of changes) expect(change).toMatch(/"version" = "version" \+ 1 where "id" = \$\d and "version" = \$\d/);
});

describe("a transaction", () => {
  const transaction = () => orm.em.getConnection().execute<{ at: string }[]>(`select now()::text as "at", pg_current_xact_id_if_assigned()::text as "id"`);

  test("is begun with its first statement, and all of it is kept or none", async () => {
    const write = (email: string, fails: boolean) => orm.em.fork().transactional(async em => {
      await em.execute(`update "office" set "email" = ?`, [email]);
      if (fails) await em.execute("select 1 / ?::int", [0]);
    });
    await write("kept@example.org", false);
    await expect(write("gone@example.org", true)).rejects.toThrow("division by zero");
    expect(await orm.em.getConnection().execute(`select distinct "email" from "office"`)).toEqual([{ email: "kept@example.org" }]);
    await expect(transaction()).resolves.toMatchObject([{ id: null }]);
  });

  test("is committed with its last statement where that says so, and not if it fails", async () => {
    const write = (email: string, last: string) => orm.em.fork().transactional(async em => {
      await em.execute(`update "office" set "email" = ?`, [email]);
      await em.execute(`${last} ${andCommit}`, [email]);
    });
    const emails = () => orm.em.getConnection().execute(`select distinct "email" from "office"`);
    await write("first@example.org", "select ?::text");
    expect(await emails()).toEqual([{ email: "first@example.org" }]);
    await expect(write("second@example.org", "select 1 / (length(?::text) - 18)")).rejects.toThrow("division by zero");
    expect(await emails()).toEqual([{ email: "first@example.org" }]);
    await expect(transaction()).resolves.toMatchObject([{ id: null }]);
  });

  test("that is its last statement alone is kept too, or is not", async () => {
    const write = (email: string, by: number) => orm.em.fork().transactional(em => em.execute(`update "office" set "email" = ? where 1 / ?::int = 1 ${andCommit}`, [email, by]));
    await write("alone@example.org", 1);
    await expect(write("failed@example.org", 0)).rejects.toThrow("division by zero");
    expect(await orm.em.getConnection().execute(`select distinct "email" from "office"`)).toEqual([{ email: "alone@example.org" }]);
    await expect(transaction()).resolves.toMatchObject([{ id: null }]);
  });

  test("has nothing after its last statement", async () => {
    const late = orm.em.fork().transactional(async em => {
      await em.execute("select ?::int", [1]);
      await em.execute(`select ?::int ${andCommit}`, [1]);
      await em.execute("select ?::int", [2]);
    });
    await expect(late).rejects.toThrow("the transaction was committed with its last statement");
    await expect(transaction()).resolves.toMatchObject([{ id: null }]);
  });

  test("that asked nothing was never begun, however it ends", async () => {
    await expect(orm.em.fork().transactional(async () => "nothing")).resolves.toBe("nothing");
    await expect(orm.em.fork().transactional(() => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
    // What comes next is no part of either.
    const [first] = await transaction();
    const [second] = await transaction();
    expect(first!.at).not.toBe(second!.at);
  });
});

test("a unit of work keeps every kind of value as it was given", async () => {
  const em = orm.em.fork();
  const administration = await em.findOneOrFail(Administration, { ipaCode: "c_d205" });
  const outcome = { text: "it's ? 100 % \\ \"so\" $1", number: 1.5, none: null, list: [1, "two"], yes: true };
  const createdAt = new Date("2026-11-23T08:30:00.123Z");
  const { id } = em.create(IdempotencyRecord, { administration, caller: "citizen:?", key: "a $1 key ? 'of' \\ signs", mutation: "m", inputHash: "h", outcome, createdAt });
  await em.flush();
  const kept = await orm.em.fork().findOneOrFail(IdempotencyRecord, { caller: "citizen:?", createdAt });
  expect(kept).toMatchObject({ id, key: "a $1 key ? 'of' \\ signs", outcome, createdAt });
});

test("lists of values find their rows, however long they are", async () => {
  const all = (await orm.em.fork().find(Service, {})).map(({ id }) => id);
  expect(all.length).toBeGreaterThan(10);
  for (const count of [1, 3, all.length]) expect(await orm.em.fork().find(Service, { id: { $in: all.slice(0, count) } })).toHaveLength(count);
});

test("a statement that fails leaves its connection good, and is asked again", async () => {
  const divide = (by: number) => orm.em.getConnection().execute<{ answer: number }[]>("select 10 / ?::int as answer", [by]);
  await expect(divide(0)).rejects.toThrow("division by zero");
  expect(await divide(5)).toEqual([{ answer: 2 }]);
});

test("more texts than are kept are answered all the same", async () => {
  for (let number = 0; number < 600; number += 1) expect(await orm.em.getConnection().execute(`select ?::int as "a${number}"`, [number])).toEqual([{ [`a${number}`]: number }]);
  expect((await prepared()).length).toBeLessThanOrEqual(500);
});

test("a statement that was given up is stopped, and says nothing to the terminal of how it ended", async () => {
  const said = jest.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    const other = await openOrm({ url: database.url, poolSize: 2, statementTimeoutMs: 60_000 });
    const aborter = new AbortController();
    const asked = other.em.fork().transactional(em => em.execute("select pg_sleep(?::int)", [30]), { signal: aborter.signal, inflightQueryAbortStrategy: "cancel query" });
    const asleep = async () => (await orm.em.getConnection().execute<object[]>(`select 1 from pg_stat_activity where query like 'select pg_sleep($1%' and state = 'active' and datname = current_database()`)).length;
    await until("the statement under way", asleep, count => count === 1);
    aborter.abort(new Error("too late"));
    await expect(asked).rejects.toThrow("too late");
    await until("the statement stopped", asleep, count => count === 0);
    await other.close(true);
    expect(said).not.toHaveBeenCalled();
  } finally {
    said.mockRestore();
  }
});
