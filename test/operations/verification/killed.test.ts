import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { startWiredHub, type Wire, type WiredHub } from "../registry/wire.ts";
import { applicationOf, forStaff, handIn, verified, ztlDraft } from "./cases.ts";

let wire: Wire;
let town: WiredHub;
let hub: TestHub;
let other: TestHub;
let ada: Client;
let officer: Client;

beforeAll(async () => {
  town = await startWiredHub();
  ({ hub, wire } = town);
  other = await startHub({ beside: hub, settings: { ANPR_SOAP_URL: wire.url } });
  [ada, officer] = await Promise.all([hub.citizen("ada.rossi"), hub.staff({ "polizia-locale": ["CASE_OFFICER"], "sportello-unico": ["CASE_OFFICER"] })]);
});
afterAll(async () => {
  await other.close();
  await town.close();
});

const confirmed = [{ kind: "HOUSEHOLD_PERMIT", state: "CONFIRMED" }, { kind: "ZONE_RESIDENCE", state: "CONFIRMED" }];
/** How often each check was decided, as its version tells: it begins with 1. */
const decisions = (id: string): Promise<object[]> => hub.sql(`select "kind", "version" - 1 as "times" from "registry_check" where "application_id" = $1 order by "kind"`, [id.slice(4)]);
const justOnce = [{ kind: "HOUSEHOLD_PERMIT", times: 1 }, { kind: "ZONE_RESIDENCE", times: 1 }];

test("a process that is killed while it asks leaves the application handed in, and another verifies it", async () => {
  hub.sandbox.world.faults.impose("anpr", { kind: "silent" }, "3002");
  const id = await ztlDraft(ada);
  const keys = join(hub.sandbox.world.dataDir, "anpr");
  const session = ada.headers["cookie"]!.replace("session=", "");
  const victim = spawn(process.execPath, [
    "--experimental-transform-types", "--no-warnings", join(import.meta.dirname, "submitting-process.ts"),
    hub.databaseUrl, wire.url, join(keys, "municipality.key.pem"), join(keys, "municipality.crt.pem"), session, id,
  ], { stdio: ["ignore", "ignore", "inherit"] });
  const over = once(victim, "exit");
  for (const end = Date.now() + 30_000; wire.heard.length === 0 && victim.exitCode === null && Date.now() < end;) await after(20);
  victim.kill("SIGKILL");
  expect(await over).toEqual([null, "SIGKILL"]);

  expect(await applicationOf(officer, id, forStaff)).toMatchObject({ verification: "PENDING", checks: [{ state: "PENDING" }, { state: "PENDING" }] });
  hub.sandbox.world.faults.lift();
  expect(await verified(officer, id)).toMatchObject({ checks: confirmed });
  expect(await decisions(id)).toEqual(justOnce);
}, 90_000);

test("of two instances, and of whoever asks at the same time, each check is decided by one", async () => {
  hub.sandbox.world.faults.impose("anpr", { kind: "silent" }, "3002");
  const elsewhere = Object.assign(Object.create(ada) as Client, { url: other.url });
  const position = await hub.position();
  const drafts = await Promise.all(Array.from({ length: 6 }, () => ztlDraft(ada)));
  const taken = await Promise.all(drafts.map((draft, place) => handIn(place % 2 ? ada : elsewhere, draft)));
  expect(taken.map(({ verification }) => verification)).toEqual(Array.from({ length: 6 }, () => "PENDING"));
  hub.sandbox.world.faults.lift();
  for (const draft of drafts) {
    expect(await verified(officer, draft)).toMatchObject({ checks: confirmed });
    expect(await decisions(draft)).toEqual(justOnce);
  }
  const events = await hub.sql<{ times: number }>(`select count(*)::int as "times" from "event" where "kind" = 'APPLICATION_VERIFIED' and ("position" is null or "position" > $1) group by "subject_id"`, [position]);
  expect(events).toEqual(Array.from({ length: 6 }, () => ({ times: 1 })));
}, 90_000);
