import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { SourceMalformed } from "../../../connectors/upstream.ts";
import type { Hub } from "../../../operations/hub.ts";
import { findFlows } from "../../../operations/reconciliation/find-flows.ts";
import { retryFlow } from "../../../operations/reconciliation/retry-flow.ts";
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

test("after five failures in a row a human is asked, and only a human has it tried again", async () => {
  world.platform.publish(name, many(4));
  world.platform.trouble = asked => (asked.startsWith("payments") ? Promise.reject(unavailable(world)) : Promise.resolve());
  await findFlows.perform(world.hub(), world.station.administration.id);
  const waits: number[] = [];
  for (let failures = 1; failures <= 5; failures += 1) {
    await world.work(1);
    expect(await flow()).toMatchObject({ state: failures < 5 ? "WAITING" : "FAILED", failures, failure: "HTTP_500" });
    waits.push(...world.waiting.map(({ after }) => (after!.getTime() - world.now.getTime()) / 60_000));
  }
  expect([waits, world.waiting]).toEqual([[1, 10, 60, 360], []]);
  const listed = () => world.sql(`select d."reason", d."state" from "discrepancy" d join "flow" f on f."id" = d."flow_id" where f."name" = ? and d."reason" like 'FLOW%'`, [name]);
  expect(await listed()).toEqual([{ reason: "FLOW_FAILED", state: "OPEN" }]);
  // The platform is well again; the daily round leaves the flow alone.
  world.platform.trouble = () => Promise.resolve();
  await world.fetch();
  expect(await flow()).toMatchObject({ state: "FAILED" });
  const hub = { ...world.hub(), caller: { kind: "staff", key: `staff:${run}` }, bus: { announce: () => undefined } } as unknown as Hub;
  const { id } = await flow();
  await retryFlow(hub, { flow: `flw_${id}`, idempotencyKey: `retry-${name}` });
  expect([await flow(), await listed()]).toEqual([expect.objectContaining({ state: "WAITING", failures: 0 }), [{ reason: "FLOW_FAILED", state: "RESOLVED" }]]);
  await world.work();
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "COMPLETE" }), 4]);
  await expect(retryFlow({ ...hub, ...world.hub() }, { flow: `flw_${id}`, idempotencyKey: `again-${name}` })).rejects.toMatchObject({ code: "WRONG_STATE" });
});

test("a page gained between failures begins the count anew", async () => {
  world.platform.publish(name, many(6));
  let failures = 0;
  world.platform.trouble = asked => (asked.startsWith("payments") && (failures += 1) % 4 !== 0 ? Promise.reject(unavailable(world)) : Promise.resolve());
  await world.fetch();
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "COMPLETE", failures: 0, failure: null }), 6]);
});

test("a flow that promises more payments than it gives is read anew, and never matched by half", async () => {
  const { payments } = world.platform.publish(name, many(5));
  const whole = world.platform.payments.bind(world.platform);
  world.platform.payments = async (key, page) => (page > 1 ? { items: [], pages: 1 } : whole(key, page));
  await findFlows.perform(world.hub(), world.station.administration.id);
  await world.work(1);
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "WAITING", pages: 0, failure: "INCOHERENT" }), 0]);
  world.platform.payments = whole;
  await world.work();
  expect([await flow(), await kept()]).toEqual([expect.objectContaining({ state: "COMPLETE" }), payments.length]);
});

test("an answer outside the contract is a failure too; a fault of our own is not", async () => {
  world.platform.publish(name, many(1));
  world.platform.trouble = asked => (asked.startsWith("header") ? Promise.reject(new SourceMalformed("PAGOPA_FDR", "sumPayments:custom")) : Promise.resolve());
  await findFlows.perform(world.hub(), world.station.administration.id);
  await world.work(1);
  expect(await flow()).toMatchObject({ failures: 1, failure: "sumPayments:custom" });
  world.platform.trouble = () => Promise.reject(new Error("ours"));
  await expect(world.work(1)).rejects.toThrow("ours");
  expect(await flow()).toMatchObject({ failures: 1 });
});

test("a later revision ends the wait for an earlier one that failed", async () => {
  world.platform.publish(name, many(2));
  world.platform.trouble = asked => (asked.includes(`${name} 1`) && !asked.startsWith("list") ? Promise.reject(unavailable(world)) : Promise.resolve());
  await world.fetch();
  expect(await flow()).toMatchObject({ state: "FAILED" });
  world.platform.publish(name, many(3));
  await world.fetch();
  expect(await world.sql(`select "revision", "state" from "flow" where "name" = ? order by "revision"`, [name])).toEqual([{ revision: 1, state: "SUPERSEDED" }, { revision: 2, state: "COMPLETE" }]);
});

test("a flow that never holds together is given up after five tries, for reading the same pages again is no gain", async () => {
  world.platform.publish(name, many(5));
  const whole = world.platform.payments.bind(world.platform);
  world.platform.payments = async (key, page) => (page > 1 ? { items: [], pages: 1 } : whole(key, page));
  try {
    await world.fetch();
  } finally {
    world.platform.payments = whole;
  }
  expect([await flow(), await kept(), world.waiting]).toEqual([expect.objectContaining({ state: "FAILED", failures: 5, failure: "INCOHERENT" }), 0, []]);
});
