import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { SourceRefused, SourceUnavailable } from "../../../connectors/upstream.ts";
import { findFlows } from "../../../operations/reconciliation/find-flows.ts";
import { makePosition, receipt, say, type Position } from "../payment/station-world.ts";
import { causaleOf, line, openWorld, statement, type World } from "./world.ts";

let world: World;
let run = 0;
let name: string;
let owed: Position;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  name = `2026-07-02PSPTEST1-${++run}`;
  world.now = new Date("2026-07-03T08:00:00Z");
  world.platform.flows.length = 0;
  world.platform.trouble = () => Promise.resolve();
  world.waiting.length = 0;
  owed = await makePosition(world.station, { amountCents: 4_630 });
  await world.reconcile();
  await news();
});

let last = new Set<string>();
/** What was told of since the last time: kinds, with what each is about. */
async function news(): Promise<string[]> {
  const rows = await world.sql<{ id: string; said: string }>(`
    select e."id", e."kind" || ' ' || coalesce(f."name" || ' ' || f."revision", d."reason", y."day"::text, e."subject_id"::text) as "said" from "event" e
    left join "flow" f on f."id" = e."subject_id" left join "discrepancy" d on d."id" = e."subject_id" left join "reconciliation_day" y on y."id" = e."subject_id"
    where e."kind" like 'FLOW%' or e."kind" like 'DISCREPANCY%' or e."kind" like 'DAY%' order by 2`);
  const fresh = rows.filter(({ id }) => !last.has(id)).map(({ said }) => said);
  last = new Set(rows.map(({ id }) => id));
  return fresh;
}
const pay = async (id = `r-${name}`): Promise<void> => void (await say(world.station, receipt({ id, notice: owed.notice, cents: owed.amountCents })));

test("a day differs while its money is awaited, ties with the credit, and differs again when a revision says something else", async () => {
  await pay();
  await world.reconcile();
  expect(await news()).toEqual(["DAY_DIFFERS 2026-07-01"]);
  world.platform.publish(name, [line(1, owed.notice.slice(1), `r-${name}`, 4_630)]);
  await world.fetch();
  expect(await news()).toEqual([`FLOW_READ ${name} 1`]);
  await world.import(statement(name, [{ cents: 4_630, causale: causaleOf(name) }]));
  expect(await news()).toEqual(["DAY_TIES 2026-07-01"]);
  await world.reconcile();
  expect(await news()).toEqual([]);

  world.platform.publish(name, [line(1, owed.notice.slice(1), `r-${name}`, 4_600)]);
  await world.fetch();
  expect(await news()).toEqual(["DAY_DIFFERS 2026-07-01", "DISCREPANCY_OPENED AMOUNT_DIFFERS", "DISCREPANCY_OPENED STATEMENT_DIFFERS", `FLOW_READ ${name} 2`]);
  world.platform.publish(name, [line(1, owed.notice.slice(1), `r-${name}`, 4_630)]);
  await world.fetch();
  expect(await news()).toEqual(["DAY_TIES 2026-07-01", "DISCREPANCY_RESOLVED AMOUNT_DIFFERS", "DISCREPANCY_RESOLVED STATEMENT_DIFFERS", `FLOW_READ ${name} 3`]);
  await world.reconcile();
  expect(await news()).toEqual([]);
});

test("a day of which everything comes at once ties at once", async () => {
  await world.import(statement(name, [{ cents: 4_630, causale: causaleOf(name) }]));
  world.platform.publish(name, [line(1, owed.notice.slice(1), `r-${name}`, 4_630)]);
  await say(world.station, receipt({ id: `r-${name}`, notice: owed.notice, cents: 4_630 }).replace("2026-07-01T09:30:00", "2026-06-30T23:59:59"));
  await world.fetch();
  expect(await news()).toEqual(["DAY_TIES 2026-06-30", `FLOW_READ ${name} 1`]);
});

test("reading that was given up asks for a human, once", async () => {
  world.platform.publish(name, [line(1, owed.notice.slice(1), `r-${name}`, 4_630)]);
  world.platform.trouble = asked => (asked.startsWith("payments") ? Promise.reject(new SourceRefused("PAGOPA_FDR", "NOT_AUTHORISED", "HTTP_401")) : Promise.resolve());
  await world.fetch();
  expect(await news()).toEqual(["DISCREPANCY_OPENED FLOW_FAILED", `FLOW_FAILED ${name} 1`]);
});

test("so does a search for flows that failed five times; then it is tried once a day, and the first that succeeds clears it", async () => {
  const search = async () => (await world.sql<{ found_at: Date | null; failures: number; failure: string | null }>(`select * from "flow_search"`))[0]!;
  const again: (Date | undefined)[] = [];
  const daily = async () => {
    world.requested.length = 0;
    await findFlows.perform(world.hub(), world.station.administration.id);
    again.push(world.later.pop());
  };
  const notBefore = new Date(world.now.getTime() + 7_200_000);
  world.platform.trouble = () => Promise.reject(new SourceUnavailable("PAGOPA_FDR", { since: world.now, retryAfter: again.length === 0 ? notBefore : world.now, diagnosis: "HTTP_429" }));
  for (let tries = 1; tries <= 7; tries += 1) {
    await daily();
    expect(await search()).toMatchObject({ failures: tries, failure: "HTTP_429" });
    expect(await news()).toEqual(tries === 5 ? ["DISCREPANCY_OPENED FLOWS_NOT_LISTED"] : []);
  }
  // The platform said until when it does not want to be asked; from then on, later and later.
  expect(again.map(at => at && (at.getTime() - world.now.getTime()) / 60_000)).toEqual([120, 10, 60, 360, undefined, undefined, undefined]);
  world.platform.trouble = () => Promise.resolve();
  await daily();
  expect(await search()).toMatchObject({ failures: 0, failure: null });
  expect(await news()).toEqual(["DISCREPANCY_RESOLVED FLOWS_NOT_LISTED"]);
});
