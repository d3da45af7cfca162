import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { createDatabase, demonstrationTemplate } from "../../helpers/postgres.ts";
import { archived, atNode, creditor, dayIn, look, oweForGround, oweForPermit, told } from "./position.ts";
import { until } from "../../helpers/until.ts";

const act = (client: Client, mutation: "cancelPayment" | "retryHandOver", payment: string): Promise<Json> =>
  client.mutate(mutation, { payment, ...(mutation === "cancelPayment" ? { reason: "Chiesto per errore" } : {}) }, `... on ${mutation[0]!.toUpperCase()}${mutation.slice(1)}Success { payment { id handOver } } ... on WrongState { from }`);

describe("ACA", () => {
  let hub: TestHub;
  let ada: Client;
  let accountant: Client;
  beforeAll(async () => {
    hub = await startHub({ sandbox: true });
    [ada, accountant] = await Promise.all([hub.citizen("ada.rossi"), hub.staff({ "polizia-locale": ["ACCOUNTANT"] })]);
  });
  afterEach(() => hub.sandbox.world.faults.lift());
  afterAll(() => hub.close());

  const listed = async (): Promise<string[]> => (await accountant.data("{ desk { refusedPayments(first: 20) { nodes { id handOver handOverRefusal } } } }"))["desk"]!["refusedPayments"]!["nodes"]!.map(({ id }) => id!);

  test("is given what is due, for stand-in only what one account can take, and is told when it was paid", async () => {
    const [permit, ground] = [await oweForPermit(hub, ada), await oweForGround(ada)];
    await Promise.all([permit, ground].map(({ id }) => told(accountant, id!, "KEPT")));
    expect(await archived(hub, permit["noticeNumber"]!)).toMatchObject({ amount: Number(permit["amount"]!["cents"]), payStandIn: true, switchToExpired: false, iban: "IT60X0542811101000000123456", iuv: permit["noticeNumber"]!.slice(1) });
    expect(await archived(hub, ground["noticeNumber"]!)).toMatchObject({ amount: 6_200, payStandIn: false });
    expect(await atNode(hub, "pay", permit["noticeNumber"]!)).toMatchObject({ outcome: "OK" });
    await told(accountant, permit["id"]!, "CLOSED");
    expect(await archived(hub, permit["noticeNumber"]!)).toMatchObject({ status: "INVALID" });
  });

  test.each([["gives no answer", { kind: "unavailable" as const }], ["does not know the key", { kind: "refuse" as const, code: "401" }], ["answers nonsense", { kind: "malformed" as const }]])("is told again when it %s", async (_, fault) => {
    hub.sandbox.world.faults.impose("pagopa", { ...fault, times: 2 }, "aca");
    const owed = await oweForPermit(hub, ada);
    await told(accountant, owed["id"]!, "KEPT");
    expect(await archived(hub, owed["noticeNumber"]!)).toMatchObject({ status: "VALID" });
    expect(await listed()).not.toContain(owed["id"]);
  });

  test.each([["422", "NOT_POSSIBLE"], ["400", "BAD_REQUEST"], ["409", "CONFLICT"]])("leaves to staff what it refuses for good (HTTP %s)", async (code, refusal) => {
    hub.sandbox.world.faults.impose("pagopa", { kind: "refuse", code }, "aca");
    const owed = await oweForPermit(hub, ada);
    const refused = await told(accountant, owed["id"]!, "REFUSED");
    expect(refused["handOverRefusal"]).toBe(refusal);
    expect(await listed()).toContain(owed["id"]);
    // Nobody else's business, and the notice is to be paid all the same.
    expect((await ada.ask(`{ node(id: "${owed["id"]}") { ... on Payment { handOver } } }`)).errors[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(await atNode(hub, "verify", owed["noticeNumber"]!)).toMatchObject({ outcome: "OK" });

    hub.sandbox.world.faults.lift();
    expect(await act(accountant, "retryHandOver", owed["id"]!)).toMatchObject({ __typename: "RetryHandOverSuccess" });
    await told(accountant, owed["id"]!, "KEPT");
    expect(await listed()).not.toContain(owed["id"]);
    expect(await act(accountant, "retryHandOver", owed["id"]!)).toMatchObject({ __typename: "WrongState", from: "KEPT" });
  });

  test("is told of what was cancelled before it heard of it: that nothing is to be paid", async () => {
    hub.sandbox.world.faults.impose("pagopa", { kind: "unavailable" }, "aca");
    const owed = await oweForPermit(hub, ada);
    expect(await act(accountant, "cancelPayment", owed["id"]!)).toMatchObject({ __typename: "CancelPaymentSuccess" });
    hub.sandbox.world.faults.lift();
    await told(accountant, owed["id"]!, "CLOSED");
    // It may have been kept with no answer to tell so; what stays there is that nothing is to be paid.
    expect(await archived(hub, owed["noticeNumber"]!)).not.toMatchObject({ status: "VALID" });
  });
});

describe("an administration that takes nothing after the due day", () => {
  test("has its notices expire, wherever they are known", async () => {
    const database = await createDatabase(await demonstrationTemplate());
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(`update "administration" set "settings" = jsonb_set("settings", '{pagopa,refusesOverdue}', 'true')`);
    await client.end();
    const hub = await startHub({ sandbox: true, databaseUrl: database.url });
    try {
      const [ada, accountant] = await Promise.all([hub.citizen("ada.rossi"), hub.staff({ "polizia-locale": ["ACCOUNTANT"] })]);
      const [owed, paid] = [await oweForPermit(hub, ada), await oweForPermit(hub, ada)];
      await told(accountant, owed["id"]!, "KEPT");
      expect(await archived(hub, owed["noticeNumber"]!)).toMatchObject({ switchToExpired: true });
      await atNode(hub, "pay", paid["noticeNumber"]!);

      // The due day passes; another process starts, and looks for what is overdue as it does once a day.
      hub.clock.advance(31 * 86_400_000);
      const later = await startHub({ beside: hub });
      try {
        const bruno = await later.citizen("ada.rossi");
        const expired = await until("expired", async () => ((found: Json) => found["state"] === "EXPIRED" && found)(await look(bruno, owed["id"]!)));
        expect(expired).toMatchObject({ history: [{ from: "OPEN", to: "EXPIRED", reason: null }] });
        expect(await look(bruno, paid["id"]!)).toMatchObject({ state: "PAID" });
        expect((await atNode(hub, "verify", owed["noticeNumber"]!))["fault"]).toMatchObject({ originalFaultCode: "PAA_PAGAMENTO_SCADUTO" });
        await until("closed", async () => (await archived(hub, owed["noticeNumber"]!))["status"] === "INVALID");
      } finally {
        await later.close();
      }
    } finally {
      await hub.close();
      await database.drop();
    }
  }, 60_000);
});

describe.each(["1", "3"])("GPD, version %s", version => {
  let hub: TestHub;
  let ada: Client;
  let accountant: Client;
  beforeAll(async () => {
    hub = await startHub({ sandbox: true, settings: { PAGOPA_POSITIONS: "GPD", PAGOPA_GPD_VERSION: version } });
    [ada, accountant] = await Promise.all([hub.citizen("ada.rossi"), hub.staff({ "polizia-locale": ["ACCOUNTANT"] })]);
  });
  afterAll(() => hub.close());

  const registered = async (id: string): Promise<Json> => {
    const answer = await fetch(`${hub.sandbox.url}/gpd/debt-positions-service/v${version}/organizations/${creditor}/debtpositions/${id.slice(4)}`, { headers: { "ocp-apim-subscription-key": "sandbox-gpd-key" } });
    return { http: answer.status, ...(await answer.json() as object) } as unknown as Json;
  };
  const payables = (position: Json): Json[] => (version === "1" ? [...position["paymentOption"]!] : position["paymentOption"]!.flatMap(({ installments }) => [...installments!]));

  test("is given a debt with its stamps, then its plan as the same debt, and closes it when it is cancelled", async () => {
    const owed = await oweForGround(ada);
    await told(accountant, owed["id"]!, "KEPT");
    const [first] = payables(await registered(owed["id"]!));
    expect(first).toMatchObject({ nav: owed["noticeNumber"], iuv: owed["noticeNumber"]!.slice(1), amount: 6_200, transfer: [
      { idTransfer: "1", amount: 3_000, iban: "IT60X0542811101000000123456" }, { idTransfer: "2", amount: 1_600, stamp: { stampType: "01", provincialResidence: "CN", hashDocument: owed["stamps"]![0]!["documentHash"] } }, { idTransfer: "3", amount: 1_600 },
    ] });

    const days = [20, 40].map(count => dayIn(hub, count));
    const parted = await accountant.mutate("offerInstalments", { payment: owed["id"], dueOn: days }, "... on OfferInstalmentsSuccess { payment { option { plan { options { instalments { id noticeNumber } } } } } }");
    const instalments = parted["payment"]!["option"]!["plan"]!["options"]![1]!["instalments"]!.map(({ id }) => id!);
    await Promise.all(instalments.map(id => told(accountant, id, "KEPT")));
    if (version === "3") {
      expect((await registered(owed["id"]!))["paymentOption"]!.map(({ installments }) => installments!.length)).toEqual([1, 2]);
    } else {
      expect(payables(await registered(owed["id"]!)).map(({ isPartialPayment, amount }) => [isPartialPayment, amount])).toEqual([[false, 6_200], [true, 4_700], [true, 1_500]]);
    }

    for (const id of [owed["id"]!, ...instalments]) await act(accountant, "cancelPayment", id);
    await told(accountant, owed["id"]!, "CLOSED");
    await until("closed in the register", async () => (version === "1" ? (await registered(owed["id"]!))["status"] === "INVALID" : Number((await registered(owed["id"]!))["http"]) === 404));
  });

  const inDays = (count: number): string => dayIn(hub, count);
  const settled = (payment: string): Promise<Json> =>
    accountant.mutate("settlePayment", { payment, outcome: "PAID", reason: "Bonifico visto in tesoreria", receiptId: crypto.randomUUID().replaceAll("-", "") }, "... on SettlePaymentSuccess { payment { state } }");
  /** How the register has each notice of a debt: those that it says are paid. */
  const status = async (id: string): Promise<unknown> => (await registered(id))["status"];

  test("is told of a debt that was paid outside, and only of that: what came through it, it knows", async () => {
    const [outside, through] = [await oweForPermit(hub, ada), await oweForPermit(hub, ada)];
    await Promise.all([outside, through].map(({ id }) => told(accountant, id!, "KEPT")));
    expect(await settled(outside["id"]!)).toMatchObject({ payment: { state: "PAID" } });
    await told(accountant, outside["id"]!, "CLOSED");
    expect(await status(outside["id"]!)).toBe("PAID");
    await atNode(hub, "pay", through["noticeNumber"]!);
    await told(accountant, through["id"]!, "CLOSED");
    // The sandbox's register is not the one that answers its node: it is as the hub left it.
    expect(await status(through["id"]!)).toBe("VALID");
  });

  test("has an instalment marked as paid, a new notice for another as a debt of its own, and lets nothing else of the debt be taken back", async () => {
    const owed = await oweForPermit(hub, ada);
    const parted = await accountant.mutate("offerInstalments", { payment: owed["id"], dueOn: [20, 40, 60].map(inDays) }, "... on OfferInstalmentsSuccess { payment { option { plan { options { instalments { id } } } } } }");
    const [first, second, third] = parted["payment"]!["option"]!["plan"]!["options"]![1]!["instalments"]!.map(({ id }) => id!) as unknown as [string, string, string];
    await Promise.all([first, second, third].map(id => told(accountant, id, "KEPT")));
    await settled(first);
    await told(accountant, first, "CLOSED");
    expect(await status(owed["id"]!)).toBe("PARTIALLY_PAID");

    const replaced = await accountant.mutate("replacePayment", { payment: second, reason: "Altra scadenza", dueOn: inDays(50) }, "... on ReplacePaymentSuccess { payment { id noticeNumber } }");
    const fresh = replaced["payment"]!;
    await told(accountant, fresh["id"]!, "KEPT");
    expect(payables(await registered(fresh["id"]!)).map(({ nav }) => nav)).toEqual([fresh["noticeNumber"]]);
    // What it keeps open although it is cancelled here, somebody has to know.
    expect((await told(accountant, second, "REFUSED"))["handOverRefusal"]).toBe("NOT_POSSIBLE");
    // It is closed there, and the answer is lost: told again, it is closed and not refused.
    hub.sandbox.world.faults.impose("pagopa", { kind: "reset", times: 1 }, "gpd");
    await act(accountant, "cancelPayment", fresh["id"]!);
    expect(await until("told of it", async () => ((found: Json) => !["WAITING", "KEPT"].includes(found["handOver"]!) && found)(await look(accountant, fresh["id"]!, "handOver")))).toMatchObject({ handOver: "CLOSED" });
  });

  test("leaves to staff what it refuses for good, and is told again when it gives no answer", async () => {
    hub.sandbox.world.faults.impose("pagopa", { kind: "unavailable", times: 2 }, "gpd");
    await told(accountant, (await oweForPermit(hub, ada))["id"]!, "KEPT");
    hub.sandbox.world.faults.impose("pagopa", { kind: "refuse", code: "400" }, "gpd");
    expect((await told(accountant, (await oweForPermit(hub, ada))["id"]!, "REFUSED"))["handOverRefusal"]).toBe("BAD_REQUEST");
    hub.sandbox.world.faults.lift();
  });
});
