import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { fetchFlow } from "../../../operations/reconciliation/fetch-flow.ts";
import { findFlows } from "../../../operations/reconciliation/find-flows.ts";
import { flowNamed, manyPayments, openWorld, paymentsKept, unavailable, type World } from "./world.ts";

let world: World;
let run = 0;
let name: string;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  name = `2026-07-02PSPTEST1-${++run}`;
  world.forget();
});

const many = (count: number) => manyPayments(run, count);
const flow = () => flowNamed(world, name);
const kept = () => paymentsKept(world, name);

test("all pages of the list and of each flow are read once, and nothing again the next day", async () => {
  world.platform.publish(name, many(7));
  for (const other of ["a", "b", "c"]) world.platform.publish(`${name}${other}`, many(1));
  await world.fetch();
  expect(world.platform.asked.filter(asked => asked.startsWith("list"))).toEqual(["list 1", "list 2"]);
  expect(world.platform.asked.filter(asked => asked.includes(`${name} `))).toEqual([`header ${name} 1`, `payments ${name} 1 1`, `payments ${name} 1 2`, `payments ${name} 1 3`]);
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "COMPLETE", pages: 3, payments_cents: "28" }), 7]);
  world.platform.asked.length = 0;
  await world.fetch();
  expect(world.platform.asked).toEqual(["list 1", "list 2"]);
  expect(await kept()).toBe(7);
});

test("who is stopped in the middle goes on where it was: no page is asked for twice, none is missing", async () => {
  world.platform.publish(name, many(10));
  await findFlows.perform(world.hub(), world.station.administration.id);
  const { subjectId } = world.waiting.shift()!;
  for (const page of [1, 2, 3]) {
    const stop = new AbortController();
    // The process ends while the platform is asked for the next page.
    world.platform.trouble = asked => {
      if (!asked.endsWith(` ${page + 1}`) || !asked.startsWith("payments")) return Promise.resolve();
      stop.abort();
      return Promise.reject(new Error("the process ends"));
    };
    await expect(fetchFlow.perform(world.hub(stop.signal), subjectId)).rejects.toThrow("the process ends");
    expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "WAITING", pages: page, failures: 0 }), page * 3]);
  }
  world.platform.trouble = () => Promise.resolve();
  world.platform.asked.length = 0;
  await fetchFlow.perform(world.hub(), subjectId);
  expect(world.platform.asked).toEqual([`header ${name} 1`, `payments ${name} 1 4`]);
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "COMPLETE", payments_cents: "55" }), 10]);
  // Done again, after all: nothing.
  await fetchFlow.perform(world.hub(), subjectId);
  expect(world.platform.asked).toHaveLength(2);
});

test("two processes that read the same flow at once leave each payment once", async () => {
  world.platform.publish(name, many(9));
  await findFlows.perform(world.hub(), world.station.administration.id);
  const { subjectId } = world.waiting.shift()!;
  await Promise.all([1, 2, 3].map(() => fetchFlow.perform(world.hub(), subjectId)));
  await world.work();
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "COMPLETE", payments_cents: "45" }), 9]);
});

test("pages that change under way are read anew: a payment that came twice stands where another is missing", async () => {
  const { payments } = world.platform.publish(name, many(6));
  const whole = world.platform.payments.bind(world.platform);
  // Between the two pages somebody put one in front: the second begins with what the first ended with.
  world.platform.payments = async (key, page) => (page === 2 ? { items: payments.slice(2, 5), pages: 2 } : whole(key, page));
  await findFlows.perform(world.hub(), world.station.administration.id);
  await world.work(1);
  world.platform.payments = whole;
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "WAITING", pages: 0, failure: "INCOHERENT" }), 0]);
  await world.work();
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "COMPLETE", payments_cents: "21" }), 6]);
});

test("a revision that is published while the one before is half read takes its place, and nobody is asked to look", async () => {
  world.platform.publish(name, many(7));
  await findFlows.perform(world.hub(), world.station.administration.id);
  const old = world.waiting.shift()!;
  world.platform.trouble = asked => (asked === `payments ${name} 1 2` ? Promise.reject(unavailable(world)) : Promise.resolve());
  await fetchFlow.perform(world.hub(), old.subjectId);
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "WAITING", pages: 1 }), 3]);
  // The platform has only the last revision from now on.
  world.platform.flows.length = 0;
  world.platform.publish(name, many(4), { revision: 2 });
  await fetchFlow.perform(world.hub(), old.subjectId);
  await world.fetch();
  expect(await world.sql(`select f."revision", f."state", count(l."id") filter (where l."match" <> 'SUPERSEDED') as "count" from "flow" f left join "flow_payment" l on l."flow_id" = f."id" where f."name" = ? group by f."id" order by 1`, [name]))
    .toEqual([{ revision: 1, state: "SUPERSEDED", count: "0" }, { revision: 2, state: "COMPLETE", count: "4" }]);
  expect(await world.sql(`select 1 from "discrepancy" d join "flow" f on f."id" = d."flow_id" where f."name" = ? and d."reason" = 'FLOW_FAILED'`, [name])).toEqual([]);
  await fetchFlow.perform(world.hub(), old.subjectId);
  expect(await kept()).toBe(7);
});

test("whoever is overtaken leaves the flow to the other, and counts no failure", async () => {
  world.platform.publish(name, many(9));
  await findFlows.perform(world.hub(), world.station.administration.id);
  const { subjectId } = world.waiting.shift()!;
  let other: Promise<void> | undefined;
  world.platform.trouble = async asked => {
    if (asked !== `payments ${name} 1 2` || other) return;
    other = fetchFlow.perform(world.hub(), subjectId);
    await other;
  };
  await fetchFlow.perform(world.hub(), subjectId);
  expect([await flow(), await kept(), world.waiting]).toEqual([expect.objectContaining({ state: "COMPLETE", failures: 0, payments_cents: "45" }), 9, []]);
});

test("a listing that says it goes on for ever ends with its first empty page", async () => {
  const listed = world.platform.list.bind(world.platform);
  world.platform.publish(name, many(1));
  world.platform.list = async (after, page) => ({ ...(await listed(after, page)), pages: 1_000_000_000 });
  try {
    await world.fetch();
  } finally {
    world.platform.list = listed;
  }
  expect([world.platform.asked.filter(asked => asked.startsWith("list")), await flow()]).toEqual([["list 1", "list 2"], expect.objectContaining({ state: "COMPLETE" })]);
});

test("a list of which a page is missing, or a flow cannot be read, is asked for again; all the others are read meanwhile", async () => {
  const listed = world.platform.list.bind(world.platform);
  for (const part of ["a", "b", "c", "d"]) world.platform.publish(`${name}${part}`, many(1));
  const search = () => world.sql<{ failures: number; failure: string | null }>(`select "failures", "failure" from "flow_search"`);
  const read = async () => Number((await world.sql(`select count(*) as "count" from "flow" where "name" like ? and "state" = 'COMPLETE'`, [`${name}%`]))[0]!["count"]);
  await findFlows.perform(world.hub(), world.station.administration.id);
  try {
    world.platform.list = async (after, page) => (page === 1 ? { ...(await listed(after, page)), unreadable: 1 } : listed(after, page));
    await world.fetch();
    expect([await search(), await read()]).toEqual([[{ failures: 1, failure: "UNREADABLE" }], 4]);
    world.platform.list = async (after, page) => (page === 2 ? { items: [], pages: 3, unreadable: 0 } : { ...(await listed(after, page)), pages: 3 });
    await world.fetch();
    expect(await search()).toEqual([{ failures: 2, failure: "INCOHERENT" }]);
  } finally {
    world.platform.list = listed;
  }
  await world.fetch();
  expect(await search()).toEqual([{ failures: 0, failure: null }]);
});

test("a flow of which there are more pages than payments were counted is not complete without them", async () => {
  world.platform.publish(name, many(6));
  const counted = world.platform.header.bind(world.platform);
  // Counted before the last three were there.
  world.platform.header = async key => ({ ...(await counted(key)), counted: 3 });
  await findFlows.perform(world.hub(), world.station.administration.id);
  await world.work(1);
  world.platform.header = counted;
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "WAITING", pages: 0, failure: "INCOHERENT" }), 0]);
  await world.work();
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "COMPLETE", payments_cents: "21" }), 6]);
});

test("a flow that counts a page too many, which is empty, is complete", async () => {
  world.platform.publish(name, many(3));
  const whole = world.platform.payments.bind(world.platform);
  world.platform.payments = async (key, page) => ({ ...(await whole(key, page)), pages: 2 });
  try {
    await world.fetch();
  } finally {
    world.platform.payments = whole;
  }
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "COMPLETE", payments_cents: "6" }), 3]);
});
