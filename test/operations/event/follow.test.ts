import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { EventKind } from "../../../entities/event.ts";
import { newId } from "../../../kernel/ids.ts";
import { followEvents, type Follower } from "../../../operations/event/follow.ts";
import type { JobHub } from "../../../operations/job.ts";
import type { TestDatabase } from "../../helpers/postgres.ts";
import { freshDatabase, openStation, type Instance } from "../payment/station-world.ts";

let database: TestDatabase;
let instance: Instance;
beforeAll(async () => {
  database = await freshDatabase();
  instance = await openStation(database.url);
  await followAll([]);
}, 60_000);
afterAll(async () => {
  await instance.close();
  await database.drop();
});

const followAll = (followers: readonly Follower[]): Promise<boolean> =>
  followEvents({ administration: instance.administration, em: instance.orm.em.fork() } as unknown as JobHub, followers);

/** Has events of these kinds published; answers what they are about. */
async function publish(...kinds: readonly EventKind[]): Promise<string[]> {
  const subjects = kinds.map(() => newId());
  for (const [place, kind] of kinds.entries()) {
    await instance.orm.em.fork().execute(
      `insert into "event" ("id", "administration_id", "position", "kind", "subject_id", "occurred_at") select ?, ?, coalesce(max("position"), 0) + 1, ?, ?, now() from "event"`, [newId(), instance.administration.id, kind, subjects[place]!]);
  }
  return subjects;
}

/** A follower that notes what it is given, each time in one line. */
function noting(...kinds: readonly EventKind[]): Follower & { readonly turns: string[] } {
  const turns: string[] = [];
  return { kinds, turns, follow: (_hub, _em, events) => Promise.resolve(void turns.push(events.map(({ subjectId }) => subjectId).join())) };
}

test("each follower is given the events of its kinds, once and in their order, and is left alone when there are none", async () => {
  const [paid, closed, both] = [noting("PAYMENT_PAID"), noting("PAYMENT_CLOSED"), noting("PAYMENT_PAID", "PAYMENT_CLOSED")];
  const followers = [paid, closed, both];
  const [first, , second] = await publish("PAYMENT_PAID", "PAYMENT_STARTED", "PAYMENT_PAID");
  expect(await followAll(followers)).toBe(false);
  expect([paid.turns, closed.turns, both.turns]).toEqual([[`${first},${second}`], [], [`${first},${second}`]]);
  await followAll(followers);
  const [third] = await publish("PAYMENT_CLOSED");
  await followAll(followers);
  expect([paid.turns.length, closed.turns, both.turns.slice(1)]).toEqual([1, [third], [third]]);
});

test("one that fails leaves all to be followed again", async () => {
  const noted = noting("PAYMENT_PAID");
  const broken: Follower = { kinds: ["PAYMENT_PAID"], follow: () => Promise.reject(new Error("not now")) };
  const [paid] = await publish("PAYMENT_PAID");
  await expect(followAll([noted, broken])).rejects.toThrow("not now");
  await followAll([noted]);
  expect(noted.turns).toEqual([paid, paid]);
});
