import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { fill } from "./rows.ts";

let hub: TestHub;
let ada: Client;
let bruno: Client;
let staff: Client;
beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  [ada, bruno] = await Promise.all([hub.citizen("ada.rossi"), hub.citizen("bruno.ferrero")]);
  await fill(hub, 12);
  staff = await hub.staff({ edilizia: ["SUPERVISOR"], informagiovani: ["SUPERVISOR"], "polizia-locale": ["SUPERVISOR"] });
});
afterAll(() => hub.close());

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a page", () => {
  test.each([
    ["0 at a time", "first: 0", "first", "PAGE_SIZE"], ["less than none", "first: -1", "first", "PAGE_SIZE"], ["101 at a time", "first: 101", "first", "PAGE_SIZE"],
    ["0 from the end", "last: 0", "last", "PAGE_SIZE"], ["101 from the end", "last: 101", "last", "PAGE_SIZE"], ["from both ends", "first: 2, last: 2", "last", "ONE_DIRECTION"],
    ["from the beginning before a place", 'first: 2, before: "WzFd"', "before", "ONE_DIRECTION"], ["from the end after a place", 'last: 2, after: "WzFd"', "after", "ONE_DIRECTION"],
    ["before a place, of no size", 'before: "WzFd"', "before", "ONE_DIRECTION"],
  ])("of %s is refused", async (_, args, field, reason) => {
    for (const [client, query] of [[hub.visitor, `{ services(${args}) { nodes { id } } }`], [ada, `{ me { applications(${args}) { nodes { id } } } }`]] as const) {
      const { status, errors } = await client.ask(query);
      expect(status).toBe(200);
      expect(errors).toMatchObject([{ extensions: { code: "INVALID_INPUT", reason, field: [field] } }]);
      expect(errors[0]!.message).toBe(reason === "PAGE_SIZE" ? "Si possono chiedere da 1 a 100 elementi per volta." : "Indicare first con after, oppure last con before.");
    }
  });

  test("of 1, of 100 and of no size at all is given", async () => {
    for (const args of ["first: 1", "first: 100", "last: 100", "first: null, last: 3", "after: null"]) {
      expect((await ada.data(`{ me { applications(${args}) { nodes { id } } } }`))["me"]).toBeTruthy();
    }
  });
});

describe("a cursor of a list", () => {
  const lists = { applications: "{ me { applications(first: 1 @) { pageInfo { endCursor } } } }", appointments: "{ me { appointments(first: 1 @) { pageInfo { endCursor } } } }", payments: "{ me { payments(first: 1 @) { pageInfo { endCursor } } } }", services: "{ services(first: 1 @) { pageInfo { endCursor } } }" };
  const page = (list: keyof typeof lists, after?: string) => ada.ask(lists[list].replace("@", after === undefined ? "" : `, after: ${JSON.stringify(after)}`));

  test("is of no use in another", async () => {
    const names = Object.keys(lists) as (keyof typeof lists)[];
    for (const from of names) {
      const [, cursor] = /"endCursor":"([^"]+)"/.exec((await page(from)).text)!;
      for (const to of names) {
        const { errors } = await page(to, cursor);
        if (from === to) expect(errors).toEqual([]);
        else expect(errors).toMatchObject([{ extensions: { code: "INVALID_INPUT", reason: "CURSOR", field: ["after"] }, message: "Il cursore non è di questo elenco: ripartire dall'inizio." }]);
      }
    }
  });

  const uuid = "0192aaaa-0000-7000-8000-000000000000";
  test.each([
    ["no cursor at all", "x"], ["empty", ""], ["an object", base64({ a: 1 })], ["too short", base64([1])], ["too long", base64([1, 2, 3, 4])],
    ["no instant", base64(["Application", "yesterday", uuid])], ["a number for an instant", base64(["Application", 7, uuid])], ["no key", base64(["Application", "2026-11-23T08:30:00.000Z", "' or 1=1 --"])],
    ["null inside", base64(["Application", null, null])], ["a list inside", base64(["Application", [1], uuid])], ["beyond what a date can be", base64(["Application", "99999-01-01T00:00:00.000Z", uuid])],
    ["a day that does not exist", base64(["Application", "2026-02-30T00:00:00.000Z", uuid])],
  ])("that is %s is refused in the same words", async (_, cursor) => {
    for (const list of ["applications", "services"] as const) {
      expect((await page(list, cursor)).errors).toMatchObject([{ extensions: { code: "INVALID_INPUT", reason: "CURSOR" } }]);
    }
  });

  test("made for another number than the list's is refused too, and a good one of a row that is gone goes on from there", async () => {
    expect((await page("services", base64(["Service", 1.5, uuid]))).errors).toMatchObject([{ extensions: { reason: "CURSOR" } }]);
    expect((await page("services", base64(["Service", 99_999_999_999, uuid]))).errors).toMatchObject([{ extensions: { reason: "CURSOR" } }]);
    expect((await page("services", base64(["Service", 3, uuid]))).errors).toEqual([]);
    expect((await page("applications", base64(["Application", "2026-11-01T09:00:00.000Z", uuid]))).errors).toEqual([]);
  });
});

describe("a global id", () => {
  const node = (client: Client, id: string) => client.ask("query ($id: ID!) { node(id: $id) { __typename id } }", { id });

  test("of anything of somebody else's answers exactly as one of nothing", async () => {
    const rows = await hub.sql<{ id: string }>(`
      select 'app_' || "id" as id from "application" union all select 'apt_' || "id" from "appointment" union all select 'pay_' || "id" from "payment" union all select 'cit_' || "id" from "citizen"`);
    const mine = await Promise.all([ada, bruno].map(async client => (await Promise.all(rows.map(({ id }) => node(client, id)))).map(({ data }) => (data["node"] ? data["node"]["id"]! : null))));
    expect(mine[0]!.filter(Boolean).length).toBeGreaterThan(20);
    expect(rows.filter((_, place) => mine[0]![place] && mine[1]![place])).toEqual([]);
    const absent = (await node(ada, "app_0192aaaa-0000-7000-8000-000000000000")).text;
    const foreign = rows.filter((_, place) => !mine[0]![place]).map(({ id }) => id);
    for (const id of foreign) expect((await node(ada, id)).text).toBe(absent);
    for (const { id } of rows.slice(0, 60)) expect((await node(hub.visitor, id)).text).toBe(absent);
    for (const { id } of rows.filter(({ id: each }) => each.startsWith("cit_"))) expect((await node(staff, id)).text).toBe(absent);
  });

  test("of what is only a part of something, or of no type of the caller's, is one of nothing", async () => {
    const parts = await hub.sql<{ id: string }>(`
      (select 'ape_' || "id" as id from "application_event" limit 3) union all (select 'rct_' || "id" from "receipt" limit 3) union all (select 'doc_' || "id" from "required_document" limit 3)
      union all (select 'adm_' || "id" from "staff_member" limit 1) union all (select 'stf_' || "id" from "staff_member" limit 1) union all (select 'agr_' || "id" from "agreement") union all (select 'prt_' || "id" from "partner")`);
    const absent = (await node(ada, "app_0192aaaa-0000-7000-8000-000000000000")).text;
    for (const client of [ada, staff, hub.visitor]) {
      for (const { id } of parts) expect([id, (await node(client, id)).text]).toEqual([id, absent]);
    }
  });

  test.each(["", "x", "app_", "app_x", "_0192aaaa-0000-7000-8000-000000000000", "app_0192AAAA-0000-7000-8000-000000000000", "app_0192aaaa-0000-7000-8000-000000000000_x", "__proto___0192aaaa-0000-7000-8000-000000000000", "constructor_0192aaaa-0000-7000-8000-000000000000"])("such as %j is one of nothing", async id => {
    expect((await node(ada, id)).text).toBe((await node(ada, "app_0192aaaa-0000-7000-8000-000000000000")).text);
  });

  test("of great length is refused before it is looked at", async () => {
    expect((await node(ada, "x".repeat(10_000))).errors).toMatchObject([{ extensions: { code: "INVALID_INPUT", reason: "TOO_LONG", field: ["id"] } }]);
  });

  test("of what everybody may see shows it to everybody, as what it is", async () => {
    const rows = await hub.sql<{ id: string; type: string }>(`(select 'srv_' || "id" as id, 'Service' as type from "service" limit 1) union all (select 'off_' || "id", 'Office' from "office" limit 1) union all (select 'adm_' || "id", 'Administration' from "administration")`);
    for (const client of [hub.visitor, ada, staff]) for (const { id, type } of rows) expect((await node(client, id)).data).toEqual({ node: { __typename: type, id } });
  });
});
