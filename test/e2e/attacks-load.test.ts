import { setTimeout as later } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import type { Client } from "../helpers/client.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";

let hub: TestHub;
let hasty: TestHub;
let citizen: Client;
beforeAll(async () => {
  hub = await startHub({ settings: { BUDGET_VISITOR: "1500" } });
  hasty = await startHub({ beside: hub, settings: { OPERATION_DEADLINE_MS: "2000" } });
  citizen = await hub.citizen("ada.rossi");
});
afterAll(async () => {
  await hasty.close();
  await hub.close();
});

const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(" ");
const catalogue = "{ services(first: 20) { nodes { id title offices { name } } } }";

/** How many reads wait for a lock. */
const waitingFor = async (observer: pg.Client): Promise<number> =>
  (await observer.query<{ count: number }>("select count(*)::int from pg_stat_activity where datname = current_database() and application_name = 'sportello-hub reads' and wait_event_type = 'Lock'")).rows[0]!.count;

/** Whether a number is reached, within a minute. */
async function comesTo(number: number, count: () => Promise<number>): Promise<boolean> {
  for (const end = Date.now() + 60_000; Date.now() < end; await later(10)) if ((await count()) === number) return true;
  return false;
}

test("an operation that waits for a locked table ends at its deadline, and so does its statement", async () => {
  const locker = new pg.Client(hub.databaseUrl);
  await locker.connect();
  await locker.query("begin; lock table service in access exclusive mode");
  // The lock is given up when this test says so: by itself nothing would come.
  const { status, errors, data } = await hasty.visitor.ask(`query Waiting ${catalogue}`);
  expect({ status, code: errors[0]!.extensions.code, data }).toEqual({ status: 200, code: "DEADLINE_EXCEEDED", data: null });
  const overSocket = await hasty.visitor.askSocket(catalogue);
  expect(overSocket.errors[0]!.extensions.code).toBe("DEADLINE_EXCEEDED");
  expect(await comesTo(0, () => waitingFor(locker))).toBe(true);
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
  expect(await comesTo(1, () => waitingFor(locker))).toBe(true);
  leaving.abort();
  await asked;
  expect(await comesTo(0, () => waitingFor(locker))).toBe(true);
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
  let going = true;
  let sent = 0;
  const attacking = (async () => {
    const pending = new Set<Promise<void>>();
    while (going) {
      sent += 1;
      const attack = hub.visitor.ask(attacks[sent % attacks.length]!(sent)).then(({ status }) => {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        pending.delete(attack);
      });
      pending.add(attack);
      await later(10);
      // On a machine that cannot follow, the attacker does not grow without end.
      if (pending.size > 200) await Promise.race(pending);
    }
    await Promise.all(pending);
  })();
  try {
    let served = 0;
    for (const end = Date.now() + 60_000; (served < 50 || !statuses.has(429)) && Date.now() < end; served += 1) {
      await citizen.data("{ me { id appointments { nodes { id } } } }");
      await later(10);
    }
    expect(served).toBeGreaterThanOrEqual(50);
  } finally {
    going = false;
    await attacking;
  }
  console.log(`${sent} attacks, answered ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}`);
  expect([...statuses.keys()].filter(status => status < 400 || status >= 500)).toEqual([]);
  expect(statuses.get(429)).toBeGreaterThan(0);
});
