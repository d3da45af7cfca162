import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../../helpers/postgres.ts";
import { receipt } from "../payment/station-world.ts";
import { saveZtl, start, submit, ztl } from "./application.ts";

let database: TestDatabase;
let hub: TestHub;
let ada: Client;
let officer: Client;

beforeAll(async () => {
  database = await createDatabase(await demonstrationTemplate());
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query(`update "administration" set "settings" = jsonb_set("settings", '{pagopa,paidFirst}', $1)`, [JSON.stringify([ztl.slug])]);
  await client.end();
  hub = await startHub({ databaseUrl: database.url });
  [ada, officer] = await Promise.all([hub.citizen("ada.rossi"), hub.staff({ "polizia-locale": ["CASE_OFFICER"] })]);
});
afterAll(async () => {
  await hub.close();
  await database.drop();
});

/** A permit that is complete and waits for its payment. */
async function waiting(): Promise<{ readonly id: string; readonly payment: Json }> {
  const id = (await start(ada, ztl.slug))["application"]!["id"]!;
  const from = new Date(hub.clock.now().getTime() + 86_400_000).toISOString().slice(0, 10);
  await saveZtl(ada, id, { category: await otherCategory(), plates: ["GA123BC"], from });
  const done = await submit(ada, id);
  expect(done).toMatchObject({ application: { state: "AWAITING_PAYMENT", protocol: null, submittedAt: null, dueDate: null, allowedActions: ["PAY"], payments: [{ state: "OPEN" }], history: [{ from: "DRAFT", to: "AWAITING_PAYMENT" }] } });
  return { id, payment: done["application"]!["payments"]![0]! };
}

/** A category of the demonstration's rules that asks for no residence. */
async function otherCategory(): Promise<string> {
  const [row] = await hub.sql<{ code: string }>(`select c->>'code' as code from "administration", jsonb_array_elements("settings"->'ztl'->'versions') v, jsonb_array_elements(v->'categories') c where c->>'ground' <> 'RESIDENCE' limit 1`);
  return row!.code;
}

const pay = async ({ payment }: { payment: Json }, id: string): Promise<string> => {
  const cents = Number(payment["amount"]!["cents"]);
  const response = await fetch(`${hub.url}/pagopa/paForNode`, { method: "POST", body: receipt({ id, notice: payment["noticeNumber"]!, cents }), headers: { "content-type": "text/xml", soapaction: "paSendRTV2" } });
  return /<outcome>(\w+)</.exec(await response.text())![1]!;
};

const shown = async (id: string): Promise<Json> => (await ada.data("query ($id: ID!) { node(id: $id) { ... on Application { state submittedAt protocol { number year } dueDate { on } history { from to } payments { state } } } }", { id }))["node"]!;

test("what is paid first is handed in by its receipt: number, due date and work, all at once, once", async () => {
  const application = await waiting();
  const seen = async (): Promise<string> => JSON.stringify(await officer.data("{ desk { applications(first: 50) { nodes { id } } } }"));
  expect(await seen()).not.toContain(application.id);
  expect(await Promise.all(Array.from({ length: 8 }, () => pay(application, `first-${application.id}`)))).toEqual(expect.arrayContaining(["OK", "KO"]));
  expect(await shown(application.id)).toMatchObject({
    state: "IN_PROGRESS", submittedAt: expect.any(String), protocol: { number: expect.any(Number) }, dueDate: { on: expect.any(String) }, payments: [{ state: "PAID" }],
    history: [{ from: "DRAFT", to: "AWAITING_PAYMENT" }, { from: "AWAITING_PAYMENT", to: "SUBMITTED" }, { from: "SUBMITTED", to: "IN_PROGRESS" }],
  });
  expect(await seen()).toContain(application.id);
  const key = application.id.slice(4);
  const events = await hub.sql<{ kind: string }>(`select "kind" from "event" where "subject_id" in ('${key}', '${application.payment["id"]!.slice(4)}') order by "kind"`);
  expect(events.map(({ kind }) => kind)).toEqual(["APPLICATION_STARTED", "APPLICATION_SUBMITTED", "PAYMENT_PAID", "PAYMENT_REQUESTED"]);
});

test("what waits for its payment is neither changed nor handed in otherwise", async () => {
  const { id } = await waiting();
  expect(await submit(ada, id)).toMatchObject({ __typename: "WrongState", from: "AWAITING_PAYMENT" });
  expect(await saveZtl(ada, id, { category: await otherCategory(), plates: ["GA999BC"], from: "2027-01-01" })).toMatchObject({ __typename: "WrongState" });
});

test("when the application cannot be handed in, the receipt is not kept either, and comes again", async () => {
  const application = await waiting();
  await hub.sql(`alter table "counter" rename to "counter_away"`);
  await expect(pay(application, `again-${application.id}`)).rejects.toThrow();
  await hub.sql(`alter table "counter_away" rename to "counter"`);
  expect(await shown(application.id)).toMatchObject({ state: "AWAITING_PAYMENT", payments: [{ state: "OPEN" }] });
  expect(await pay(application, `again-${application.id}`)).toBe("OK");
  expect(await shown(application.id)).toMatchObject({ state: "IN_PROGRESS", payments: [{ state: "PAID" }] });
});
