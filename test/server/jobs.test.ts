import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import pg from "pg";
import { silentLog } from "../../kernel/log.ts";
import type { Job, JobHub } from "../../operations/job.ts";
import { openOrm } from "../../server/database/orm.ts";
import { openJobs, type JobQueues } from "../../server/jobs.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
let orm: MikroORM;
const opened: JobQueues[] = [];

beforeAll(async () => {
  database = await createDatabase(await demonstrationTemplate());
  orm = await openOrm({ url: database.url, poolSize: 4, statementTimeoutMs: 10_000 });
});
afterAll(async () => {
  await Promise.all(opened.map(queues => queues.close()));
  await orm.close(true);
  await database.drop();
});

/** One process's queues. */
async function queuesWith(jobs: readonly Job[]): Promise<JobQueues> {
  const queues = openJobs({ url: database.url, paceSeconds: 0.5, log: silentLog });
  opened.push(queues);
  await queues.start(jobs, signal => ({ signal }) as JobHub);
  return queues;
}

const until = async (holds: () => boolean): Promise<void> => {
  for (const end = Date.now() + 60_000; !holds() && Date.now() < end;) await after(20);
  expect(holds()).toBe(true);
};

describe("jobs", () => {
  test("are done after the commit of what they follow from, and not after its rollback", async () => {
    const done: string[] = [];
    const job: Job = { name: "follow", perform: (_, subject) => Promise.resolve(void done.push(subject)) };
    const queues = await queuesWith([job]);
    await orm.em.fork().transactional(async em => {
      await queues.enqueue(em, job, "kept");
      await after(300);
      expect(done).toEqual([]);
    });
    const failed = orm.em.fork().transactional(async em => {
      await queues.enqueue(em, job, "undone");
      throw new Error("rolled back");
    });
    await expect(failed).rejects.toThrow("rolled back");
    await orm.em.fork().transactional(em => queues.enqueue(em as EntityManager, job, "later", new Date(Date.now() + 1_500)));
    await until(() => done.includes("later"));
    expect(done).toEqual(["kept", "later"]);
  });

  test("of many subjects are asked for together, each for its own time", async () => {
    const begun = new Map<string, number>();
    const job: Job = { name: "in-time", perform: (_, subject) => Promise.resolve(void begun.set(subject, Date.now())) };
    const queues = await queuesWith([job]);
    const at = Date.now();
    await orm.em.fork().transactional(em => queues.enqueue(em as EntityManager, job, [["second", new Date(at + 3_000)], ["first", new Date(at)]]));
    await until(() => begun.size === 2);
    expect(begun.get("first")).toBeGreaterThanOrEqual(at);
    expect(begun.get("second")).toBeGreaterThanOrEqual(at + 3_000);
  });

  test("that gather are done once for all who ask within a span, after the last of them", async () => {
    const done: string[] = [];
    let asked = 0;
    const taken: number[] = [];
    const job: Job = { name: "gather", gatherSeconds: 1, perform: (_, subject) => Promise.resolve(void (done.push(subject), taken.push(asked))) };
    const queues = await queuesWith([job]);
    const begun = Date.now();
    while (Date.now() < begun + 2_500) {
      asked += 1;
      await orm.em.fork().transactional(em => queues.enqueue(em as EntityManager, job, ["all", "others"]));
    }
    await until(() => taken.at(-1) === asked && done.filter(subject => subject === "others").length >= 3);
    await after(2_500);
    expect(asked).toBeGreaterThan(20);
    expect([taken.at(-1), done.filter(subject => subject === "all").length <= 5, done.filter(subject => subject === "all").length >= 3]).toEqual([asked, true, true]);
  });

  test("are asked for within a transaction only", async () => {
    const job: Job = { name: "alone", perform: () => Promise.resolve() };
    const queues = await queuesWith([job]);
    await expect(queues.enqueue(orm.em.fork() as EntityManager, job, "x")).rejects.toThrow("transaction");
  });

  test("that fail are done again, and nothing of the failure's words is kept", async () => {
    let tries = 0;
    const job: Job = { name: "fail-first", perform: () => ((tries += 1) < 3 ? Promise.reject(new Error("RSSMRA80A01H501U was refused")) : Promise.resolve()) };
    const queues = await queuesWith([job]);
    await orm.em.fork().transactional(em => queues.enqueue(em as EntityManager, job, "once"));
    await until(() => tries === 3);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ kept: string }>("select j::text as kept from job.job j where name = 'fail-first'");
    await client.end();
    expect(rows).toHaveLength(1);
    expect(rows[0]!.kept).not.toContain("RSSMRA");
  });

  test("of a backlog are done together, and those that succeed once, whatever becomes of their neighbours", async () => {
    const tries = new Map<string, number>();
    const job: Job = { name: "backlog", perform: (_, subject) => {
      const before = tries.get(subject) ?? 0;
      tries.set(subject, before + 1);
      return before === 0 && subject.endsWith("3") ? Promise.reject(new Error("not yet")) : Promise.resolve();
    } };
    const queues = await queuesWith([job]);
    const subjects = Array.from({ length: 30 }, (_, place) => `case ${place}`);
    await orm.em.fork().transactional(em => queues.enqueue(em as EntityManager, job, subjects));
    await until(() => subjects.every(subject => tries.get(subject) === (subject.endsWith("3") ? 2 : 1)));
  });

  test("about one subject are done one at a time, whichever process does them; others meanwhile", async () => {
    const under = new Map<string, number>();
    const seen: string[] = [];
    let most = 0;
    let together = 0;
    const order: Job = { name: "in-order", perform: async (_, subject) => {
      const mine = (under.get(subject) ?? 0) + 1;
      under.set(subject, mine);
      most = Math.max(most, mine);
      together = Math.max(together, [...under.values()].filter(Boolean).length);
      await after(50);
      seen.push(subject);
      under.set(subject, under.get(subject)! - 1);
    } };
    const [one] = await Promise.all([queuesWith([order]), queuesWith([order])]);
    for (let round = 0; round < 4; round += 1) {
      for (const subject of ["a", "b"]) await orm.em.fork().transactional(em => one.enqueue(em as EntityManager, order, subject));
    }
    await until(() => seen.length === 8);
    expect(most).toBe(1);
    expect(together).toBe(2);
  });
});
