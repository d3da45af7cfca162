import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { silentLog } from "../../../kernel/log.ts";
import type { Bus, Published, Resync } from "../../../operations/event/bus.ts";
import { createBus } from "../../../server/events/bus.ts";
import { type Relay, startRelay } from "../../../server/events/relay.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../../helpers/postgres.ts";

const citizen = "0192aaaa-1111-7000-8000-000000000001";
const stranger = "0192aaaa-1111-7000-8000-000000000002";
let database: TestDatabase;
let pool: pg.Pool;
let relay: Relay;
let bus: Bus;
let administration: string;

beforeAll(async () => {
  database = await createDatabase(await demonstrationTemplate());
  pool = new pg.Pool({ connectionString: database.url, max: 6 });
  pool.on("error", () => undefined);
  administration = (await pool.query<{ id: string }>(`select "id" from "administration"`)).rows[0]!.id;
  relay = await startRelay(pool, database.url, silentLog);
  bus = createBus(relay, pool);
});
afterAll(async () => {
  await relay.close();
  await pool.end();
  await database.drop();
});

/** Commits events of somebody's, as operations do: without a position. */
const commit = async (count: number, of = citizen): Promise<void> => {
  await pool.query(`insert into "event" ("id", "administration_id", "kind", "subject_id", "citizen_id", "occurred_at") select ('00000000-0000-7000-8000-' || lpad(to_hex(nextval('test_event')), 12, '0'))::uuid, $1, 'APPOINTMENT_BOOKED', gen_random_uuid(), $2, now() from generate_series(1, $3::int)`, [administration, of, count]);
};
beforeAll(() => pool.query(`create sequence "test_event"`));

interface Hearing {
  readonly heard: (Published | Resync)[];
  readonly over: Promise<void>;
  stop(): void;
}

function hear(after: bigint | null, { from = bus, slow = 0 } = {}): Hearing {
  const aborter = new AbortController();
  const heard: (Published | Resync)[] = [];
  const over = (async () => {
    for await (const event of from.listen(administration, { citizenId: citizen }, after, aborter.signal)) {
      heard.push(event);
      if (slow > 0 && heard.length % 50 === 0) await new Promise(resolve => setTimeout(resolve, slow));
    }
  })();
  return { heard, over, stop: () => aborter.abort() };
}

async function until(met: () => boolean, ms = 60_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!met()) {
    if (Date.now() > deadline) throw new Error("not in time");
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

const positions = (heard: readonly (Published | Resync)[]): bigint[] => heard.map(({ position }) => position);
const inOrder = (found: readonly bigint[]): boolean => found.every((position, place) => place === 0 || position > found[place - 1]!);

test("5,000 events in one burst reach a listener who is slow, all of them, in order, each once", async () => {
  const listening = hear(relay.head(), { slow: 5 });
  const own = hear(relay.head());
  await commit(5_000);
  await commit(50, stranger);
  relay.announce();
  await until(() => listening.heard.length >= 5_000 && own.heard.length >= 5_000);
  expect(listening.heard).toHaveLength(5_000);
  expect(inOrder(positions(listening.heard))).toBe(true);
  expect(positions(own.heard)).toEqual(positions(listening.heard));
  listening.stop();
  own.stop();
  await Promise.all([listening.over, own.over]);
});

test("events that nobody announced are found all the same, and so are those of while the ear was lost", async () => {
  const listening = hear(relay.head());
  await commit(3);
  await until(() => listening.heard.length === 3);
  for (let round = 0; round < 3; round += 1) {
    await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sportello-hub relay' and datname = current_database()`);
    await commit(100);
    relay.announce();
  }
  await until(() => listening.heard.length === 303);
  expect(inOrder(positions(listening.heard))).toBe(true);
  listening.stop();
  await listening.over;
});

test("a process that hears no notification hears of events all the same", async () => {
  // Another process publishes, and its word is lost on the way.
  const deaf = await startRelay(pool, database.url, silentLog);
  const listening = hear(deaf.head(), { from: createBus(deaf, pool) });
  await until(() => deaf.head() === relay.head());
  const [{ position }] = (await pool.query<{ position: string }>(`insert into "event" ("id", "administration_id", "kind", "subject_id", "citizen_id", "occurred_at", "position") values (gen_random_uuid(), $1, 'APPOINTMENT_BOOKED', gen_random_uuid(), $2, now(), nextval('event_position')) returning "position"::text`, [administration, citizen])).rows as [{ position: string }];
  await until(() => positions(listening.heard).includes(BigInt(position)));
  listening.stop();
  await listening.over;
  await deaf.close();
});

test("a cursor that another process gave is good here, though this one has not heard as far", async () => {
  await commit(2);
  relay.announce();
  await until(() => relay.head() > 0n);
  await new Promise(resolve => setTimeout(resolve, 300));
  const head = relay.head();
  const behind: Relay = { ...relay, head: () => head - 2n, hear: () => () => undefined };
  const listening = hear(head - 1n, { from: createBus(behind, pool) });
  await until(() => listening.heard.length === 1);
  expect(listening.heard).toMatchObject([{ position: head, kind: "APPOINTMENT_BOOKED" }]);
  listening.stop();
  await listening.over;
});

test("when every event is gone, a cursor is held against the last position that was ever given", async () => {
  const [{ last }] = (await pool.query<{ last: string }>(`select last_value::text as last from "event_position"`)).rows as [{ last: string }];
  const head = BigInt(last);
  await pool.query(`delete from "event"`);
  const fresh = await startRelay(pool, database.url, silentLog);
  const from = createBus(fresh, pool);
  const lost = hear(head - 5n, { from });
  const kept = hear(head, { from });
  await until(() => lost.heard.length === 1);
  expect(lost.heard[0]).toMatchObject({ resync: true, position: head });
  await commit(1);
  fresh.announce();
  await until(() => kept.heard.length === 1 && lost.heard.length === 2);
  expect(kept.heard[0]).toMatchObject({ kind: "APPOINTMENT_BOOKED" });
  for (const listening of [lost, kept]) listening.stop();
  await Promise.all([lost.over, kept.over]);
  await fresh.close();
});

test.each([["while nothing comes", 0, 0], ["after the first of many", 500, 1], ["while still catching up", 500, 250]])("whoever leaves is let go at once: %s", async (_, missed, leaveAt) => {
  const after = BigInt((await pool.query<{ last: string }>(`select last_value::text as last from "event_position"`)).rows[0]!.last);
  await commit(missed);
  relay.announce();
  await until(() => relay.head() >= after + BigInt(missed));
  const aborter = new AbortController();
  let count = 0;
  const over = (async () => {
    for await (const _event of bus.listen(administration, { citizenId: citizen }, missed > 0 ? after : null, aborter.signal)) {
      count += 1;
      if (count === leaveAt) aborter.abort();
    }
  })();
  if (leaveAt === 0) setTimeout(() => aborter.abort(), 50);
  await Promise.race([over, new Promise((_resolve, reject) => setTimeout(() => reject(new Error(`still there after ${count}`)), 60_000).unref())]);
  expect(count).toBe(leaveAt);
});
