import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { saveAnswers, start as startDraft } from "../application/application.ts";
import { atNode, cents, dayIn, ground, look, oweForGround, oweForPermit, refused, told } from "./position.ts";
import { until } from "../../helpers/until.ts";

let hub: TestHub;
let ada: Client;
let accountant: Client;
let stranger: Client;

beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  [ada, accountant, stranger] = await Promise.all([hub.citizen("ada.rossi"), hub.staff({ "polizia-locale": ["ACCOUNTANT"] }), hub.staff({ edilizia: ["ACCOUNTANT"] })]);
});
afterAll(() => hub.close());

const inDays = (days: number): string => dayIn(hub, days);
const moves = (payment: Json): string[] => payment["history"]!.map(({ from, to }) => `${from} → ${to}`);
const pay = (noticeNumber: string, more: object = {}) => atNode(hub, "pay", noticeNumber, more);

const part = (client: Client, payment: string, dueOn: readonly string[], more: object = {}) =>
  client.mutate("offerInstalments", { payment, dueOn, ...more }, "... on OfferInstalmentsSuccess { payment { id option { position plan { amount { cents } options { position instalments { id state instalment noticeNumber dueOn amount { cents } shares { isStamp amount { cents } } } } } } } } ... on WrongState { from } ... on InvalidInput { reason }");

describe("a debt with stamps", () => {
  test("asks for the fee and a stamp for each sixteen euro of duty under one notice, and keeps stamp, document and receipt together", async () => {
    const owed = await oweForGround(ada);
    expect(owed).toMatchObject({ state: "OPEN", amount: { cents: 6_200 }, amountDue: { cents: 6_200 }, shares: [{ isStamp: false, amount: { cents: 3_000 } }, { isStamp: true, amount: { cents: 1_600 } }, { isStamp: true, amount: { cents: 1_600 } }] });
    for (const stamp of owed["stamps"]! as unknown as Json[]) {
      const { document, documentHash } = stamp;
      expect(stamp).toMatchObject({ amount: { cents: 1_600 }, province: "CN", intact: true, attachment: null, serialNumber: null });
      expect(createHash("sha256").update(Buffer.from(document!, "base64")).digest("base64")).toBe(documentHash);
      expect(JSON.parse(Buffer.from(document!, "base64").toString())).toMatchObject({ service: "occupazione-suolo-pubblico", answers: { place: "Via Roma 1" }, protocol: { number: expect.any(Number) } });
    }
    const activated = await atNode(hub, "activate", owed["noticeNumber"]!);
    expect(activated).toMatchObject({ outcome: "OK" });
    await atNode(hub, "outcome", owed["noticeNumber"]!, { paymentToken: activated["payment"]!["paymentToken"], fiscalCode: undefined, noticeNumber: undefined });

    const paid = await until("paid", async () => ((found: Json) => found["state"] === "PAID" && found)(await look(ada, owed["id"]!)));
    const stamps = paid["stamps"]! as unknown as Json[];
    expect(stamps).toHaveLength(2);
    for (const { attachment, documentHash, serialNumber, boughtAt, intact } of stamps) {
      const xml = Buffer.from(attachment!, "base64").toString();
      expect(xml).toContain(`>${documentHash}<`);
      expect(xml).toContain(`<IUBD>${serialNumber}</IUBD>`);
      expect([intact, typeof boughtAt]).toEqual([true, "string"]);
    }
    expect(moves(paid)).toEqual(["OPEN → PAID"]);
  });

  test("whose document is changed behind the hub's back, or whose stamp is another document's, is not intact; the database refuses both to whoever comes through it", async () => {
    const owed = await oweForGround(ada);
    const key = owed["id"]!.slice(4);
    await expect(hub.sql(`update "digital_stamp" set "document" = 'another' where "payment_id" = $1`, [key])).rejects.toThrow();
    await expect(hub.sql(`delete from "digital_stamp" where "payment_id" = $1`, [key])).rejects.toThrow();
    await hub.sql(`alter table "digital_stamp" disable trigger "digital_stamp_written_once"`);
    await hub.sql(`update "digital_stamp" set "document" = "document" || ' '::bytea where "payment_id" = $1 and "transfer_index" = 2`, [key]);
    await hub.sql(`update "digital_stamp" set "attachment" = 'stamp', "stamped_hash" = 'of something else' where "payment_id" = $1 and "transfer_index" = 3`, [key]);
    await hub.sql(`alter table "digital_stamp" enable trigger "digital_stamp_written_once"`);
    expect((await look(ada, owed["id"]!))["stamps"]!.map(({ intact }) => intact)).toEqual([false, false]);
  });

  test("cannot be answered in the first version of the question, which has no words for a stamp", async () => {
    const owed = await oweForGround(ada);
    expect(await pay(owed["noticeNumber"]!, { version: 1, skipVerify: true })).toMatchObject({ outcome: "KO" });
    expect(await look(ada, owed["id"]!)).toMatchObject({ state: "OPEN" });
  });
});

describe("a debt with a plan", () => {
  /** A debt of 62.00 € with two stamps that may be paid in three instalments. */
  async function planned(): Promise<{ full: Json; instalments: Json[] }> {
    const owed = await oweForGround(ada);
    const done = await part(accountant, owed["id"]!, [inDays(30), inDays(60), inDays(90)]);
    expect(done).toMatchObject({ __typename: "OfferInstalmentsSuccess", payment: { option: { position: 1 } } });
    const { options, amount } = done["payment"]!["option"]!["plan"]! as unknown as { options: Json[]; amount: Json };
    expect(cents(amount)).toBe(6_200);
    const [inFull, inParts] = options.map(({ instalments }) => [...instalments!]) as [Json[], Json[]];
    for (const all of [inFull, inParts]) {
      expect(all.reduce((sum, each) => sum + cents(each["amount"]!), 0)).toBe(6_200);
      for (const each of all) expect(each["shares"]!.reduce((sum, share) => sum + cents(share["amount"]!), 0)).toBe(cents(each["amount"]!));
    }
    return { full: inFull[0]!, instalments: inParts };
  }
  const states = async (payments: readonly Json[]): Promise<string[]> => Promise.all(payments.map(async ({ id }) => (await look(ada, id!))["state"]!));

  test("has instalments under notices of their own, to the cent, stamps with the first", async () => {
    const { full, instalments } = await planned();
    expect(instalments.map(({ instalment, amount }) => [instalment, cents(amount!)])).toEqual([[1, 4_200], [2, 1_000], [3, 1_000]]);
    expect(instalments.map(({ shares }) => shares!.map(({ isStamp }) => isStamp))).toEqual([[false, true, true], [false], [false]]);
    expect(new Set([full, ...instalments].map(({ noticeNumber }) => noticeNumber)).size).toBe(4);
    for (const { noticeNumber, amount } of [full, ...instalments]) {
      const { payment } = await atNode(hub, "activate", noticeNumber!);
      const [known] = (await (await fetch(`${hub.sandbox.url}/pagopa/node/payments?noticeNumber=${noticeNumber}`)).json() as { payments: { data: { paymentAmount: string } }[] }).payments;
      expect([payment!["phase"], known!.data.paymentAmount]).toEqual(["PAYING", (cents(amount!) / 100).toFixed(2)]);
    }
  });

  test("paid in full, shuts out its instalments; paid in part, the payment in full: what is paid all the same is paid twice", async () => {
    const one = await planned();
    expect(await pay(one.full["noticeNumber"]!)).toMatchObject({ outcome: "OK" });
    expect(await states([one.full, ...one.instalments])).toEqual(["PAID", "EXCLUDED", "EXCLUDED", "EXCLUDED"]);
    expect(refused(await pay(one.instalments[1]!["noticeNumber"]!))).toBe("PAA_PAGAMENTO_SCONOSCIUTO");

    const other = await planned();
    // Somebody is at the counter with the payment in full while the first instalment is paid elsewhere.
    const begun = await atNode(hub, "activate", other.full["noticeNumber"]!);
    expect(await pay(other.instalments[0]!["noticeNumber"]!)).toMatchObject({ outcome: "OK" });
    expect(await states([other.full, ...other.instalments])).toEqual(["EXCLUDED", "PAID", "OPEN", "OPEN"]);
    await atNode(hub, "outcome", "", { paymentToken: begun["payment"]!["paymentToken"], fiscalCode: undefined, noticeNumber: undefined });
    expect(await states([other.full])).toEqual(["EXCLUDED"]);
    const rows = await hub.sql(`select r."meaning" from "receipt" r where r."payment_id" = $1`, [other.full["id"]!.slice(4)]);
    expect(rows).toEqual([{ meaning: "PAID_TWICE" }]);
    expect(await pay(other.instalments[1]!["noticeNumber"]!)).toMatchObject({ outcome: "OK" });
    expect(await pay(other.instalments[2]!["noticeNumber"]!)).toMatchObject({ outcome: "OK" });
    expect(await states(other.instalments)).toEqual(["PAID", "PAID", "PAID"]);
    const [books] = await hub.sql(`select (select sum("amount_cents") from "ledger_entry") = (select sum("amount_cents") from "receipt" where "meaning" = 'SETTLED') as "even"`);
    expect(books).toEqual({ even: true });
    expect(moves(await look(ada, other.full["id"]!))).toEqual(["OPEN → EXCLUDED"]);
    await told(accountant, other.full["id"]!, "CLOSED");
  });

  test("two ways paid at once: one settles, the other is paid twice", async () => {
    for (let round = 0; round < 4; round += 1) {
      const { full, instalments } = await planned();
      const begun = await Promise.all([full, instalments[0]!].map(({ noticeNumber }) => atNode(hub, "activate", noticeNumber!)));
      await Promise.all(begun.map(({ payment }) => atNode(hub, "outcome", "", { paymentToken: payment!["paymentToken"], fiscalCode: undefined, noticeNumber: undefined })));
      const rows = await hub.sql(`select "meaning" from "receipt" where "payment_id" = any($1) order by "meaning"`, [[full, instalments[0]!].map(({ id }) => id!.slice(4))]);
      expect(rows).toEqual([{ meaning: "PAID_TWICE" }, { meaning: "SETTLED" }]);
    }
  });

  test("is offered to a debt that is open and whole, on days in order, by its own office", async () => {
    const owed = await oweForPermit(hub, ada);
    const days = [inDays(10), inDays(20)];
    expect(await part(stranger, owed["id"]!, days)).toMatchObject({ __typename: "NotFound" });
    for (const wrong of [[inDays(10)], [inDays(20), inDays(10)], [inDays(10), inDays(10)], [inDays(-1), inDays(10)], Array.from({ length: 61 }, (_, index) => inDays(index))]) {
      expect(await part(accountant, owed["id"]!, wrong)).toMatchObject({ __typename: "InvalidInput", path: ["input", "dueOn"] });
    }
    const once = { idempotencyKey: crypto.randomUUID() };
    expect(await part(accountant, owed["id"]!, days, once)).toMatchObject({ __typename: "OfferInstalmentsSuccess" });
    expect(await part(accountant, owed["id"]!, days, once)).toMatchObject({ __typename: "OfferInstalmentsSuccess" });
    expect(await part(accountant, owed["id"]!, days)).toMatchObject({ __typename: "WrongState" });
    const [{ count }] = await hub.sql(`select count(*)::int as "count" from "payment" p join "payment" f on f."application_id" = p."application_id" where f."id" = $1`, [owed["id"]!.slice(4)]) as unknown as [{ count: number }];
    expect(count).toBe(3);
  });
});

describe("whoever owes", () => {
  const choose = (client: Client, payment: string, dueOn: readonly string[]) =>
    client.mutate("chooseInstalments", { payment, dueOn }, "... on ChooseInstalmentsSuccess { payment { option { plan { options { instalments { state amount { cents } } } } } } } ... on NotEligible { reason } ... on InvalidInput { reason path } ... on WrongState { from }");

  test("parts what is due by themselves where the administration leaves it to them, within its limits; elsewhere the office does", async () => {
    const owed = await oweForGround(ada);
    expect(await choose(ada, owed["id"]!, [inDays(10), inDays(20)])).toMatchObject({ __typename: "NotEligible", reason: "NO_INSTALMENTS" });
    await hub.sql(`update "administration" set "settings" = jsonb_set("settings", '{pagopa,ownInstalments}', '{"occupazione-suolo-pubblico": {"most": 3, "leastCents": 1000, "withinDays": 60}}')`);
    const lenient = await startHub({ beside: hub });
    try {
      const [mine, bruno] = [await lenient.citizen("ada.rossi"), await lenient.citizen("bruno.ferrero")];
      for (const [days, reason] of [[[10, 20, 30, 40], "DUE_WITHIN"], [[10, 61], "DUE_WITHIN"], [[20, 10], "DUE_DAYS"]] as const) {
        expect(await choose(mine, owed["id"]!, days.map(inDays))).toMatchObject({ __typename: "InvalidInput", reason, path: ["input", "dueOn"] });
      }
      expect(await choose(bruno, owed["id"]!, [inDays(10), inDays(20)])).toMatchObject({ __typename: "NotFound" });
      expect(await choose(mine, (await oweForPermit(hub, ada))["id"]!, [inDays(10), inDays(20)])).toMatchObject({ __typename: "NotEligible" });
      const done = await choose(mine, owed["id"]!, [inDays(10), inDays(20), inDays(60)]);
      expect(done["payment"]!["option"]!["plan"]!["options"]!.map(({ instalments }) => instalments!.map(({ amount }) => cents(amount!)))).toEqual([[6_200], [4_200, 1_000, 1_000]]);
      expect(await choose(mine, owed["id"]!, [inDays(10), inDays(20)])).toMatchObject({ __typename: "WrongState" });
    } finally {
      await lenient.close();
    }
    // Staff are bound by no such limits, and this mutation is not theirs.
    expect((await accountant.ask(`mutation { chooseInstalments(input: { payment: "${owed["id"]}", dueOn: [], idempotencyKey: "12345678" }) { __typename } }`)).errors[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  test("cannot part it into less than the administration asks for at least", async () => {
    await hub.sql(`update "administration" set "settings" = jsonb_set("settings", '{pagopa,ownInstalments}', '{"occupazione-suolo-pubblico": {"most": 6, "leastCents": 1001, "withinDays": 60}}')`);
    const strict = await startHub({ beside: hub });
    try {
      const mine = await strict.citizen("ada.rossi");
      expect(await choose(mine, (await oweForGround(ada))["id"]!, [10, 20, 30].map(inDays))).toMatchObject({ __typename: "InvalidInput", reason: "TOO_MANY_SHARES" });
    } finally {
      await strict.close();
    }
  });

  test("says for which province the stamps are, in two letters", async () => {
    const stampFor = async (province?: string): Promise<Json> => {
      const draft = (await startDraft(ada, ground.slug))["application"]!["id"]!;
      await saveAnswers(ada, draft, ground.answers);
      return ada.mutate("submitApplication", { application: draft, ...(province === undefined ? {} : { province }) }, "... on SubmitApplicationSuccess { application { payments { id } } } ... on InvalidInput { reason path }");
    };
    expect(await stampFor("Torino")).toMatchObject({ __typename: "InvalidInput", reason: "PROVINCE", path: ["input", "province"] });
    const done = await stampFor("TO");
    const owed = await look(ada, done["application"]!["payments"]![0]!["id"]!);
    expect(owed["stamps"]!.map(({ province }) => province)).toEqual(["TO", "TO"]);
    expect(await pay(owed["noticeNumber"]!)).toMatchObject({ outcome: "OK" });
    const { payments } = (await (await fetch(`${hub.sandbox.url}/pagopa/node/payments?noticeNumber=${owed["noticeNumber"]}`)).json()) as { payments: { data: { transferList: { transfer: { richiestaMarcaDaBollo?: { provinciaResidenza: string } }[] } } }[] };
    expect(payments[0]!.data.transferList.transfer.flatMap(({ richiestaMarcaDaBollo: asked }) => asked?.provinciaResidenza ?? [])).toEqual(["TO", "TO"]);
  });
});
