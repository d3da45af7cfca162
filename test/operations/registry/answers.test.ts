import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { openWire, type Wire } from "./wire.ts";

// An administration that lets answers be shown again: for a minute as they are, for an hour as the last known.
const cacheSeconds = 60, lastKnownSeconds = 3_600;

let first: TestHub;
let hub: TestHub;
let wire: Wire;
let ada: Client;

beforeAll(async () => {
  wire = await openWire();
  first = await startHub({ sandbox: true });
  wire.target = first.sandbox.url;
  await first.sql(`update "administration" set "settings" = jsonb_set("settings", '{registry}', $1)`, [JSON.stringify({ cacheSeconds, lastKnownSeconds })]);
  // Settings of an administration are read at the start.
  hub = await startHub({ beside: first, settings: { ANPR_SOAP_URL: wire.url, ANPR_DEADLINE_MS: "1500" } });
});
afterAll(async () => {
  await hub.close();
  await first.close();
  await wire.close();
});
beforeEach(async () => {
  wire.heard.length = 0;
  ada = await hub.citizen("ada.rossi");
});
afterEach(async () => {
  first.sandbox.world.faults.lift();
  // The next test finds nothing that may still be shown.
  hub.clock.advance((lastKnownSeconds + 1) * 1_000);
});

/** Time goes by; whoever was idle for too long signs in again. */
async function later(minutes: number): Promise<void> {
  hub.clock.advance(minutes * 60_000);
  ada = await hub.citizen("ada.rossi");
}

const provenance = "provenance { freshness readAt operationId }";
const card = `person { __typename ... on Person { familyName ${provenance} } ... on SourceUnavailable { since retryAfter lastKnown { ... on Person { familyName } ${provenance} } } }`;
const me = async (selection: string, client = ada): Promise<Json> => (await client.data(`{ me { ${selection} } }`))["me"]!;
const records = () => hub.sql<{ outcome: string; operation_id: string }>(`select o."outcome", r."operation_id" from "access_record" r join "access_outcome" o on o."access_id" = r."id" order by r."sequence" desc limit 3`);

test("an answer is shown again for as long as allowed, with the day of its reading, and each showing is recorded", async () => {
  const live = (await me(card))["person"]!;
  hub.clock.advance(30_000);
  const again = (await me(card))["person"]!;
  expect(live["provenance"]).toMatchObject({ freshness: "LIVE" });
  expect(again).toEqual({ ...(live as object), provenance: { ...(live["provenance"] as object), freshness: "CACHED" } });
  expect(wire.heard).toHaveLength(1);
  const operation_id = live["provenance"]!["operationId"] as unknown as string;
  expect((await records()).slice(0, 2)).toEqual([{ outcome: "CACHED", operation_id }, { outcome: "FOUND", operation_id }]);

  hub.clock.advance(31_000);
  expect((await me(card))["person"]!["provenance"]).toMatchObject({ freshness: "LIVE" });
  expect(wire.heard).toHaveLength(2);
});

test("an answer is private to its purpose and person: staff and others ask for themselves, and so does another question", async () => {
  await me(card);
  await me(card, await hub.citizen("bruno.ferrero"));
  await me("person { ... on Person { familyName residence { address } } }");
  expect(wire.heard).toHaveLength(3);
});

test("members of a household are recorded whenever they are shown", async () => {
  const home = "household { ... on Household { members { givenName } } }";
  await me(home);
  await me(home);
  expect(wire.heard).toHaveLength(2);
  const shown = await hub.sql(`select count(*)::int as "shown" from "access_record" where "actor" = 'HOUSEHOLD'`);
  expect(shown).toEqual([{ shown: 6 }]);
});

test("while the registry is down the last known is shown, marked as stale, beside the failure; and not for ever", async () => {
  const live = (await me(card))["person"]!;
  await later(10);
  first.sandbox.world.faults.impose("anpr", { kind: "silent" });
  const down = (await me(`${card} appointments { totalCount }`));
  expect(down["appointments"]).toEqual({ totalCount: 0 });
  expect(down["person"]).toMatchObject({ __typename: "SourceUnavailable", lastKnown: { familyName: "ROSSI", provenance: { ...(live["provenance"] as object), freshness: "STALE" } } });
  expect((await records()).map(({ outcome }) => outcome)).toEqual(["STALE", "UNAVAILABLE", "FOUND"]);
  await later(51);
  expect((await me(card))["person"]).toMatchObject({ __typename: "SourceUnavailable", lastKnown: null });
});

test("of a household too", async () => {
  const home = `household { __typename ... on SourceUnavailable { lastKnown { ... on Household { members { givenName } } provenance { freshness } } } }`;
  await me(home);
  await later(10);
  first.sandbox.world.faults.impose("anpr", { kind: "unavailable" });
  expect((await me(home))["household"]).toMatchObject({ __typename: "SourceUnavailable", lastKnown: { members: [{ givenName: "ADA" }, { givenName: "BRUNO" }, { givenName: "CHIARA" }, { givenName: "DARIO" }], provenance: { freshness: "STALE" } } });
});

test("without leave of the administration nothing is shown again", async () => {
  const plain = await first.citizen("ada.rossi");
  const ask = async () => (await plain.data(`{ me { ${card} } }`))["me"]!["person"]!;
  expect(await ask()).toMatchObject({ provenance: { freshness: "LIVE" } });
  expect(await ask()).toMatchObject({ provenance: { freshness: "LIVE" } });
  first.sandbox.world.faults.impose("anpr", { kind: "unavailable" });
  expect(await ask()).toMatchObject({ __typename: "SourceUnavailable", lastKnown: null });
});
