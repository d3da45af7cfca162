import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { BareSocket } from "../../helpers/bare-socket.ts";
import { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";

let hub: TestHub;
let beside: TestHub;
beforeAll(async () => {
  hub = await startHub();
  beside = await startHub({ beside: hub });
});
afterAll(async () => {
  await beside.close();
  await hub.close();
});

const opened: BareSocket[] = [];
afterEach(() => { for (const socket of opened.splice(0)) socket.ws.terminate(); });

const myUpdates = "subscription { myUpdates { __typename } }";
const deskUpdates = "subscription { deskUpdates { __typename } }";

/** A socket of a caller with a subscription that runs, on one of the two processes. */
async function listening(client: Client, query: string, at: TestHub = hub): Promise<BareSocket> {
  const socket = await new Client(at.url, client.headers).bare();
  opened.push(socket);
  socket.subscribe("1", query);
  socket.send({ type: "ping" });
  await socket.next(({ type }) => type === "pong");
  return socket;
}

/** Far less than it would take whoever was not told of a change, on however busy a machine. */
const unheardMs = 5_000;

/** How a socket was closed after a change, and after how many milliseconds. */
async function closing(sockets: readonly BareSocket[], change: () => Promise<unknown>) {
  await change();
  const began = performance.now();
  const ends = await Promise.all(sockets.map(socket => socket.end()));
  return { ends, ms: performance.now() - began };
}

const forbidden = (reason: string) => ({ code: 4403, reason });

test("a session that ends takes its sockets with it within a second, on every process", async () => {
  const client = await hub.citizen("elena.giordano");
  const sockets = [await listening(client, myUpdates), await listening(client, myUpdates, beside)];
  const { ends, ms } = await closing(sockets, () => hub.sql(`update "session" set "ended_at" = now() where "citizen_id" = (select "id" from "citizen" where "fiscal_code" = 'GRDLNE95S42L219D')`));
  expect(ends).toEqual([forbidden("SESSION_EXPIRED"), forbidden("SESSION_EXPIRED")]);
  expect(ms).toBeLessThan(unheardMs);
});

test.each([
  ["is taken away", `delete from "staff_assignment" where "member_id" = $1 and "role" = 'ACCOUNTANT'`, "ACCESS_CHANGED"],
  ["is given", `insert into "staff_assignment" ("id", "administration_id", "member_id", "office_id", "role") select gen_random_uuid(), "administration_id", "member_id", "office_id", 'SUPERVISOR' from "staff_assignment" where "member_id" = $1 limit 1`, "ACCESS_CHANGED"],
  ["moves to another office", `update "staff_assignment" set "office_id" = (select "id" from "office" where "slug" = 'sportello-unico') where "member_id" = $1 and "role" = 'ACCOUNTANT'`, "ACCESS_CHANGED"],
  ["was the last one", `delete from "staff_assignment" where "member_id" = $1`, "SESSION_EXPIRED"],
])("a role that %s closes the sockets opened with it", async (_what, change, reason) => {
  const officer = await hub.staff({ "polizia-locale": ["CASE_OFFICER", "ACCOUNTANT"] });
  const socket = await listening(officer, deskUpdates, beside);
  const { ends, ms } = await closing([socket], () => hub.sql(change, [officer.memberId]));
  expect(ends).toEqual([forbidden(reason)]);
  expect(ms).toBeLessThan(unheardMs);
});

test("a member of staff who leaves is out at once", async () => {
  const officer = await hub.staff({ "polizia-locale": ["SUPERVISOR"] });
  const socket = await listening(officer, deskUpdates);
  const { ends } = await closing([socket], () => hub.sql(`update "staff_member" set "active" = false where "id" = $1`, [officer.memberId]));
  expect(ends).toEqual([forbidden("SESSION_EXPIRED")]);
});

test("an agreement that is cut short closes the partner's sockets; what others lose does not", async () => {
  const [partner, other] = [await hub.partner(["RESIDENCE"]), await hub.partner(["RESIDENCE"])];
  const [socket, another] = [await partner.bare(), await other.bare()];
  opened.push(socket, another);
  const { ends } = await closing([socket], () => hub.sql(`update "agreement" set "data_sets" = '[]' where "id" = $1`, [partner.agreementId]));
  expect(ends).toEqual([forbidden("ACCESS_CHANGED")]);
  another.send({ type: "ping" });
  await another.next(({ type }) => type === "pong");
  expect(another.closed).toBeUndefined();
});

test("a partner's socket closes within a second of the end of its token, and not before", async () => {
  // Issued so long ago that three seconds of its ten minutes are left.
  const left = 3_000;
  hub.clock.advance(left - 600_000);
  const partner = await hub.partner(["RESIDENCE"]);
  const ends = Math.floor(hub.clock.now().getTime() / 1_000) * 1_000 + 600_000;
  hub.clock.advance(600_000 - left);
  const socket = await partner.bare();
  opened.push(socket);
  expect(await socket.end()).toEqual(forbidden("Session expired"));
  const late = hub.clock.now().getTime() - ends;
  expect(late).toBeGreaterThanOrEqual(-50);
  expect(late).toBeLessThan(unheardMs);
});

test("what changed while the ear at the database was lost is found when it listens again", async () => {
  const officer = await hub.staff({ "polizia-locale": ["CASE_OFFICER", "ACCOUNTANT"] });
  const socket = await listening(officer, deskUpdates);
  const { ends } = await closing([socket], async () => {
    // Not heard by anybody: the notification is not even sent.
    await hub.sql(`begin; set local session_replication_role = replica; delete from "staff_assignment" where "member_id" = '${officer.memberId}' and "role" = 'ACCOUNTANT'; commit`);
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(socket.closed).toBeUndefined();
    await hub.sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sportello-hub access' and datname = current_database()`);
  });
  expect(ends).toEqual([forbidden("ACCESS_CHANGED")]);
});

test("being seen changes nothing: a socket stays open while its session is used", async () => {
  const client = await hub.citizen("ioana.popescu");
  const socket = await listening(client, myUpdates);
  hub.clock.advance(2 * 60_000);
  await client.data("{ me { id } }");
  await new Promise(resolve => setTimeout(resolve, 200));
  expect(socket.closed).toBeUndefined();
});
