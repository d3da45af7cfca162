import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { archived, atNode, cents, dayIn, look, oweForGround, oweForPermit, refused, told } from "./position.ts";

let hub: TestHub;
let ada: Client;
let accountant: Client;
let stranger: Client;

beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  [ada, accountant, stranger] = await Promise.all([hub.citizen("ada.rossi"), hub.staff({ "polizia-locale": ["ACCOUNTANT"] }), hub.staff({ edilizia: ["ACCOUNTANT"] })]);
});
afterAll(() => hub.close());

const pay = (noticeNumber: string) => atNode(hub, "pay", noticeNumber);
const cancel = (client: Client, payment: string, more: object = {}) =>
  client.mutate("cancelPayment", { payment, reason: "Chiesto per errore", ...more }, "... on CancelPaymentSuccess { payment { id state } } ... on WrongState { from to } ... on InvalidInput { reason }");
const replace = (client: Client, payment: string, more: object = {}) =>
  client.mutate("replacePayment", { payment, reason: "Importo corretto", ...more }, "... on ReplacePaymentSuccess { payment { id state noticeNumber dueOn amount { cents } } replaced { id state replacedBy { id } } } ... on WrongState { from to } ... on InvalidInput { reason }");

describe("staff", () => {
  test("cancel what was asked for by mistake: the debtor reads why, the node and the archive are told", async () => {
    const owed = await oweForPermit(hub, ada);
    await told(accountant, owed["id"]!, "KEPT");
    expect(await archived(hub, owed["noticeNumber"]!)).toMatchObject({ status: "VALID", amount: cents(owed["amount"]!), payStandIn: true });
    expect(await cancel(stranger, owed["id"]!)).toMatchObject({ __typename: "NotFound" });
    expect(await cancel(accountant, owed["id"]!, { reason: "  " })).toMatchObject({ __typename: "InvalidInput", path: ["input", "reason"], reason: "EMPTY" });
    expect(await cancel(accountant, owed["id"]!, { reason: "x".repeat(501) })).toMatchObject({ __typename: "InvalidInput", reason: "TOO_LONG" });
    expect(await cancel(accountant, owed["id"]!)).toMatchObject({ __typename: "CancelPaymentSuccess", payment: { state: "CANCELLED" } });
    expect(await look(ada, owed["id"]!)).toMatchObject({ state: "CANCELLED", history: [{ from: "OPEN", to: "CANCELLED", reason: "Chiesto per errore" }] });
    expect(refused(await pay(owed["noticeNumber"]!))).toBe("PAA_PAGAMENTO_ANNULLATO");
    expect(await cancel(accountant, owed["id"]!)).toMatchObject({ __typename: "WrongState", from: "CANCELLED" });
    await told(accountant, owed["id"]!, "CLOSED");
    expect(await archived(hub, owed["noticeNumber"]!)).toMatchObject({ status: "INVALID" });
    // Not for citizens.
    expect((await ada.ask(`mutation { cancelPayment(input: { payment: "${owed["id"]}", reason: "x", idempotencyKey: "12345678" }) { __typename } }`)).errors[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  test("replace a notice by another, and only one of the two is paid", async () => {
    const owed = await oweForGround(ada);
    const done = await replace(accountant, owed["id"]!, { amountCents: 5_000, dueOn: dayIn(hub, 45) });
    expect(done).toMatchObject({ __typename: "ReplacePaymentSuccess", payment: { state: "OPEN", amount: { cents: 5_000 }, dueOn: dayIn(hub, 45) }, replaced: { id: owed["id"], state: "CANCELLED", replacedBy: { id: done["payment"]!["id"] } } });
    const fresh = await look(ada, done["payment"]!["id"]!);
    expect(fresh["noticeNumber"]).not.toBe(owed["noticeNumber"]);
    expect(fresh["shares"]!.map(({ amount }) => cents(amount!))).toEqual([1_800, 1_600, 1_600]);
    expect(fresh["stamps"]!.map(({ intact, documentHash }) => [intact, documentHash])).toEqual(owed["stamps"]!.map(({ documentHash }) => [true, documentHash]));
    const again = (await replace(accountant, fresh["id"]!))["payment"]!;
    expect((await look(ada, owed["id"]!))["replacedBy"]).toMatchObject({ id: again["id"] });

    expect(await pay(again["noticeNumber"]!)).toMatchObject({ outcome: "OK" });
    // Paid, for good: the two before it are not to be paid any more, whatever came of them.
    const before = await Promise.all([owed["id"]!, fresh["id"]!].map(async id => (await look(ada, id))["state"]));
    expect(before).toEqual(["EXCLUDED", "EXCLUDED"]);
  });

  test("see the new notice closed when the old one is paid all the same", async () => {
    const owed = await oweForPermit(hub, ada);
    const begun = await atNode(hub, "activate", owed["noticeNumber"]!);
    const fresh = (await replace(accountant, owed["id"]!, { dueOn: dayIn(hub, 50) }))["payment"]!;
    await atNode(hub, "outcome", "", { paymentToken: begun["payment"]!["paymentToken"], fiscalCode: undefined, noticeNumber: undefined });
    expect(await look(ada, owed["id"]!)).toMatchObject({ state: "PAID" });
    expect(await look(ada, fresh["id"]!)).toMatchObject({ state: "EXCLUDED" });
    expect(refused(await pay(fresh["noticeNumber"]!))).toBe("PAA_PAGAMENTO_SCONOSCIUTO");
  });

  test.each([["nothing left for the account", { amountCents: 3_200 }, "amountCents"], ["a day that is past", { dueOn: "2026-01-01" }, "dueOn"], ["more than a notice holds", { amountCents: 2_000_000_000 }, "amountCents"]])("cannot replace with %s", async (_, more, at) => {
    const owed = await oweForGround(ada);
    expect(await replace(accountant, owed["id"]!, more)).toMatchObject({ __typename: "InvalidInput", path: ["input", at] });
    expect(await look(ada, owed["id"]!)).toMatchObject({ state: "OPEN", history: [] });
  });

  test("the history cannot be rewritten", async () => {
    await expect(hub.sql(`update "payment_event" set "reason" = 'x'`)).rejects.toThrow();
    await expect(hub.sql(`delete from "payment_event"`)).rejects.toThrow();
  });
});
