import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Cart, Checkout } from "../../../connectors/pagopa/checkout.ts";
import { SourceRefused, SourceUnavailable } from "../../../connectors/upstream.ts";
import { PaymentOption, PaymentPlan } from "../../../entities/payment-plan.ts";
import { Payment, type PaymentState } from "../../../entities/payment.ts";
import { newId } from "../../../kernel/ids.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { Hub } from "../../../operations/hub.ts";
import { startPayment } from "../../../operations/payment/start-payment.ts";
import { clock, makePosition, openStation, receipt, rowsOf, say, word, type Instance, type Position, type PositionOptions } from "./station-world.ts";

let station: Instance;
/** What is to be done later, for which payment. */
let later: [string, string][];
/** What Checkout was asked, and what it does. */
let carts: Cart[];
let checkout: Checkout["openCart"];

beforeAll(async () => {
  station = await openStation();
});

afterAll(() => station.close());

async function owe(options: PositionOptions = {}): Promise<Position & { readonly hub: Hub }> {
  carts = [];
  later = [];
  checkout = async cart => {
    carts.push(cart);
    return { paymentPage: `https://checkout.example/c/${carts.length}` };
  };
  const position = await makePosition(station, options);
  const { citizen } = await station.orm.em.fork().findOneOrFail(Payment, position.id);
  const { bus, administration } = station;
  const hub: Partial<Hub> = {
    caller: { kind: "citizen", key: `citizen:${citizen.id}`, citizenId: citizen.id } as Hub["caller"], administration, bus: bus as Hub["bus"], clock, log: silentLog, locale: "it", publicUrl: "https://hub.example",
    connectors: { checkout: { openCart: (cart: Cart) => checkout(cart) } } as Partial<Hub["connectors"]> as Hub["connectors"], signal: new AbortController().signal, jobs: { enqueue: (_em, job, ids) => Promise.resolve(void later.push(...[ids].flat().map(id => [job.name, id] as [string, string]))) }, em: station.orm.em.fork(),
  };
  return { ...position, hub: hub as Hub };
}

const start = ({ hub, id }: { hub: Hub; id: string }, idempotencyKey = "key-of-the-test", alsoPay?: readonly { readonly id: string }[]) =>
  startPayment({ ...hub, em: station.orm.em.fork() }, { payment: `pay_${id}`, idempotencyKey, ...(alsoPay ? { alsoPay: alsoPay.map(each => `pay_${each.id}`) } : {}) });

/** Somebody who owes several things. */
async function oweSeveral(count: number): Promise<{ readonly hub: Hub; readonly owed: readonly Position[] }> {
  const first = await owe();
  const { citizen } = await station.orm.em.fork().findOneOrFail(Payment, first.id);
  const others = await Promise.all(Array.from({ length: count - 1 }, () => makePosition(station)));
  await station.orm.em.fork().nativeUpdate(Payment, { id: { $in: others.map(({ id }) => id) } }, { citizen: citizen.id });
  return { hub: first.hub, owed: [first, ...others] };
}
const code = (work: Promise<unknown>) => work.then(() => "OK", (error: { code?: string }) => error.code);
const stateOf = async ({ id }: Position): Promise<PaymentState> => (await station.orm.em.fork().findOneOrFail(Payment, id)).state;

test("the page is opened for the notice, and its outcome is unknown from then on", async () => {
  const owed = await owe();
  expect(await start(owed)).toMatchObject({ __typename: "StartPaymentSuccess", paymentId: owed.id, checkoutUrl: "https://checkout.example/c/1" });
  const back = (outcome: string) => `https://hub.example/payments/return/${owed.id}?outcome=${outcome}`;
  expect(carts).toEqual([{
    id: expect.stringMatching(/^[0-9a-f]{32}$/), allPostal: false,
    notices: [{ noticeNumber: owed.notice, creditorFiscalCode: "00480530047", amountCents: 4_630, companyName: "Comune di Cuneo", description: "Permesso ZTL" }],
    returnTo: { paid: back("ok"), cancelled: back("cancelled"), failed: back("failed"), waiting: back("waiting") },
  }]);
  expect(await stateOf(owed)).toBe("OUTCOME_UNKNOWN");
  expect(later).toEqual([["find-receipt", owed.id]]);
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

test("up to five notices are paid in one go: one page, every outcome unknown, and the way back leads to all", async () => {
  const { hub, owed: [first, ...others] } = await oweSeveral(5);
  const answer = await start({ hub, id: first!.id }, "several-key", others);
  expect(answer).toMatchObject({ __typename: "StartPaymentSuccess", paymentId: first!.id, paymentIds: [first, ...others].map(each => each!.id), checkoutUrl: "https://checkout.example/c/1" });
  expect(carts).toHaveLength(1);
  expect(carts[0]!.notices.map(({ noticeNumber }) => noticeNumber)).toEqual([first, ...others].map(each => each!.notice));
  expect(carts[0]!.returnTo.paid).toBe(`https://hub.example/payments/return/${[first, ...others].map(each => each!.id).join("+")}?outcome=ok`);
  expect(await Promise.all([first, ...others].map(each => stateOf(each!)))).toEqual(Array(5).fill("OUTCOME_UNKNOWN"));
  expect(later.map(([, id]) => id).sort()).toEqual([first, ...others].map(each => each!.id).sort());
});

test("of several, all are started or none", async () => {
  const { hub, owed: [first, second, third] } = await oweSeveral(3);
  await station.orm.em.fork().nativeUpdate(Payment, { id: third!.id }, { state: "PAID" });
  expect(await code(start({ hub, id: first!.id }, "with-a-paid-one", [second!, third!]))).toBe("WRONG_STATE");
  // Paid while the page is being opened: what was marked before it in the transaction is not marked.
  checkout = async () => {
    await say(station, receipt({ id: "quick-of-two", notice: second!.notice, cents: second!.amountCents }));
    return { paymentPage: "https://checkout.example/c/late" };
  };
  expect(await code(start({ hub, id: first!.id }, "paid-meanwhile", [second!]))).toBe("WRONG_STATE");
  expect([await stateOf(first!), await stateOf(second!)]).toEqual(["OPEN", "PAID"]);
});

test("a cart takes five different notices of one's own", async () => {
  const { hub, owed: [first, ...others] } = await oweSeveral(6);
  const [start1, theirs] = [{ hub, id: first!.id }, await makePosition(station)];
  expect(await code(start(start1, "six-of-them", others))).toBe("INVALID_INPUT");
  expect(await code(start(start1, "twice-the-same", [first!]))).toBe("INVALID_INPUT");
  expect(await code(start(start1, "somebody-else", [theirs]))).toBe("NOT_FOUND");
  expect(carts).toEqual([]);
});

test("two carts that share notices, begun at once in other orders: one gets a page, and nothing hangs", async () => {
  const { hub, owed: [first, second] } = await oweSeveral(2);
  const answers = await Promise.all([code(start({ hub, id: first!.id }, "one-order-key", [second!])), code(start({ hub, id: second!.id }, "other-order-key", [first!]))]);
  expect(answers.sort()).toEqual(["OK", "PAYMENT_PENDING"]);
});

/** Somebody who may pay a debt in full or in two instalments. */
async function oweByPlan(): Promise<{ readonly hub: Hub; readonly full: Position; readonly instalments: readonly [Position, Position] }> {
  const { hub, owed: [full, first, second] } = await oweSeveral(3);
  const em = station.orm.em.fork();
  const { administration } = await em.findOneOrFail(Payment, full!.id);
  const plan = em.create(PaymentPlan, { id: newId(), administration, amountCents: full!.amountCents, createdAt: clock.now() });
  const [inFull, inParts] = [1, 2].map(position => em.create(PaymentOption, { id: newId(), administration, plan, position }));
  for (const [option, place, { id }] of [[inFull, 1, full!], [inParts, 1, first!], [inParts, 2, second!]] as const) Object.assign(await em.findOneOrFail(Payment, id), { option, instalment: place });
  await em.flush();
  return { hub, full: full!, instalments: [first!, second!] };
}
const reopened = ({ id }: Position) => station.orm.em.fork().transactional(async em => (await em.findOneOrFail(Payment, id)).reopen(clock.now()));

describe("a debt that may be paid in full or in instalments", () => {
  test("is begun in one way while nothing is known of the other", async () => {
    const { hub, full, instalments: [first, second] } = await oweByPlan();
    expect(await code(start({ hub, ...full }, "in-full-first"))).toBe("OK");
    await expect(start({ hub, ...first }, "then-in-parts")).rejects.toMatchObject({ code: "PAYMENT_PENDING", options: { path: ["input", "payment"], details: { reason: "OTHER_WAY" } } });
    expect([await stateOf(first), carts.length]).toEqual(["OPEN", 1]);
    await reopened(full);
    expect(await code(start({ hub, ...first }, "in-parts-now"))).toBe("OK");
    // Another instalment of the same way is another matter; in full is not.
    expect(await code(start({ hub, ...second }, "and-the-second"))).toBe("OK");
    expect(await code(start({ hub, ...full }, "in-full-again"))).toBe("PAYMENT_PENDING");
  });

  test("cannot be begun in one way when it was paid in the other", async () => {
    const { hub, full, instalments: [first] } = await oweByPlan();
    expect(word(await say(station, receipt({ id: "by-parts", notice: first.notice, cents: first.amountCents })))).toBe("OK");
    expect(await code(start({ hub, ...full }, "in-full-later"))).toBe("WRONG_STATE");
    // Also where the shutting out has still to be made up for.
    await station.orm.em.fork().nativeUpdate(Payment, { id: full.id }, { state: "OPEN" });
    await expect(start({ hub, ...full }, "in-full-too-late")).rejects.toMatchObject({ code: "WRONG_STATE", options: { details: { from: "EXCLUDED" } } });
    expect(carts).toEqual([]);
  });

  test("is not paid in both ways in one go, and something else beside it names what stands in the way", async () => {
    const { hub, full, instalments: [first, second] } = await oweByPlan();
    expect(await code(start({ hub, ...full }, "both-in-one-go", [first]))).toBe("INVALID_INPUT");
    expect(await code(start({ hub, ...first }, "both-parts-in-one", [second]))).toBe("OK");
    const { citizen } = await station.orm.em.fork().findOneOrFail(Payment, full.id);
    const other = await makePosition(station);
    await station.orm.em.fork().nativeUpdate(Payment, { id: other.id }, { citizen: citizen.id });
    await expect(start({ hub, ...other }, "beside-another", [full])).rejects.toMatchObject({ code: "PAYMENT_PENDING", options: { path: ["input", "alsoPay", "0"] } });
    expect(await stateOf(other)).toBe("OPEN");
  });

  test("begun in both ways at once gets one page", async () => {
    for (let round = 0; round < 4; round += 1) {
      const { hub, full, instalments: [first, second] } = await oweByPlan();
      const answers = await Promise.all([code(start({ hub, ...full }, `full-${round}-key`)), code(start({ hub, ...first }, `first-${round}-key`, [second]))]);
      expect(answers.sort()).toEqual(["OK", "PAYMENT_PENDING"]);
      expect([[await stateOf(full), await stateOf(first), await stateOf(second)]]).toContainEqual(expect.arrayContaining(["OPEN", "OUTCOME_UNKNOWN"]));
    }
  });
});

test("whoever listens is told that it was begun", async () => {
  const { hub, owed: [first, second] } = await oweSeveral(2);
  await start({ hub, ...first! }, "told-of-both", [second!]);
  const events = (await rowsOf(station, "event")).filter(({ subject_id }) => [first!.id, second!.id].includes(subject_id as string));
  expect(events.map(({ kind }) => kind)).toEqual(["PAYMENT_STARTED", "PAYMENT_STARTED"]);
  expect(events.every(({ citizen_id, office_id }) => citizen_id !== null && office_id !== null)).toBe(true);
});
