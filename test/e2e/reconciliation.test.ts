import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { mostStatementBytes } from "../../connectors/bank/statement.ts";
import { dayInRome } from "../../kernel/clock.ts";
import type { Client, Json } from "../helpers/client.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";

let hub: TestHub;
let accountant: Client;
let today: string;

beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  accountant = await hub.staff({ edilizia: ["ACCOUNTANT"] });
  await hub.citizen("ada.rossi");
  today = dayInRome(hub.clock.now());
});
afterEach(() => hub.sandbox.world.faults.lift());
afterAll(() => hub.close());

const creditor = "00480530047";
let series = 0;

/** A provider's hand on the node. */
async function psp(path: string, body?: object): Promise<Json> {
  const response = await fetch(`${hub.sandbox.url}/pagopa/node${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) });
  expect(response.status).toBe(200);
  return (await response.json()) as Json;
}

/** Something owed, and paid at a provider: the receipt has come when this is done. Answers the notice and the provider's identifier. */
async function paid(cents: number): Promise<{ notice: string; iur: string }> {
  const iuv = `02${String(++series).padStart(13, "0")}00`;
  await hub.sql(`insert into "payment" ("id", "administration_id", "citizen_id", "notice_number", "iuv", "amount_cents", "description", "debtor_name", "debtor_fiscal_code", "due_on", "transfers", "state", "created_at", "version")
    select gen_random_uuid(), c."administration_id", c."id", $1, $2, $3, 'Permesso ZTL', 'Persona Di Prova', 'ANONIMO', '2030-01-01', $4, 'OPEN', now(), 1 from "citizen" c limit 1`, [
    `3${iuv}`, iuv, cents, JSON.stringify([{ creditorFiscalCode: creditor, creditorName: "Comune di Cuneo", amountCents: cents, iban: "IT60X0542811101000000123456", remittance: "Permesso ZTL", taxonomyCode: "9/0101100IM/" }]),
  ]);
  const { outcome, payment } = (await psp("/pay", { fiscalCode: creditor, noticeNumber: `3${iuv}`, skipVerify: true })) as unknown as { outcome: string; payment: { paymentToken: string } };
  expect(outcome).toBe("OK");
  return { notice: `3${iuv}`, iur: payment.paymentToken };
}

const publish = async (falsification: object = {}): Promise<string> => ((await psp("/flows", { fiscalCode: creditor, ...falsification })) as unknown as { flows: { fdr: string }[] }).flows[0]!.fdr;
const find = async () => expect(await accountant.mutate("findFlows", {}, "... on FindFlowsSuccess { reconciliation { source { name } } }")).toMatchObject({ __typename: "FindFlowsSuccess" });

/** Waits until a flow stands as it should. */
async function until(name: string, state: string, revision = 1): Promise<Json> {
  for (const deadline = Date.now() + 30_000; ;) {
    const { reconciliation } = await accountant.data(`query ($name: String) { reconciliation { flows(filter: { name: $name }) { nodes {
      id name revision state pspName regulation regulationDate sum { cents } count paymentsSum { cents } payments(first: 5) { totalCount nodes { iuv iur amount { cents } outcome match collection { state amount { cents } receipt { receiptId } } } } credits { amount { cents } match }
    } } } }`, { name }) as unknown as { reconciliation: { flows: { nodes: { revision: number; state: string }[] } } };
    const found = reconciliation.flows.nodes.find(each => each.revision === revision);
    if (found?.state === state) return found as unknown as Json;
    if (Date.now() > deadline) throw new Error(`${name} is ${found?.state ?? "not there"}, not ${state}`);
    await new Promise(done => setTimeout(done, 200));
  }
}

const day = async (): Promise<Json> => ((await accountant.data(`query ($day: Date!) { reconciliation { days(from: $day, to: $day) {
  day received { cents } reported { cents } credited { cents } notReported { cents } difference { cents } notCredited { cents } } } }`, { day: today })) as unknown as { reconciliation: { days: Json[] } }).reconciliation.days[0]!;
const cents = async (): Promise<Record<string, number>> => {
  const { day: _day, ...amounts } = (await day()) as unknown as Record<string, { cents: number }>;
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.cents]));
};
const open = async (): Promise<Json[]> => ((await accountant.data(`{ reconciliation { discrepancies(filter: { states: [OPEN] }) { nodes {
  id reason explanation expected { cents } found { cents } flow { name } flowPayment { iuv } credit { amount { cents } } collection { iuv payment { id } } resolvedBy } } } }`)) as unknown as { reconciliation: { discrepancies: { nodes: Json[] } } }).reconciliation.discrepancies.nodes;

const upload = (body: string | Uint8Array, { client = accountant, type = "application/xml" } = {}) =>
  fetch(`${hub.url}/reconciliation/statements`, { method: "POST", headers: { "content-type": type, ...client.headers }, body: body as string });
const statement = async (): Promise<string> => (await fetch(`${hub.sandbox.url}/pagopa/node/statements/${creditor}/${today}`)).text();

test("from the payment to the credit: a receipt, a flow, a revision, a bank statement, and a work list that somebody settles", async () => {
  const [first, second] = [await paid(4_630), await paid(1_200)];
  const name = await publish({ extra: [{ iuv: "99999999999999999", iur: "nobody-1", pay: 300 }] });
  await find();
  const flow = await until(name, "COMPLETE");
  expect(flow).toMatchObject({ pspName: expect.any(String), regulationDate: today, sum: { cents: 6_130 }, count: 3, paymentsSum: { cents: 6_130 }, credits: [], payments: { totalCount: 3, nodes: [
    { iuv: first.notice.slice(1), iur: first.iur, match: "MATCHED", outcome: "EXECUTED", collection: { state: "REPORTED", receipt: { receiptId: first.iur } } },
    { iuv: second.notice.slice(1), iur: second.iur, match: "MATCHED", collection: { state: "REPORTED", amount: { cents: 1_200 } } },
    { iuv: "99999999999999999", match: "UNKNOWN_NOTICE", collection: null },
  ] } });
  expect(await cents()).toEqual({ received: 5_830, reported: 6_130, credited: 0, notReported: 0, difference: 300, notCredited: 6_130 });

  const response = await upload(await statement());
  expect([response.status, await response.json()]).toEqual([200, { statements: [{ id: expect.stringMatching(/^bst_/), reference: today, known: false }] }]);
  expect(await cents()).toEqual({ received: 5_830, reported: 6_130, credited: 6_130, notReported: 0, difference: 300, notCredited: 0 });
  expect(((await until(name, "COMPLETE")) as unknown as { credits: unknown }).credits).toEqual([{ amount: { cents: 6_130 }, match: "MATCHED" }]);
  const again = await upload(await statement());
  expect(await again.json()).toEqual({ statements: [{ id: expect.any(String), reference: today, known: true }] });

  // The provider corrects one payment: what was wired is not what it says now.
  await psp(`/flows/${name}/revisions`, { amend: [{ iur: second.iur, pay: 1_100 }] });
  await find();
  await until(name, "COMPLETE", 2);
  expect(await until(name, "SUPERSEDED")).toMatchObject({ credits: [] });
  expect(await cents()).toEqual({ received: 5_830, reported: 6_030, credited: 0, notReported: 0, difference: 200, notCredited: 6_030 });
  const list = await open();
  expect(list.map(each => (each as unknown as { reason: string }).reason).sort()).toEqual(["AMOUNT_DIFFERS", "STATEMENT_DIFFERS", "UNKNOWN_NOTICE"]);
  const differs = list.find(each => (each as unknown as { reason: string }).reason === "AMOUNT_DIFFERS") as unknown as { id: string };
  expect(differs).toMatchObject({ expected: { cents: 1_200 }, found: { cents: 1_100 }, flow: { name }, flowPayment: { iuv: second.notice.slice(1) }, collection: { iuv: second.notice.slice(1), payment: null }, explanation: expect.stringContaining("importo diverso"), resolvedBy: null });

  const settle = (input: object) => accountant.mutate("resolveDiscrepancy", { discrepancy: differs.id, note: "Sentito il prestatore: refuso nella revisione.", ...input }, "... on ResolveDiscrepancySuccess { discrepancy { state resolvedBy note resolvedAt } }");
  expect(await settle({ note: " " })).toMatchObject({ __typename: "InvalidInput", path: ["input", "note"] });
  expect(await settle({ discrepancy: differs.id.replace("dsc", "flw") })).toMatchObject({ __typename: "NotFound" });
  expect(await settle({})).toMatchObject({ discrepancy: { state: "RESOLVED", resolvedBy: "Persona di prova", note: "Sentito il prestatore: refuso nella revisione.", resolvedAt: expect.any(String) } });
  expect(await settle({})).toMatchObject({ __typename: "WrongState" });
  expect((await open()).length).toBe(2);
});

test("what has been paid and not reported yet is awaited", async () => {
  const before = await cents();
  const name = await publish({ extra: [{ iuv: "99999999999999999", iur: "nobody-2", pay: 1 }] });
  await paid(777);
  await find();
  await until(name, "COMPLETE");
  const after = await cents();
  expect(Object.fromEntries(Object.entries(after).map(([amount, value]) => [amount, value - before[amount]!]))).toEqual({ received: 777, reported: 1, credited: 0, notReported: 777, difference: 1, notCredited: 1 });
});

describe("live", () => {
  const updates = `subscription ($after: Cursor) { reconciliationUpdates(after: $after) { __typename ... on Event { cursor occurredAt }
    ... on FlowChanged { kind flow { name state } } ... on DiscrepancyChanged { kind discrepancy { id reason state flow { name } } } ... on DayChanged { kind day { day ties received { cents } credited { cents } } } } }`;
  const told = (events: readonly Json[]) => events.map(event => [(event as unknown as { kind: string }).kind, event] as const);

  test("those who reconcile hear of flows, of the work list and of days, in order, and go on after a lost connection", async () => {
    await hub.sql(`insert into "reconciliation_day" ("id", "administration_id", "day", "ties", "since") select gen_random_uuid(), "id", $1, true, now() from "administration" on conflict ("administration_id", "day") do update set "ties" = true`, [today]);
    const listener = accountant.listen(updates, { after: await hub.position() });
    await paid(555);
    const name = await publish({ extra: [{ iuv: "99999999999999999", iur: "nobody-3", pay: 2 }] });
    await find();
    const heard = told(await listener.count(3));
    expect(heard.map(([kind]) => kind).sort()).toEqual(["DAY_DIFFERS", "DISCREPANCY_OPENED", "FLOW_READ"]);
    const of = (kind: string) => heard.find(([its]) => its === kind)![1];
    expect(of("FLOW_READ")).toMatchObject({ __typename: "FlowChanged", flow: { name, state: "COMPLETE" } });
    expect(of("DISCREPANCY_OPENED")).toMatchObject({ __typename: "DiscrepancyChanged", discrepancy: { reason: "UNKNOWN_NOTICE", state: "OPEN", flow: { name } } });
    expect(of("DAY_DIFFERS")).toMatchObject({ __typename: "DayChanged", day: { day: today, ties: false, received: { cents: expect.any(Number) } } });
    listener.cut();
    const { id } = (of("DISCREPANCY_OPENED") as unknown as { discrepancy: { id: string } }).discrepancy;
    await accountant.mutate("resolveDiscrepancy", { discrepancy: id, note: "Avviso di un altro sistema." }, "__typename");
    const again = accountant.listen(updates, { after: heard[2]![1]["cursor"] });
    expect(told(await again.count(1))).toMatchObject([["DISCREPANCY_RESOLVED", { discrepancy: { id, state: "RESOLVED" } }]]);
    await again.stop();
  });

  test("nobody else does", async () => {
    const clerk = await hub.staff({ edilizia: ["FRONT_OFFICE", "CASE_OFFICER"] });
    for (const client of [clerk, hub.visitor, await hub.citizen("ada.rossi")]) {
      const listener = client.listen(updates);
      await listener.over();
      expect((listener.errors as readonly { extensions: { code: string } }[])[0]!.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
      await listener.stop();
    }
    // What the others hear has nothing of it.
    const desk = accountant.listen("subscription ($after: Cursor) { deskUpdates(after: $after) { __typename } }", { after: await hub.position() });
    const name = await publish({ extra: [{ iuv: "99999999999999999", iur: "nobody-4", pay: 2 }] });
    await find();
    await until(name, "COMPLETE");
    await new Promise(done => setTimeout(done, 1_500));
    expect(desk.events).toEqual([]);
    await desk.stop();
  });
});

test("a receipt that never came is asked for once a flow names its payment, and its match shows soon, by itself", async () => {
  hub.sandbox.world.faults.impose("pagopa", { kind: "silent", times: 1 }, "receipt");
  const { iur } = await paid(999);
  const name = await publish();
  await find();
  const matchOf = (flow: Json): string => (flow as unknown as { payments: { nodes: { iur: string; match: string }[] } }).payments.nodes.find(line => line.iur === iur)!.match;
  expect(matchOf(await until(name, "COMPLETE"))).toBe("RECEIPT_MISSING");
  const deadline = Date.now() + 60_000;
  while (matchOf(await until(name, "COMPLETE")) !== "MATCHED" && Date.now() < deadline) await new Promise(done => setTimeout(done, 500));
  expect(matchOf(await until(name, "COMPLETE"))).toBe("MATCHED");
}, 90_000);

test("a search for flows says how it went", async () => {
  await find();
  for (const deadline = Date.now() + 30_000; ;) {
    const { lastSearch } = ((await accountant.data("{ reconciliation { lastSearch { foundAt failures failure } } }")) as unknown as { reconciliation: { lastSearch: { foundAt: string | null; failures: number } } }).reconciliation;
    if (lastSearch.foundAt !== null || Date.now() > deadline) {
      expect(lastSearch).toEqual({ foundAt: expect.any(String), failures: 0, failure: null });
      return;
    }
    await new Promise(done => setTimeout(done, 200));
  }
});

test("FdR and every other service of pagoPA is among those whose health is told, once for people and each for itself for machines", async () => {
  const health = (await (await fetch(`${hub.url}/health/connectors`)).json()) as { source: string; status: string; breaker: string }[];
  expect(health.map(({ source }) => source).sort()).toEqual(["ANPR", "IO", "PAGOPA_ACA", "PAGOPA_BIZ_EVENTS", "PAGOPA_CHECKOUT", "PAGOPA_FDR", "SMTP"]);
  expect(health.find(({ source }) => source === "PAGOPA_FDR")).toMatchObject({ status: "UP", breaker: "CLOSED" });
  const names = ((await hub.visitor.data("{ sources { name } }"))["sources"] as unknown as { name: string }[]).map(({ name }) => name);
  expect(names.sort()).toEqual(["ANPR", "IO", "PAGOPA", "SMTP"]);
});

describe("FdR in trouble", () => {
  test.each([
    ["answers 500", { kind: "refuse", code: "500", times: 2 }], ["asks to come later", { kind: "refuse", code: "429", times: 1 }], ["hangs up", { kind: "reset", times: 2 }], ["answers nonsense", { kind: "malformed", times: 1 }],
    ["is slow", { kind: "slow", ms: 500, times: 2 }],
  ] as const)("%s: flows come all the same", async (_name, fault) => {
    const { iur } = await paid(100 + series);
    const name = await publish();
    hub.sandbox.world.faults.impose("pagopa", fault, "fdr");
    await find();
    // A search that failed waits for a minute; whoever calls for another need not.
    await find();
    expect(await until(name, "COMPLETE")).toMatchObject({ payments: { nodes: expect.arrayContaining([expect.objectContaining({ iur, match: "MATCHED" })]) } });
  });
});

describe("bank statements", () => {
  test.each([
    ["a table", "Data;Importo\n", 422, "NOT_XML"], ["XML that declares entities", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document>&a;</Document>`, 422, "DOCTYPE"], ["another document", "<Document/>", 422, "NOT_CAMT_053"],
  ])("%s is refused, with a word that programs know", async (_name, body, status, reason) => {
    const response = await upload(body);
    expect([response.status, await response.json()]).toEqual([status, { code: "NOT_A_STATEMENT", reason, message: expect.stringContaining("CAMT.053") }]);
  });

  test("are taken in no other form, in no size, and from nobody else", async () => {
    expect((await upload("x", { type: "text/plain" })).status).toBe(415);
    expect((await upload("x", { type: "multipart/form-data; boundary=x" })).status).toBe(415);
    expect((await upload(new Uint8Array(mostStatementBytes + 1))).status).toBe(413);
    expect((await fetch(`${hub.url}/reconciliation/statements`, { method: "POST", headers: accountant.headers })).status).toBe(422);
    expect((await upload("x", { client: hub.visitor.with({ cookie: "session=nobody" }) })).status).toBe(401);
    const clerk = await hub.staff({ edilizia: ["FRONT_OFFICE"] });
    for (const client of [hub.visitor, clerk, await hub.citizen("ada.rossi")]) expect((await upload(await statement(), { client })).status).toBe(403);
    expect((await clerk.ask("{ reconciliation { source { name } } }")).status).toBe(400);
  });
});
