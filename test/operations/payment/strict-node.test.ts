import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import Fastify, { type FastifyInstance } from "fastify";
import { silentLog } from "../../../kernel/log.ts";
import { Faults } from "../../../sandbox/faults.ts";
import { createPagopa } from "../../../sandbox/pagopa/index.ts";
import { registerStation } from "../../../server/web/station.ts";
import { books, clock, makePosition, openStation, rowsOf, wire, type Instance, type Position } from "./station-world.ts";

/** JSON as the test walks through it. */
type Json = { readonly [key: string]: Json } & readonly Json[] & string;

const creditor = "00480530047";
let station: Instance;
let hub: FastifyInstance;
let node: FastifyInstance;
let faults: Faults;

beforeAll(async () => {
  station = await openStation();
  hub = Fastify();
  registerStation(hub, { station, wire, client: { by: "NOBODY" } });
  const stationUrl = `${await hub.listen({ port: 0, host: "127.0.0.1" })}/pagopa/paForNode`;
  faults = new Faults();
  node = Fastify();
  const world = { people: [], faults, sandboxUrl: "http://sandbox.test", hubUrl: "http://hub.test", dataDir: "/nonexistent", clock, log: silentLog };
  await node.register(async scope => createPagopa({ stationUrl, timeouts: { enquiry: 60_000, receipt: 60_000 }, retry: { everyMs: 3_600_000, tries: 48 } }).register(scope, world));
});

afterEach(() => faults.lift());

afterAll(async () => {
  await Promise.all([node.close(), hub.close()]);
  await station.close();
});

let position: Position;
beforeEach(async () => {
  position = await makePosition(station);
});

/** What a PSP does through the node, about this test's notice. */
async function psp(path: string, more: object = {}): Promise<Json> {
  const { statusCode, body } = await node.inject({ method: "POST", url: `/pagopa/node${path}`, payload: { fiscalCode: creditor, noticeNumber: position.notice, ...more } });
  expect({ statusCode, ...(statusCode === 200 ? {} : { body }) }).toEqual({ statusCode: 200 });
  return JSON.parse(body) as Json;
}

const retry = async (): Promise<Json> => (await node.inject({ method: "POST", url: "/pagopa/node/receipts/retry", payload: {} })).json();
const receipts = async () => (await rowsOf(station, "receipt")).filter(({ payment_id }) => payment_id === position.id).map(({ meaning }) => meaning as string).sort();

const ways = (["prefixed", "defaulted"] as const).flatMap(style => ([1, 2] as const).map(version => ({ style, version })));
test.each(ways)("the node verifies, activates, pays and is content: $style, version $version", async way => {
  expect(await psp("/pay", way)).toMatchObject({ outcome: "OK", payment: { phase: "PAID", deliveries: [{ state: "NOTIFIED", tries: 1 }] } });
  expect(await receipts()).toEqual(["SETTLED"]);
  expect(await psp("/verify", way)).toMatchObject({ outcome: "KO" });
  // Delivered again: a valid refusal, with which the node is content.
  expect((await psp("/receipts/deliver", { mode: "again", ...way }))["deliveries"]).toMatchObject([{ state: "NOTIFIED", tries: 1 }]);
  expect(await receipts()).toEqual(["SETTLED"]);
});

test("an attempt that is given up leaves the notice to the next", async () => {
  const { paymentToken } = (await psp("/activate"))["payment"]!;
  expect(await psp("/activate")).toMatchObject({ outcome: "KO" });
  await node.inject({ method: "POST", url: "/pagopa/node/outcome", payload: { paymentToken, outcome: "KO" } });
  expect(await receipts()).toEqual([]);
  expect(await psp("/pay")).toMatchObject({ outcome: "OK" });
  expect(await receipts()).toEqual(["SETTLED"]);
});

test("the probe that ends stand-in gets the answer it waits for", async () => {
  expect(JSON.stringify(await psp("/probe"))).toContain("PAA_PAGAMENTO_SCONOSCIUTO");
});

test.each(["unavailable", "reset", "malformed", "duplicate"] as const)("a receipt that is bent on its way (%s) comes again, and counts once", async kind => {
  const before = await books(station);
  faults.impose("pagopa", { kind, times: 1 }, "receipt");
  await psp("/pay");
  await retry();
  expect(await receipts()).toEqual(["SETTLED"]);
  expect((await books(station)).ledger).toBe(before.ledger + position.amountCents);
});

test("fifty of the same, another, and somebody else's: one settles, one is given back, the rest is kept", async () => {
  const before = await books(station);
  await psp("/pay");
  for (const delivery of [{ mode: "again", times: 50 }, { mode: "another" }, { mode: "foreign", fiscalCode: "77777777777", idPA: creditor }]) {
    for (const { state } of (await psp("/receipts/deliver", delivery))["deliveries"]! as unknown as { state: string }[]) expect(state).toBe("NOTIFIED");
  }
  expect(await receipts()).toEqual(["PAID_TWICE", "SETTLED"]);
  const after = await books(station);
  expect([after.receipts - before.receipts, after.ledger - before.ledger]).toEqual([3, position.amountCents]);
});
