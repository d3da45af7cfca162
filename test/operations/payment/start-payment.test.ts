import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Cart, Checkout } from "../../../connectors/pagopa/checkout.ts";
import { SourceRefused, SourceUnavailable } from "../../../connectors/upstream.ts";
import { Payment, type PaymentState } from "../../../entities/payment.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { Hub } from "../../../operations/hub.ts";
import { startPayment } from "../../../operations/payment/start-payment.ts";
import type { TestDatabase } from "../../helpers/postgres.ts";
import { clock, freshDatabase, makePosition, openStation, receipt, say, type Instance, type Position, type PositionOptions } from "./station-world.ts";

let database: TestDatabase;
let station: Instance;
/** What Checkout was asked, and what it does. */
let carts: Cart[];
let checkout: Checkout["openCart"];

beforeAll(async () => {
  database = await freshDatabase();
  station = await openStation(database.url);
});

afterAll(async () => {
  await station.close();
  await database.drop();
});

async function owe(options: PositionOptions = {}): Promise<Position & { readonly hub: Hub }> {
  carts = [];
  checkout = async cart => {
    carts.push(cart);
    return { paymentPage: `https://checkout.example/c/${carts.length}` };
  };
  const position = await makePosition(station, options);
  const { citizen } = await station.orm.em.fork().findOneOrFail(Payment, position.id);
  const { bus, administration } = station;
  const hub: Partial<Hub> = {
    caller: { kind: "citizen", key: `citizen:${citizen.id}`, citizenId: citizen.id } as Hub["caller"], administration, bus: bus as Hub["bus"], clock, log: silentLog, locale: "it", publicUrl: "https://hub.example",
    connectors: { checkout: { openCart: (cart: Cart) => checkout(cart) } } as Partial<Hub["connectors"]> as Hub["connectors"], signal: new AbortController().signal, em: station.orm.em.fork(),
  };
  return { ...position, hub: hub as Hub };
}

const start = ({ hub, id }: { hub: Hub; id: string }, idempotencyKey = "key-of-the-test") => startPayment({ ...hub, em: station.orm.em.fork() }, { payment: `pay_${id}`, idempotencyKey });
const code = (work: Promise<unknown>) => work.then(() => "OK", (error: { code?: string }) => error.code);
const stateOf = async ({ id }: Position): Promise<PaymentState> => (await station.orm.em.fork().findOneOrFail(Payment, id)).state;

test("the page is opened for the notice, and its outcome is unknown from then on", async () => {
  const owed = await owe();
  expect(await start(owed)).toMatchObject({ __typename: "StartPaymentSuccess", paymentId: owed.id, checkoutUrl: "https://checkout.example/c/1" });
  const back = (outcome: string) => `https://hub.example/payments/return/${owed.id}?outcome=${outcome}`;
  expect(carts).toEqual([{
    id: owed.id.replaceAll("-", ""), allPostal: false,
    notices: [{ noticeNumber: owed.notice, creditorFiscalCode: "00480530047", amountCents: 4_630, companyName: "Comune di Cuneo", description: "Permesso ZTL" }],
    returnTo: { paid: back("ok"), cancelled: back("cancelled"), failed: back("failed"), waiting: back("waiting") },
  }]);
  expect(await stateOf(owed)).toBe("OUTCOME_UNKNOWN");
  expect(await code(start(owed, "another-key"))).toBe("PAYMENT_PENDING");
  // The same key again is the same answer, and no second page.
  expect(await start(owed)).toMatchObject({ checkoutUrl: "https://checkout.example/c/1" });
  expect(carts).toHaveLength(1);
});

test("of several who begin at once with different keys, one gets a page", async () => {
  const owed = await owe();
  const answers = await Promise.all(["first-key", "second-key", "third-key", "fourth-key"].map(key => code(start(owed, key))));
  expect(answers.sort()).toEqual(["OK", "PAYMENT_PENDING", "PAYMENT_PENDING", "PAYMENT_PENDING"]);
});

test("several at once with the same key get the same answer", async () => {
  const owed = await owe();
  const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => start(owed)));
  expect(first).toMatchObject({ __typename: "StartPaymentSuccess" });
  for (const other of others) expect(other).toEqual(first);
});

test.each([["PAID", "WRONG_STATE"], ["CANCELLED", "WRONG_STATE"], ["EXPIRED", "WRONG_STATE"], ["OUTCOME_UNKNOWN", "PAYMENT_PENDING"]] as const)("what is %s cannot be started", async (state, expected) => {
  const owed = await owe({ state });
  expect(await code(start(owed))).toBe(expected);
  expect([carts.length, await stateOf(owed)]).toEqual([0, state]);
});

test("past its due day it can be started, unless the administration refuses that", async () => {
  const owed = await owe({ dueOn: "2026-06-30" });
  const { settings } = owed.hub.administration;
  const strict = { ...owed, hub: { ...owed.hub, administration: { ...owed.hub.administration, settings: { ...settings, pagopa: { ...settings.pagopa, refusesOverdue: true } } } } };
  expect(await code(start(strict))).toBe("WRONG_STATE");
  expect(await code(start(owed))).toBe("OK");
});

test("somebody else's payment does not exist", async () => {
  const [mine, theirs] = [await owe(), await owe()];
  expect(await code(start({ ...mine, id: theirs.id }))).toBe("NOT_FOUND");
});

test("what the node already knows as paid or being paid is pending", async () => {
  const owed = await owe();
  checkout = () => Promise.reject(new SourceRefused("PAGOPA_CHECKOUT", "NOT_PAYABLE", "HTTP_422"));
  expect(await code(start(owed))).toBe("PAYMENT_PENDING");
  expect(await stateOf(owed)).toBe("OPEN");
});

test("when Checkout gives no answer, nothing is marked and the same key works later", async () => {
  const owed = await owe();
  const works = checkout;
  checkout = () => Promise.reject(new SourceUnavailable("PAGOPA_CHECKOUT", { since: clock.now(), retryAfter: clock.now(), diagnosis: "TIMEOUT" }));
  expect(await code(start(owed))).toBe("SOURCE_UNAVAILABLE");
  expect(await stateOf(owed)).toBe("OPEN");
  checkout = works;
  expect(await code(start(owed))).toBe("OK");
});

test("a receipt that comes while the page is being opened is not undone", async () => {
  const owed = await owe();
  checkout = async () => {
    await say(station, receipt({ id: "quick", notice: owed.notice, cents: owed.amountCents }));
    return { paymentPage: "https://checkout.example/c/late" };
  };
  expect(await code(start(owed))).toBe("WRONG_STATE");
  expect(await stateOf(owed)).toBe("PAID");
});
