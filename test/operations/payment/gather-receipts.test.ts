import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Payment } from "../../../entities/payment.ts";
import { gatherReceipts, type KeepReceipt } from "../../../operations/payment/gather-receipts.ts";
import type { Kept, ReceiptFacts } from "../../../operations/payment/keep-receipt.ts";
import { books, clock, makePosition, makePositions, openStation, rowsOf, type Instance, type Position } from "./station-world.ts";

let station: Instance;
/** How often the database was asked, and what it answers instead. */
let statements: number;
let failure: Error | undefined;
let keep: KeepReceipt;

beforeAll(async () => {
  station = await openStation();
  keep = gatherReceipts({
    ...station,
    change: (...statement) => {
      statements += 1;
      return failure ? Promise.reject(failure) : station.change(...statement);
    },
  });
});
afterAll(() => station.close());

const factsOf = (receiptId: string, { notice, amountCents }: Position, more: Partial<ReceiptFacts> = {}): ReceiptFacts => ({
  receiptId, noticeNumber: notice, creditorFiscalCode: "00480530047", iuv: notice.slice(1), amountCents, paid: true, pspName: "Banca di prova", paymentMethod: null, paidAt: null,
  message: Buffer.from(`<message of="${receiptId}"/>`), source: "NODE", ...more,
});

/** What comes of receipts that come in one go: what each meant, or that it was not kept. */
async function together(...receipts: readonly ReceiptFacts[]): Promise<(Kept["meaning"] | "FAILED")[]> {
  statements = 0;
  const settled = await Promise.allSettled(receipts.map(facts => keep(facts, clock.now())));
  return settled.map(each => (each.status === "fulfilled" ? each.value.meaning : "FAILED"));
}

/** What grew in the books: receipts kept, lines and sum of the ledger. */
async function grown<Result>(work: () => Promise<Result>): Promise<{ readonly result: Result; readonly receipts: number; readonly lines: number; readonly cents: number; readonly paid: number }> {
  const before = await books(station);
  const result = await work();
  const after = await books(station);
  return { result, receipts: after.receipts - before.receipts, lines: after.lines - before.lines, cents: after.ledger - before.ledger, paid: after.paid - before.paid };
}

describe("receipts that come together", () => {
  test("are kept together, each with its own message and verdict", async () => {
    const positions = await makePositions(station, Array.from({ length: 40 }, (_, place) => ({ amountCents: 100 + place, ...(place % 4 === 3 && { state: "PAID" as const }) })));
    const said = positions.map((position, place) => factsOf(`together-${place}`, position, place % 4 === 2 ? { paid: false } : place % 4 === 1 ? { creditorFiscalCode: "01199250158" } : {}));
    expect(await together(...said)).toEqual(positions.map((_, place) => ["SETTLED", "UNKNOWN_NOTICE", "NOT_PAID", "PAID_TWICE"][place % 4]));
    expect(statements).toBeLessThanOrEqual(4);
    const kept = new Map((await rowsOf(station, "receipt")).map(row => [row["receipt_id"], row]));
    for (const { receiptId, message, amountCents } of said) expect(kept.get(receiptId)).toMatchObject({ message, amount_cents: String(amountCents) });
  });

  test("are no less kept for one among them that the database refuses", async () => {
    const positions = await makePositions(station, Array.from({ length: 5 }, () => ({})));
    const { result, receipts, lines } = await grown(() => together(...positions.map((position, place) => factsOf(`beside-${place}`, position, place === 2 ? { pspName: "\u0000" } : {}))));
    expect([result, receipts, lines]).toEqual([["SETTLED", "SETTLED", "FAILED", "SETTLED", "SETTLED"], 4, 4]);
  });

  test("and are the same, or pay the same notice, are told apart", async () => {
    const position = await makePosition(station);
    const { result, receipts, lines, cents } = await grown(() => together(factsOf("same", position), factsOf("same", position), factsOf("second", position), factsOf("same", position)));
    expect([result.filter(meaning => meaning === null).length, receipts, lines, cents]).toEqual([2, 2, 1, position.amountCents]);
  });

  test("and pay one debt in two ways settle it once", async () => {
    for (let round = 0; round < 3; round += 1) {
      const [old, fresh, other] = await makePositions(station, [{}, {}, {}]) as [Position, Position, Position];
      await station.orm.em.fork().nativeUpdate(Payment, { id: old.id }, { replacedBy: fresh.id });
      const { result, lines, paid } = await grown(() => together(factsOf(`old-${round}`, old), factsOf(`fresh-${round}`, fresh), factsOf(`other-${round}`, other)));
      expect([result.slice(0, 2).sort(), result[2], lines, paid]).toEqual([["PAID_TWICE", "SETTLED"], "SETTLED", 2, old.amountCents + other.amountCents]);
    }
  });

  test("and pay for one application begin its work once", async () => {
    const [one, other] = await makePositions(station, [{}, { application: null }]) as [Position, Position];
    await station.orm.em.fork().nativeUpdate(Payment, { id: other.id }, { application: one.application });
    expect(await together(factsOf("fee-1", one), factsOf("fee-2", other))).toEqual(["SETTLED", "SETTLED"]);
    const steps = (await rowsOf(station, "application_event")).filter(row => row["application_id"] === one.application);
    expect(steps).toMatchObject([{ from_state: "SUBMITTED", to_state: "IN_PROGRESS" }]);
  });

  test("of two processes, in whatever order, are kept once", async () => {
    const positions = await makePositions(station, Array.from({ length: 30 }, () => ({})));
    const elsewhere = gatherReceipts(station);
    const { result, receipts, lines } = await grown(() => Promise.all([
      together(...positions.map(position => factsOf(`both-${position.id}`, position))),
      Promise.all(positions.toReversed().map(position => elsewhere(factsOf(`both-${position.id}`, position), clock.now()))),
    ]));
    const [here, there] = result;
    expect([receipts, lines, [...here, ...there.map(({ meaning }) => meaning)].filter(meaning => meaning === "SETTLED").length]).toEqual([30, 30, 30]);
  });

  test("are all left to the node when nobody knows whether they were committed", async () => {
    const positions = await makePositions(station, [{}, {}]);
    failure = Object.assign(new Error("lost"), { code: "ECONNRESET" });
    const result = await together(...positions.map(position => factsOf(`lost-${position.id}`, position)));
    failure = undefined;
    expect([result, statements]).toEqual([["FAILED", "FAILED"], 1]);
  });

  test("wait no longer than a moment for one whose position somebody holds", async () => {
    const [held, ...free] = await makePositions(station, Array.from({ length: 5 }, () => ({}))) as [Position, ...Position[]];
    const waiting = Promise.withResolvers<void>();
    const holding = station.orm.em.fork().transactional(async em => {
      await em.execute(`select from "payment" where "id" = ? for update`, [held.id]);
      const late = together(factsOf("held", held));
      // Those that come at the same moment would go with it.
      await after(20);
      for (const position of free) expect(await together(factsOf(`free-${position.id}`, position))).toEqual(["SETTLED"]);
      void late.then(([meaning]) => expect(meaning).toBe("SETTLED")).then(waiting.resolve, waiting.reject);
    });
    await holding;
    await waiting.promise;
  });
});
