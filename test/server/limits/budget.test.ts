import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import type { Caller } from "../../../operations/caller.ts";
import { visitor } from "../../../operations/session/identify.ts";
import { createBudgets } from "../../../server/limits/budget.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { createDatabase, type TestDatabase } from "../../helpers/postgres.ts";

const sizes = { visitor: 100, citizen: 100, staff: 100, partner: 0, app: 150 };
const partner = { kind: "partner", key: "partner:1" } as Caller;

describe("a budget", () => {
  test("is taken from, may be overdrawn once, and is then used up until it is whole again", async () => {
    const budgets = createBudgets(sizes);
    const caller = visitor("192.0.2.1");
    expect(await budgets.take(caller, 60, 0)).toMatchObject({ cost: 60, budget: 100, left: 40, exhausted: false });
    expect(budgets.exhausted(caller)).toBeUndefined();
    expect(await budgets.take(caller, 60, 5)).toMatchObject({ cost: 60, left: 0, exhausted: false });
    expect(budgets.exhausted(caller)).toMatchObject({ left: 0, exhausted: true });
    const { exhausted, resetsAt } = await budgets.take(caller, 1, 0);
    expect(exhausted).toBe(true);
    expect(resetsAt!.getTime() - Date.now()).toBeGreaterThan(8_000);
    expect(resetsAt!.getTime() - Date.now()).toBeLessThanOrEqual(10_000);
  });

  test("is each caller's own, and one for a whole IPv6 network", async () => {
    const budgets = createBudgets(sizes);
    await budgets.take(visitor("2001:db8:1:2::1"), 200, 0);
    expect(budgets.exhausted(visitor("2001:db8:1:2:ffff::9"))).toBeDefined();
    expect(budgets.exhausted(visitor("2001:DB8:1:2:0:0:0:1"))).toBeDefined();
    expect(budgets.exhausted(visitor("2001:db8:1:3::1"))).toBeUndefined();
    expect(budgets.exhausted(visitor("192.0.2.1"))).toBeUndefined();
    await budgets.take(visitor("::ffff:192.0.2.7"), 200, 0);
    expect(budgets.exhausted(visitor("::ffff:192.0.2.8"))).toBeUndefined();
  });

  test("of 0 counts nothing", async () => {
    expect(await createBudgets(sizes).take(partner, 1_000_000, 0)).toMatchObject({ budget: null, left: null, resetsAt: null, exhausted: false });
  });
});

describe("the budget of an app", () => {
  const through = (person: number, client: string) => ({ kind: "citizen", key: `citizen:${person}`, client }) as Caller;

  test("is spent by all who ask through it, beside their own", async () => {
    const budgets = createBudgets(sizes);
    expect(await budgets.take(through(1, "portal"), 60, 10)).toMatchObject({ budget: 100, left: 30, app: { budget: 150, left: 80 }, exhausted: false });
    expect(await budgets.take(through(2, "portal"), 90, 0)).toMatchObject({ left: 10, app: { left: 0 }, exhausted: false });
    expect(budgets.exhausted(through(3, "portal"))).toMatchObject({ exhausted: true, app: { left: 0 } });
    const refused = await budgets.take(through(3, "portal"), 1, 0);
    expect(refused).toMatchObject({ left: 99, app: { left: 0 }, exhausted: true });
    expect(refused.until).toEqual(refused.app!.resetsAt);
    expect(budgets.exhausted(through(3, "other"))).toBeUndefined();
    expect(budgets.exhausted({ kind: "citizen", key: "citizen:3" } as Caller)).toBeUndefined();
  });

  test("is not there for whoever asks without one, nor where 0 is set", async () => {
    expect(await createBudgets(sizes).take(visitor("192.0.2.1"), 5, 0)).toMatchObject({ app: null });
    expect(await createBudgets({ ...sizes, app: 0 }).take(through(1, "portal"), 90, 0)).toMatchObject({ app: null, exhausted: false });
  });
});

describe("a budget that all processes share", () => {
  let database: TestDatabase;
  let pools: pg.Pool[];
  beforeAll(async () => {
    database = await createDatabase();
    pools = [1, 2].map(() => new pg.Pool({ connectionString: database.url, max: 2 }).on("error", () => undefined));
  });
  afterAll(async () => {
    await Promise.all(pools.map(pool => pool.end()));
    await database.drop();
  });

  test("is used up by both together, and counted here when the database is gone", async () => {
    const [one, other] = pools.map(pool => createBudgets(sizes, pool)) as [ReturnType<typeof createBudgets>, ReturnType<typeof createBudgets>];
    // The table is made at the first start; until it is there, each process counts for itself.
    let shared = false;
    for (let turn = 0; turn < 100 && !shared; turn += 1) {
      const probe = visitor(`198.51.100.${turn}`);
      await one.take(probe, 1, 0);
      shared = (await other.take(probe, 1, 0)).left === 98;
      if (!shared) await new Promise(resolve => setTimeout(resolve, 50));
    }
    const caller = visitor("192.0.2.9");
    await one.take(caller, 60, 0);
    expect(await other.take(caller, 30, 0)).toMatchObject({ left: 10 });
    expect(await one.take(caller, 1, 0)).toMatchObject({ left: 9 });
    await database.drop();
    expect(await one.take(visitor("192.0.2.10"), 60, 0)).toMatchObject({ left: 40, exhausted: false });
  });
});

describe("over the graph", () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub({ settings: { BUDGET_VISITOR: "400", BUDGET_CITIZEN: "2000", BUDGET_PARTNER: "0" } });
  });
  afterAll(() => hub.close());
  const query = "{ limits { cost budget left resetsAt maximumCost } services(first: 30) { nodes { id } } }";

  test("what is left is said in the answer and in headers, and then nothing is", async () => {
    const { data, headers } = await hub.visitor.ask(query);
    const limits = data["limits"] as unknown as { cost: number; budget: number; left: number; resetsAt: string; maximumCost: number };
    expect(limits).toMatchObject({ cost: 1 + 1 + 30, budget: 400, maximumCost: 10_000 });
    // A document that was not seen before costs a point for each character besides, once.
    expect(400 - limits.left).toBe(32 + query.length);
    expect(["cost", "limit", "remaining", "reset"].map(name => headers.get(`x-ratelimit-${name}`))).toEqual([limits.cost, limits.budget, limits.left, Math.ceil(Date.parse(limits.resetsAt) / 1_000)].map(String));

    const answers = [];
    for (let asked = 0; asked < 11; asked += 1) answers.push(await hub.visitor.ask(query));
    const refused = answers.at(-1)!;
    expect({ status: refused.status, code: refused.errors[0]!.extensions.code }).toEqual({ status: 429, code: "RATE_LIMITED" });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(5);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(answers.filter(({ status }) => status === 200).length).toBe(Math.ceil(limits.left / 32));
  });

  test("others still have theirs: a citizen from the same address, a partner who is not counted", async () => {
    const citizen = await hub.citizen("ada.rossi");
    expect((await citizen.ask(query)).status).toBe(200);
    const { headers, data } = await (await hub.partner(["RESIDENCE"])).ask("{ limits { cost budget left } }");
    expect(data["limits"]).toEqual({ cost: 1, budget: null, left: null });
    expect(headers.get("x-ratelimit-limit")).toBeNull();
  });

  test("a socket spends from the same budget, and hears that it is used up without being closed", async () => {
    const citizen = await hub.citizen("bruno.ferrero");
    const socket = await citizen.bare();
    for (let id = 0; id < 5; id += 1) {
      socket.subscribe(`s${id}`, "{ __schema { queryType { name } } }");
      await socket.next(message => message.id === `s${id}`);
    }
    socket.subscribe("late", query);
    const { type, payload } = await socket.next(({ id }) => id === "late");
    expect({ type, code: (payload as { extensions: { code: string } }[])[0]!.extensions.code }).toEqual({ type: "error", code: "RATE_LIMITED" });
    expect((await citizen.ask(query)).status).toBe(429);
    expect(socket.closed).toBeUndefined();
    socket.ws.close();
  });

  test("refusals cost too: who sends nothing else runs out", async () => {
    const citizen = await hub.citizen("elena.giordano");
    const statuses = [];
    for (let asked = 0; asked < 30; asked += 1) statuses.push((await citizen.ask(`{ ${"x".repeat(19_000)}${asked} }`)).status);
    expect(statuses[0]).toBe(400);
    expect(statuses.at(-1)).toBe(429);
  });
});
