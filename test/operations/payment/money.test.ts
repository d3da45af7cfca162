import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { PaymentState } from "../../../entities/payment.ts";
import { ask, books, makePositions, openStation, receipt, rowsOf, say, word, type Instance, type Position } from "./station-world.ts";

let stations: [Instance, Instance];

beforeAll(async () => {
  const first = await openStation();
  stations = [first, await openStation(first.url)];
});

afterAll(async () => {
  for (const station of stations.toReversed()) await station.close();
});

/** Something the node does about one of a few notices: several at once, in any order, as often as it likes. */
const step = fc.record({
  at: fc.constantFrom(0, 1),
  about: fc.nat({ max: 2 }),
  act: fc.oneof(
    { weight: 4, arbitrary: fc.record({ receipt: fc.nat({ max: 3 }), more: fc.constantFrom(0, 0, 0, 1, 250) }) },
    { weight: 1, arbitrary: fc.record({ receipt: fc.constantFrom(7, 8), outcome: fc.constant("KO" as const) }) },
    { weight: 1, arbitrary: fc.record({ receipt: fc.constantFrom(9), issuer: fc.constant("01234567890") }) },
    { weight: 2, arbitrary: fc.record({ ask: fc.constantFrom("verify" as const, "pay" as const) }) },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

let run = 0;

const messageOf = ({ act, about }: Step, positions: readonly Position[], turn: number): string => {
  const { notice, amountCents } = positions[about]!;
  if ("ask" in act) return ask[act.ask](notice);
  const more = "more" in act ? act.more : 0;
  return receipt({ id: `m${turn}-${about}-${act.receipt}`, notice, cents: amountCents + more, ...("outcome" in act ? { outcome: act.outcome } : {}), ...("issuer" in act ? { issuer: act.issuer } : {}) });
};

test("whatever comes, however often, at whichever station and at once: the ledger, the receipts that settled and the paid positions are the same money", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.constantFrom<PaymentState>("OPEN", "OUTCOME_UNKNOWN", "EXPIRED", "CANCELLED"), { minLength: 3, maxLength: 3 }),
    fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
    async (states, batches) => {
      const turn = ++run;
      const positions = await makePositions(stations[0], states.map((state, index) => ({ state, amountCents: 1_000 * (index + 1) + 1 })));
      const before = await books(stations[0]);
      for (const batch of batches) {
        const words = await Promise.all(batch.map(each => say(stations[each.at], messageOf(each, positions, turn)).then(word)));
        // A receipt is new or known, never refused.
        expect(words.filter((said, index) => !("ask" in batch[index]!.act) && said !== "OK" && said !== "RECEIPT_DUPLICATE")).toEqual([]);
      }
      const { ledger, settled, paid, lines } = await books(stations[0]);
      expect([ledger, settled]).toEqual([paid, paid]);

      const sent = batches.flat().flatMap(({ act, about }) => ("ask" in act ? [] : [{ about, id: act.receipt, money: act.receipt <= 3 }]));
      const paying = new Set(sent.filter(({ money }) => money).map(({ about }) => about));
      const mine = new Set(positions.map(({ id }) => id));
      const payments = (await rowsOf(stations[0], "payment")).filter(({ id }) => mine.has(id as string));
      // A position is paid when a receipt of money came for it, and otherwise stands as it stood.
      expect(positions.map(({ id }) => payments.find(payment => payment["id"] === id)!["state"])).toEqual(states.map((state, about) => (paying.has(about) ? "PAID" : state)));
      expect(lines - before.lines).toBe(paying.size);
      const receipts = (await rowsOf(stations[0], "receipt")).filter(({ receipt_id }) => (receipt_id as string).startsWith(`m${turn}-`));
      expect(receipts.map(({ receipt_id }) => receipt_id).sort()).toEqual([...new Set(sent.map(({ about, id }) => `m${turn}-${about}-${id}`))].sort());
      for (const about of [0, 1, 2]) {
        const meanings = receipts.filter(({ payment_id }) => payment_id === positions[about]!.id).map(({ meaning }) => meaning);
        expect(meanings.filter(meaning => meaning === "SETTLED")).toHaveLength(paying.has(about) ? 1 : 0);
        expect(meanings.every(meaning => meaning === "SETTLED" || meaning === "PAID_TWICE")).toBe(true);
      }
    },
  ), { numRuns: 20 });
});
