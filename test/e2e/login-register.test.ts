import { randomBytes } from "node:crypto";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newId } from "../../kernel/ids.ts";
import { silentLog } from "../../kernel/log.ts";
import { openVault, type Vault } from "../../kernel/vault.ts";
import { exportTransaction } from "../../operations/session/export-transaction.ts";
import { purgeIdentity } from "../../operations/session/purge.ts";
import { openOrm } from "../../server/database/orm.ts";
import { startUpkeep } from "../../server/upkeep.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { personalData } from "../helpers/sandbox.ts";
import { formOf } from "../sandbox/spid/browser.ts";
import { Surfer } from "./surfer.ts";
import { testQuiet } from "../helpers/quiet.ts";

let hub: TestHub;
let orm: MikroORM;
let administrationId: string;
const [key, older] = [randomBytes(32), randomBytes(32)];
const vault = openVault([key, older]);
beforeAll(async () => {
  hub = await startHub({ sandbox: true, settings: { LOGIN_REGISTER_KEYS: [key, older].map(one => one.toString("base64")).join(",") } });
  orm = await openOrm({ url: hub.databaseUrl, poolSize: 2, statementTimeoutMs: 10_000 });
  administrationId = (await hub.sql<{ id: string }>(`select "id" from "administration"`))[0]!.id;
});
afterAll(async () => {
  await orm.close(true);
  await hub.close();
});

const em = (): EntityManager => orm.em.fork();
const order = { exportedBy: "tester", reason: "Decreto 1/2026" };
const take = (id: string, by: Vault = vault) => exportTransaction(em(), by, { administrationId, id, ...order }, hub.clock.now());

interface Entry {
  readonly id: string;
  readonly request_id: string;
  readonly response_id: string | null;
  readonly assertion_id: string | null;
  readonly outcome: string;
  readonly answered_at: Date;
  readonly keep_until: Date;
  readonly sealed: Buffer;
}
const entries = (): Promise<Entry[]> => hub.sql<Entry>(`select * from "login_transaction" order by "id"`);
const lastEntry = async (): Promise<Entry> => (await entries()).at(-1)!;

/** A sign-in, and the messages as they went through the browser. */
async function signIn(username: string): Promise<{ request: string; response: string }> {
  const surfer = new Surfer(hub);
  const start = await surfer.open(`/spid/login?level=1&idp=${hub.sandbox.url}/spid`);
  const end = await surfer.authenticate(await surfer.submit(start, "hand-over"), username);
  await surfer.submit(end, "hand-over");
  return { request: Buffer.from(formOf(start, "hand-over").fields["SAMLRequest"]!, "base64").toString(), response: formOf(end, "hand-over").fields["SAMLResponse"]! };
}

describe("the register of sign-ins", () => {
  test("keeps both messages as they were sent, and gives them out under the federation's names", async () => {
    const { request, response } = await signIn("ada.rossi");
    const entry = await lastEntry();
    expect(entry.outcome).toBe("OPENED");
    const xml = Buffer.from(response, "base64").toString();
    const nameId = /<saml:NameID Format="[^"]*" NameQualifier="([^"]*)">([^<]*)</.exec(xml)!;
    for (const id of [entry.id, entry.request_id, entry.response_id!, entry.assertion_id!]) {
      expect(await take(id)).toEqual({
        id: entry.id, scheme: "spid", identityProvider: `${hub.sandbox.url}/spid`, outcome: "OPENED", answeredAt: entry.answered_at.toISOString(),
        AuthnReq_ID: /ID="([^"]*)"/.exec(request)![1], AuthnReq_IssueInstant: /IssueInstant="([^"]*)"/.exec(request)![1],
        Resp_ID: / ID="([^"]*)"/.exec(xml)![1], Resp_IssueInstant: new Date(/IssueInstant="([^"]*)"/.exec(xml)![1]!).toISOString(), Resp_Issuer: `${hub.sandbox.url}/spid`,
        Assertion_ID: /<saml:Assertion[^>]* ID="([^"]*)"/.exec(xml)![1], Assertion_subject: nameId[2], Assertion_subject_NameQualifier: nameId[1],
        AuthnRequest: request, SAMLResponse: response,
      });
    }
  });

  test("says nothing of the person to whoever reads the table", async () => {
    await signIn("ada.rossi");
    const text = (await entries()).map(({ sealed, ...clear }) => JSON.stringify(clear) + sealed.toString("latin1")).join();
    expect(text.length).toBeGreaterThan(5_000);
    expect(personalData(["ada.rossi"]).filter(word => text.includes(word))).toEqual([]);
    expect(text).not.toMatch(/NameID|AttributeValue|PHNhbWxw/);
  });

  test("keeps answers that were refused, and those that said no, with the reason", async () => {
    const surfer = new Surfer(hub);
    const refused = await surfer.begin({ level: "1" });
    await surfer.submit(await surfer.submit(refused, "credentials", { action: "cancel" }), "hand-over");
    const cancelled = await lastEntry();
    expect([cancelled.outcome, cancelled.response_id]).toEqual(["CANCELLED", null]);
    expect(Buffer.from((await take(cancelled.id))!.SAMLResponse, "base64").toString()).toContain("ErrorCode nr25");

    const page = await surfer.authenticate(await surfer.begin({ level: "1" }), "ada.rossi");
    const { action, fields } = formOf(page, "hand-over");
    await surfer.open(action, { ...fields, SAMLResponse: "%%%" });
    await surfer.open(action, { ...fields, SAMLResponse: Buffer.from(Buffer.from(fields["SAMLResponse"]!, "base64").toString().replace("TINIT-RSS", "TINIT-XXX")).toString("base64") });
    const forged = await lastEntry();
    expect(forged.outcome).toBe("response.signature");
    expect((await take(forged.request_id))!.Resp_ID).toBeNull();
  });

  test("writes down who took what out, and why, for good", async () => {
    const before = await hub.sql(`select from "register_export"`);
    const { id } = await lastEntry();
    await take(id);
    expect(await take("_nothing")).toBeNull();
    const exports = await hub.sql<{ transaction_id: string; exported_by: string; reason: string }>(`select * from "register_export" order by "id"`);
    expect(exports.length).toBe(before.length + 1);
    expect(exports.at(-1)).toMatchObject({ transaction_id: id, exported_by: order.exportedBy, reason: order.reason });
    await expect(hub.sql(`delete from "register_export"`)).rejects.toThrow("append-only");
  });

  test("opens after a rotation of its key, and betrays what was changed or moved", async () => {
    const [, last] = [await signIn("elena.giordano"), await lastEntry()];
    const rotated = openVault([randomBytes(32), key]);
    expect((await take(last.id, rotated))!.id).toBe(last.id);
    await expect(take(last.id, openVault([older]))).rejects.toThrow();
    // Another row's content under this row's name.
    const other = (await entries())[0]!;
    await hub.sql(`begin; set local session_replication_role = replica; update "login_transaction" set "sealed" = decode('${other.sealed.toString("hex")}', 'hex') where "id" = '${last.id}'; commit`);
    await expect(take(last.id)).rejects.toThrow();
  });

  test("is not changed, nor deleted before twenty-four months have passed; then it is purged", async () => {
    await expect(hub.sql(`update "login_transaction" set "outcome" = 'OPENED'`)).rejects.toThrow("append-only");
    await expect(hub.sql(`delete from "login_transaction"`)).rejects.toThrow("append-only");
    const entry = await lastEntry();
    const later = new Date(entry.answered_at);
    later.setUTCMonth(later.getUTCMonth() + 24);
    expect(entry.keep_until).toEqual(later);
    const [kept, due] = [(await entries()).length, newId()];
    await hub.sql(`insert into "login_transaction" select (jsonb_populate_record(t, jsonb_build_object('id', $1::text, 'request_id', '_old', 'keep_until', now() - interval '1 second'))).* from "login_transaction" t limit 1`, [due]);
    expect(await purgeIdentity(em(), new Date())).toMatchObject({ transactions: 1 });
    expect((await entries()).length).toBe(kept);
  });
});

describe("the purge", () => {
  test("takes sign-ins and sessions a day after their end, by itself once a day, and goes on when something else fails", async () => {
    await signIn("bruno.ferrero");
    await new Surfer(hub).begin({ level: "2" });
    const count = async () => (await hub.sql<{ sessions: number; requests: number }>(`select (select count(*)::int from "session") as "sessions", (select count(*)::int from "login_request") as "requests"`))[0]!;
    expect(await purgeIdentity(em(), new Date())).toEqual({ transactions: 0, requests: 0, sessions: 0 });
    const there = await count();
    const tomorrow = new Date(Date.now() + 33 * 3_600_000);
    const upkeep = startUpkeep({ broken: () => Promise.reject(new Error("no disk")), identity: () => purgeIdentity(em(), tomorrow) }, silentLog);
    await upkeep.close();
    expect(there.sessions).toBeGreaterThan(0);
    expect(there.requests).toBeGreaterThan(1);
    expect(await count()).toEqual({ sessions: 0, requests: 0 });
  });
});

testQuiet(() => hub, ["ada.rossi"]);
