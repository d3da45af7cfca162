import { setTimeout as later } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import type { Client } from "../helpers/client.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";

let hub: TestHub;
let citizen: Client;
beforeAll(async () => {
  hub = await startHub({ settings: { OPERATION_DEADLINE_MS: "400", BUDGET_VISITOR: "1500" } });
  citizen = await hub.citizen("ada.rossi");
});
afterAll(() => hub.close());

const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(" ");
const catalogue = "{ services(first: 20) { nodes { id title offices { name } } } }";

test("an operation that waits for a locked table ends at its deadline, and so does its statement", async () => {
  const locker = new pg.Client(hub.databaseUrl);
  await locker.connect();
  await locker.query("begin; lock table service in access exclusive mode");
  const began = performance.now();
  const { status, errors, data } = await hub.visitor.ask(`query Waiting ${catalogue}`);
  expect(performance.now() - began).toBeLessThan(1_500);
  expect({ status, code: errors[0]!.extensions.code, data }).toEqual({ status: 200, code: "DEADLINE_EXCEEDED", data: null });
  const overSocket = await hub.visitor.askSocket(catalogue);
  expect(overSocket.errors[0]!.extensions.code).toBe("DEADLINE_EXCEEDED");
  await later(100);
  const { rows } = await locker.query<{ count: number }>("select count(*)::int from pg_stat_activity where datname = current_database() and application_name = 'sportello-hub reads' and wait_event_type = 'Lock'");
  expect(rows[0]!.count).toBe(0);
  await locker.query("rollback");
  await locker.end();
  expect((await hub.visitor.ask(catalogue)).errors).toEqual([]);
});

test("a client that leaves takes its statement with it", async () => {
  const locker = new pg.Client(hub.databaseUrl);
  await locker.connect();
  await locker.query("begin; lock table service in access exclusive mode");
  const leaving = new AbortController();
  const asked = fetch(`${hub.url}/graphql`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ query: catalogue }), signal: leaving.signal }).catch(() => undefined);
  const waiting = async (): Promise<number> => (await locker.query<{ count: number }>("select count(*)::int from pg_stat_activity where datname = current_database() and application_name = 'sportello-hub reads' and wait_event_type = 'Lock'")).rows[0]!.count;
  for (let turn = 0; turn < 100 && (await waiting()) === 0; turn += 1) await later(5);
  leaving.abort();
  await asked;
  await later(150);
  expect(await waiting()).toBe(0);
  await locker.query("rollback");
  await locker.end();
});

test("while one address attacks 100 times a second, others are served; the attacker is soon not even read", async () => {
  const attacks = [
    (n: number) => `{ ${times(1_500, index => `a${index}: __typename`)} } #${n}`,
    (n: number) => `{ me { ${times(24, () => "applications { nodes { id state } }")} } } #${n}`,
    (n: number) => `{ services { nodes { ${times(24, index => `...f${index}`)} } } } ${times(24, index => `fragment f${index} on Service { id title x${index} }`)} #${n}`,
    (n: number) => `${"{a".repeat(700)}${"}".repeat(700)} #${n}`,
  ];
  const statuses = new Map<number, number>();
  const took: number[] = [];
  let going = true;
  let sent = 0;
  const attacking = (async () => {
    const pending: Promise<void>[] = [];
    while (going) {
      sent += 1;
      const query = attacks[sent % attacks.length]!(sent);
      pending.push(hub.visitor.ask(query).then(({ status }) => void statuses.set(status, (statuses.get(status) ?? 0) + 1)));
      await later(10);
    }
    await Promise.all(pending);
  })();
  const until = Date.now() + 3_000;
  while (Date.now() < until) {
    const began = performance.now();
    await citizen.data("{ me { id appointments { nodes { id } } } }");
    took.push(performance.now() - began);
    await later(10);
  }
  going = false;
  await attacking;
  took.sort((one, other) => one - other);
  const at = (share: number): string => took[Math.floor(took.length * share)]!.toFixed(1);
  console.log(`${sent} attacks in 3 s, answered ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}; ${took.length} unrelated queries: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  expect([...statuses.keys()].filter(status => status < 400 || status >= 500)).toEqual([]);
  expect(statuses.get(429)).toBeGreaterThan(0);
});
