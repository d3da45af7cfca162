import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import Fastify, { type FastifyInstance } from "fastify";
import { openPaymentMemory } from "../../../connectors/pagopa/biz-events.ts";
import { Flow, FlowPayment } from "../../../entities/flow.ts";
import { Payment } from "../../../entities/payment.ts";
import { newId } from "../../../kernel/ids.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { JobHub } from "../../../operations/job.ts";
import { findReceipt } from "../../../operations/payment/find-receipt.ts";
import { Faults } from "../../../sandbox/faults.ts";
import { createPagopa } from "../../../sandbox/pagopa/index.ts";
import { registerStation } from "../../../server/web/station.ts";
import { until } from "../../helpers/until.ts";
import { books, clock, makePosition, openStation, rowsOf, wire, type Instance, type Position } from "./station-world.ts";

/** JSON as the test walks through it. */
type Json = { readonly [key: string]: Json } & readonly Json[] & string;

const creditor = "00480530047";
let station: Instance;
let hub: FastifyInstance;
let node: FastifyInstance;
let nodeUrl: string;
const faults = new Faults();
/** What the station suffers: no answer, one that comes too late, a broken connection, no database. */
let suffers: "SILENT" | "LATE" | "BROKEN" | "NO_DATABASE" | undefined;
/** The node's patience: a twentieth of what it is (7 s for a question, 15 s for a receipt) where it is to end; elsewhere a busy machine must not end it. */
const patience = {
  get enquiry() { return toEnd() ? 350 : 60_000; },
  get receipt() { return toEnd() ? 750 : 60_000; },
};
const toEnd = (): boolean => suffers === "SILENT" || suffers === "LATE";

beforeAll(async () => {
  const healthy = await openStation();
  const unlessAway = <Args extends unknown[]>(run: (...args: Args) => Promise<string | null>) => (...args: Args) =>
    suffers === "NO_DATABASE" ? Promise.reject(Object.assign(new Error("no database"), { code: "ECONNREFUSED" })) : run(...args);
  station = { ...healthy, change: unlessAway(healthy.change), run: unlessAway(healthy.run) };
  hub = Fastify();
  hub.addHook("onRequest", async (request, reply) => {
    if (suffers === "BROKEN") request.raw.socket.destroy();
    if (suffers === "SILENT") return reply.hijack();
  });
  hub.addHook("onSend", async () => void (suffers === "LATE" && await sleep(patience.receipt + 150)));
  registerStation(hub, { station, wire, client: { by: "NOBODY" } });
  const stationUrl = `${await hub.listen({ port: 0, host: "127.0.0.1" })}/pagopa/paForNode`;
  node = Fastify();
  const world = { people: [], faults, sandboxUrl: "http://sandbox.test", hubUrl: "http://hub.test", dataDir: "/nonexistent", clock, log: silentLog };
  const limits = { carts: { calls: 150, perMs: 10_000 }, receipts: [] };
  await node.register(async scope => createPagopa({ stationUrl, timeouts: patience, limits: { ...limits, receipts: [{ calls: 10, perMs: 1_000 }] }, retry: { everyMs: 3_600_000, tries: 48 } }).register(scope, world));
  nodeUrl = await node.listen({ port: 0, host: "127.0.0.1" });
});

afterEach(() => {
  suffers = undefined;
  faults.lift();
});

afterAll(async () => {
  hub.server.closeAllConnections();
  await Promise.all([node.close(), hub.close()]);
  await station.close();
});

async function post(path: string, payload: object, headers: Record<string, string> = {}): Promise<Json> {
  const { statusCode, body } = await node.inject({ method: "POST", url: path, payload, headers });
  expect({ path, statusCode, ...(statusCode === 200 ? {} : { body }) }).toEqual({ path, statusCode: 200 });
  return JSON.parse(body) as Json;
}
const psp = (path: string, { notice }: Position, more: object = {}): Promise<Json> => post(`/pagopa/node${path}`, { fiscalCode: creditor, noticeNumber: notice, ...more });
const retry = (): Promise<Json> => post("/pagopa/node/receipts/retry", {});

/** What a PSP is told: OK, or the node's fault code. */
const told = ({ outcome, fault }: Json): string => (outcome === "OK" ? "OK" : String(fault!["faultCode"]));
const stateOf = async ({ id }: Position) => (await station.orm.em.fork().findOneOrFail(Payment, id)).state;
/** How far the node got with a receipt. */
const delivered = ({ payment, deliveries }: Json): string => {
  const [{ state, tries }] = (payment?.["deliveries"] ?? deliveries) as unknown as [{ state: string; tries: number }];
  return `${state} at try ${tries}`;
};

/** The job that looks for a receipt which a flow reports, over the real connector. */
async function lookFor({ id, notice, amountCents }: Position): Promise<void> {
  const payments = (await (await fetch(`${nodeUrl}/pagopa/node/payments?noticeNumber=${notice}`)).json()) as { payments: { paymentToken: string }[] };
  const iur = payments.payments[0]!.paymentToken;
  const em = station.orm.em.fork();
  const common = { administration: station.administration.id };
  const flow = em.create(Flow, { ...common, id: newId(), pspId: "PROVAIT1", name: `2026-07-02PROVAIT1-${iur.slice(0, 10)}`, revision: 1, publishedAt: clock.now(), state: "COMPLETE", pages: 1, failures: 0, createdAt: clock.now() });
  em.create(FlowPayment, { ...common, id: newId(), flow, index: 1, iuv: notice.slice(1), iur, transferIndex: 1, amountCents, outcome: "EXECUTED", paidOn: "2026-07-01", match: "RECEIPT_MISSING" });
  await em.flush();
  const memory = openPaymentMemory({ url: `${nodeUrl}/bizevents/service/v1`, subscriptionKey: "sandbox-biz-events-key" }, creditor, { clock, log: silentLog });
  const parts = { administration: station.administration, clock, log: silentLog, bus: station.bus, em: station.orm.em.fork(), signal: new AbortController().signal, jobs: { enqueue: () => Promise.resolve() }, connectors: { payments: memory } };
  await findReceipt.perform(parts as unknown as JobHub, id);
}

interface Fault {
  readonly fault: string;
  /** What is done, and what the PSP and the node are told, step by step. */
  readonly does: (position: Position) => Promise<string[]>;
  readonly told: readonly string[];
  /** The position afterwards, and the receipts that are kept for it. */
  readonly state: string;
  readonly receipts: readonly string[];
}

const imposed = (kind: Parameters<Faults["impose"]>[1]["kind"], more: object = {}): void => faults.impose("pagopa", { kind, times: 1, ...more }, "receipt");

const table: readonly Fault[] = [
  { fault: "none", does: async position => [delivered(await psp("/pay", position))], told: ["NOTIFIED at try 1"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "receipt lost for good; the node believes it delivered", does: async position => {
    imposed("silent");
    return [delivered(await psp("/pay", position))];
  }, told: ["NOTIFIED at try 0"], state: "OUTCOME_UNKNOWN", receipts: [] },
  { fault: "the same, then reported by a flow and asked for", does: async position => {
    imposed("silent");
    const first = delivered(await psp("/pay", position));
    await lookFor(position);
    return [first];
  }, told: ["NOTIFIED at try 0"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "receipt delayed", does: async position => {
    imposed("late", { ms: 200 });
    await psp("/pay", position);
    await until("paid", () => stateOf(position), state => state === "PAID");
    return [];
  }, told: [], state: "PAID", receipts: ["SETTLED"] },
  { fault: "receipt sent twice at once", does: async position => {
    imposed("duplicate");
    return [delivered(await psp("/pay", position))];
  }, told: ["NOTIFIED at try 1"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "receipt sent fifty times at once", does: async position => {
    await psp("/pay", position);
    return [...new Set(((await psp("/receipts/deliver", position, { times: 50 }))["deliveries"] as unknown as { state: string }[]).map(({ state }) => state))];
  }, told: ["NOTIFIED"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "receipt overtaken by another notice's", does: async position => {
    faults.impose("pagopa", { kind: "late", code: "reorder", times: 1 }, "receipt");
    await psp("/pay", position);
    return [delivered(await psp("/pay", await makePosition(station)))];
  }, told: ["NOTIFIED at try 1"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "receipt of a second payment of the same notice", does: async position => {
    await psp("/pay", position);
    return [delivered(await psp("/receipts/deliver", position, { mode: "another" }))];
  }, told: ["NOTIFIED at try 1"], state: "PAID", receipts: ["PAID_TWICE", "SETTLED"] },
  { fault: "receipt cut on its way", does: async position => {
    imposed("malformed");
    return [delivered(await psp("/pay", position)), delivered(await retry())];
  }, told: ["NOTICE_PENDING at try 1", "NOTIFIED at try 2"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "receipt taken, its answer lost", does: async position => {
    imposed("reset");
    return [delivered(await psp("/pay", position)), delivered(await retry())];
  }, told: ["NOTICE_PENDING at try 1", "NOTIFIED at try 2"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "no answer to a receipt within 15 s", does: async position => {
    await psp("/activate", position);
    suffers = "SILENT";
    const first = await settle(position);
    suffers = undefined;
    return [delivered(first), delivered(await retry())];
  }, told: ["NOTICE_PENDING at try 1", "NOTIFIED at try 2"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "receipt taken, answered after 15 s", does: async position => {
    await psp("/activate", position);
    suffers = "LATE";
    const first = await settle(position);
    suffers = undefined;
    return [delivered(first), delivered(await retry())];
  }, told: ["NOTICE_PENDING at try 1", "NOTIFIED at try 2"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "no answer to a question within 7 s", does: async position => {
    suffers = "SILENT";
    return [told(await psp("/verify", position)), told(await psp("/activate", position))];
  }, told: ["PPT_STAZIONE_INT_PA_TIMEOUT", "PPT_STAZIONE_INT_PA_TIMEOUT"], state: "OUTCOME_UNKNOWN", receipts: [] },
  { fault: "a question answered after 7 s, then asked again", does: async position => {
    suffers = "LATE";
    const first = told(await psp("/activate", position));
    suffers = undefined;
    return [first, told(await psp("/activate", position)), told(await psp("/activate", position))];
  }, told: ["PPT_STAZIONE_INT_PA_TIMEOUT", "OK", "PPT_PAGAMENTO_IN_CORSO"], state: "OUTCOME_UNKNOWN", receipts: [] },
  { fault: "station down", does: async position => {
    suffers = "BROKEN";
    return [told(await psp("/verify", position)), told(await psp("/activate", position))];
  }, told: ["PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE", "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE"], state: "OUTCOME_UNKNOWN", receipts: [] },
  { fault: "station down when the receipt comes, up an hour later", does: async position => {
    await psp("/activate", position);
    suffers = "BROKEN";
    const first = await settle(position);
    suffers = undefined;
    return [delivered(first), delivered(await retry())];
  }, told: ["NOTICE_PENDING at try 1", "NOTIFIED at try 2"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "station down, paid from pagoPA's archive (stand-in)", does: async position => {
    await post("/aca/v1/paCreatePosition", {
      paFiscalCode: creditor, entityType: "F", entityFiscalCode: "BRTLCU80A01D205X", entityFullName: "Lucia Bertò", iuv: position.notice.slice(1), nav: position.notice, amount: position.amountCents, description: "Permesso ZTL", expirationDate: "2026-07-31T23:59:59Z", iban: "IT60X0542811101000000123456",
    }, { "ocp-apim-subscription-key": "sandbox-aca-key" });
    suffers = "BROKEN";
    const first = await psp("/pay", position, { standIn: true });
    suffers = undefined;
    return [told(first), delivered(first), delivered(await retry())];
  }, told: ["OK", "NOTICE_PENDING at try 1", "NOTIFIED at try 2"], state: "PAID", receipts: ["SETTLED"] },
  { fault: "database down", does: async position => {
    suffers = "NO_DATABASE";
    return [told(await psp("/verify", position)), told(await psp("/activate", position))];
  }, told: ["PPT_STAZIONE_INT_PA_ERRORE_RESPONSE", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"], state: "OUTCOME_UNKNOWN", receipts: [] },
  { fault: "database down when the receipt comes, up an hour later", does: async position => {
    await psp("/activate", position);
    suffers = "NO_DATABASE";
    const first = await settle(position);
    suffers = undefined;
    return [delivered(first), delivered(await retry())];
  }, told: ["NOTICE_PENDING at try 1", "NOTIFIED at try 2"], state: "PAID", receipts: ["SETTLED"] },
];

/** The PSP has the money of the attempt that holds the notice: the receipt leaves. */
async function settle({ notice }: Position): Promise<Json> {
  const { payments } = (await (await fetch(`${nodeUrl}/pagopa/node/payments?noticeNumber=${notice}`)).json()) as { payments: { paymentToken: string }[] };
  return post("/pagopa/node/outcome", { paymentToken: payments[0]!.paymentToken, outcome: "OK" });
}

test.each(table)("$fault", async ({ does, ...expected }) => {
  // Somebody has gone to pay: what happens is theirs to suffer.
  const position = await makePosition(station, { state: "OUTCOME_UNKNOWN" });
  const before = await books(station);
  const steps = await does(position);
  const state = await stateOf(position);
  const receipts = (await rowsOf(station, "receipt")).filter(({ payment_id }) => payment_id === position.id).map(({ meaning }) => String(meaning)).sort();
  expect({ told: steps, state, receipts }).toEqual({ told: expected.told, state: expected.state, receipts: expected.receipts });
  // The three ways of counting the money agree, and this position is counted once or not at all.
  const { ledger, settled, paid } = await books(station);
  expect([ledger, settled]).toEqual([paid, paid]);
  const lines = (await rowsOf(station, "ledger_entry")).filter(({ payment_id }) => payment_id === position.id);
  expect([lines.length, ledger >= before.ledger]).toEqual([state === "PAID" ? 1 : 0, true]);
});

const page = join(import.meta.dirname, "../../../docs/connectors/pagopa.md");
const written = (): string => [
  "| what goes wrong | what the payer's provider or the node is told, step by step | the position afterwards | receipts kept for it |", "|---|---|---|---|",
  ...table.map(({ fault, told: steps, state, receipts }) => `| ${fault} | ${steps.map(step => `\`${step}\``).join(", then ")} | ${state} | ${receipts.join(", ")} |`),
].join("\n");

test("the table in the documentation is this one (WRITE_TABLE=1 writes it)", () => {
  const [, begin, , end] = /(<!-- faults -->\n)([^]*?)(\n<!-- \/faults -->)/.exec(readFileSync(page, "utf8")) ?? [];
  if (process.env["WRITE_TABLE"] === "1") writeFileSync(page, readFileSync(page, "utf8").replace(/(<!-- faults -->\n)[^]*?(\n<!-- \/faults -->)/, () => `${begin!}${written()}${end!}`));
  expect(readFileSync(page, "utf8")).toContain(`<!-- faults -->\n${written()}\n<!-- /faults -->`);
});
