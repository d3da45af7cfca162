import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Event } from "../../../entities/event.ts";
import { reconcileAfter } from "../../../operations/reconciliation/reconcile-after.ts";
import { makePositions, receipt, say, type Position } from "../payment/station-world.ts";
import { line, openWorld, statement, type World } from "./world.ts";

let world: World;
let run = 0;
let positions: Position[];

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  run += 1;
  positions = await makePositions(world.station, [{}, {}, {}]);
});

/** What follows from the events about these, done; answers the jobs that were asked for. */
async function follow(subjects: readonly string[]): Promise<string[]> {
  world.requested.length = 0;
  const em = world.station.orm.em.fork() as EntityManager;
  const events = await em.find(Event, { kind: { $in: [...reconcileAfter.kinds] }, subjectId: { $in: [...subjects] } });
  expect(events.length).toBeGreaterThan(0);
  await em.transactional(inside => reconcileAfter.follow(world.hub(), inside, events));
  return world.requested;
}

/** Has receipts come, and what follows from their events done; answers the jobs that were asked for. */
async function come(...which: readonly Position[]): Promise<string[]> {
  for (const { notice, amountCents } of which) await say(world.station, receipt({ id: `r-${notice}-${run}`, notice, cents: amountCents }));
  return follow(which.map(({ id }) => id));
}
const soon = () => [`reconcile-soon ${world.station.administration.id}`];

test("receipts for which nothing waits ask for nothing, however many", async () => {
  expect(await come(...positions)).toEqual([]);
});

test("one for which a flow waits has things matched soon, once for all that come together", async () => {
  const [first, second] = positions;
  const iur = ({ notice }: Position) => `r-${notice}-${run}`;
  world.platform.publish(`late-${run}`, [line(1, first!.notice.slice(1), iur(first!), 4_630), line(2, second!.notice.slice(1), iur(second!), 4_630, { outcome: "NO_RPT" })]);
  await world.fetch();
  expect(await come(first!, second!, positions[2]!)).toEqual(soon());
  await world.reconcile();
  expect(await world.sql(`select l."match" from "flow_payment" l join "flow" f on f."id" = l."flow_id" where f."name" = ?`, [`late-${run}`])).toEqual([{ match: "MATCHED" }, { match: "MATCHED" }]);
});

test("one for which the bank waits does too", async () => {
  await world.import(statement(`late-${run}`, [{ cents: 4_630, causale: `/RFB/${positions[0]!.notice.slice(1)}/46.30` }]));
  expect(await come(positions[1]!)).toEqual([]);
  expect(await come(positions[0]!)).toEqual(soon());
});

test("one that pays a second time does, whatever waits", async () => {
  const [owed] = positions;
  expect(await come(owed!)).toEqual([]);
  run += 1;
  expect(await come(owed!)).toEqual(soon());
});

/** Has a receipt come for a notice of another creditor of which a share is ours, and what follows from it done. */
async function comeOfOthers(id: string, notice: string): Promise<string[]> {
  await say(world.station, receipt({ id, notice, cents: 4_630, issuer: "77777777777" }));
  const rows = await world.sql<{ id: string; meaning: string }>(`select "id", "meaning" from "receipt" where "receipt_id" = ?`, [id]);
  expect(rows.map(({ meaning }) => meaning)).toEqual(["UNKNOWN_NOTICE"]);
  return follow(rows.map(({ id: key }) => key));
}

test("one for somebody else's notice that a flow waits for has things matched soon; one for which nothing waits does not", async () => {
  const notice = `3470000000000${String(10_000 + run)}`;
  expect(await comeOfOthers(`other-${run}`, notice.replace(/^347/, "348"))).toEqual([]);
  world.platform.publish(`others-${run}`, [line(1, notice.slice(1), `late-${run}`, 4_630)]);
  await world.fetch();
  const match = () => world.sql(`select l."match" from "flow_payment" l join "flow" f on f."id" = l."flow_id" where f."name" = ?`, [`others-${run}`]);
  expect(await match()).toEqual([{ match: "UNKNOWN_NOTICE" }]);
  expect(await comeOfOthers(`late-${run}`, notice)).toEqual(soon());
  await world.reconcile();
  expect(await match()).toEqual([{ match: "MATCHED" }]);
});
