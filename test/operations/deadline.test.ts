import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { startHub, type TestHub } from "../helpers/hub.ts";

let hub: TestHub;
let blocker: pg.Client;
beforeAll(async () => {
  hub = await startHub({ settings: { OPERATION_DEADLINE_MS: "6000", STATEMENT_TIMEOUT_MS: "60000" } });
  blocker = new pg.Client({ connectionString: hub.databaseUrl });
  await blocker.connect();
});
afterAll(async () => {
  await blocker.end();
  await hub.close();
});

const waiting = async (): Promise<number> => (await hub.sql<{ n: number }>(`select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`))[0]!.n;

test("a change that waits for somebody's lock is given up at its deadline, in the database too, and nothing of it is done", async () => {
  const ada = await hub.citizen("ada.rossi");
  const change = { email: "nuova@example.org", idempotencyKey: "a key that is used again" };
  const ask = () => ada.ask("mutation ($input: UpdateContactsInput!) { updateContacts(input: $input) { __typename } }", { input: change });
  await ask().then(({ data }) => expect(data["updateContacts"]).toBeTruthy());

  await blocker.query("begin");
  await blocker.query(`select from "citizen" for update`);
  const blocked = ada.ask("mutation ($input: UpdateContactsInput!) { updateContacts(input: $input) { __typename } }", { input: { ...change, email: "altra@example.org", idempotencyKey: "another key, for another change" } });
  expect((await blocked).errors[0]?.extensions.code).toBe("DEADLINE_EXCEEDED");
  // The statement was cancelled, though its own time would have gone on for a minute.
  for (const end = Date.now() + 50_000; (await waiting()) > 0 && Date.now() < end;) await new Promise(resolve => setTimeout(resolve, 50));
  expect(await waiting()).toBe(0);
  await blocker.query("rollback");

  expect((await hub.sql<{ email: string }>(`select "email" from "citizen" where "email" like '%@example.org'`)).map(({ email }) => email)).toEqual(["nuova@example.org"]);
  expect((await hub.sql(`select from "idempotency_record" where "key" = 'another key, for another change'`)).length).toBe(0);
  // The connection is as good as it was.
  expect((await ask()).errors).toEqual([]);
});
