import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Payment, PaymentState } from "../../../entities/payment.ts";
import { ask, makePosition, openStation, receipt, rowsOf, say, word, type Instance } from "./station-world.ts";

let station: Instance;

beforeAll(async () => {
  station = await openStation();
});

afterAll(() => station.close());

describe("what each state of a notice answers to each question", () => {
  const asked: Record<PaymentState, { verify: string; pay: string; receipt: string; after: PaymentState }> = {
    OPEN: { verify: "OK", pay: "OK", receipt: "OK", after: "PAID" },
    OUTCOME_UNKNOWN: { verify: "OK", pay: "OK", receipt: "OK", after: "PAID" },
    PAID: { verify: "ALREADY_PAID", pay: "ALREADY_PAID", receipt: "OK", after: "PAID" },
    EXPIRED: { verify: "EXPIRED", pay: "EXPIRED", receipt: "OK", after: "PAID" },
    CANCELLED: { verify: "CANCELLED", pay: "CANCELLED", receipt: "OK", after: "PAID" },
    EXCLUDED: { verify: "NOTICE_UNKNOWN", pay: "NOTICE_UNKNOWN", receipt: "OK", after: "EXCLUDED" },
  };

  test.each(Object.keys(PaymentState) as PaymentState[])("%s", async state => {
    const { id, notice, amountCents } = await makePosition(station, { state });
    const before = await rowsOf(station, "payment");
    const { verify, pay, receipt: taken, after } = asked[state];
    // The node may ask as often as it likes, in any order: the answer is the same and nothing moves.
    for (const _ of [1, 2, 3]) {
      expect(word(await say(station, ask.verify(notice)))).toBe(verify);
      expect(word(await say(station, ask.pay(notice)))).toBe(pay);
      expect(word(await say(station, ask.pay(notice, "", 1)))).toBe(pay);
    }
    expect(await rowsOf(station, "payment")).toEqual(before);
    expect(word(await say(station, receipt({ id: `state-${state}`, notice, cents: amountCents })))).toBe(taken);
    expect((await station.orm.em.fork().findOneOrFail(Payment, id)).state).toBe(after);
  });
});

describe("a notice to be paid", () => {
  test("is offered at what is due, and given with its debtor and accounts", async () => {
    const { notice } = await makePosition(station, { amountCents: 5, postalIban: "IT45R0760103200000000001016" });
    expect(await say(station, ask.verify(notice))).toEqual({
      operation: "VERIFY_NOTICE", outcome: "OK", amountCents: 5, dueDate: "2026-07-31", allPostal: true, description: "Permesso ZTL", creditorFiscalCode: "00480530047", companyName: "Comune di Cuneo",
    });
    const given = await say(station, ask.pay(notice, "<amount>99.99</amount><paymentNote>cart</paymentNote><transferType>POSTAL</transferType>"));
    expect(given).toEqual({
      operation: "GET_PAYMENT", version: 2, outcome: "OK", payment: {
        iuv: notice.slice(1), dueDate: "2026-07-31", description: "Permesso ZTL", companyName: "Comune di Cuneo", debtor: { type: "PERSON", code: "BRTLCU80A01D205X", fullName: "Lucia Bertò" },
        transfers: [{ amountCents: 5, fiscalCode: "00480530047", companyName: "Comune di Cuneo", iban: "IT60X0542811101000000123456", postalIban: "IT45R0760103200000000001016", remittanceInformation: "Permesso ZTL", category: "9/0101100IM/" }],
        transferType: "POSTAL",
      },
    });
  });

  test("without postal accounts is not offered at the post office's counter", async () => {
    const { notice } = await makePosition(station);
    expect(await say(station, ask.verify(notice))).toMatchObject({ outcome: "OK", allPostal: false });
  });

  test("may be paid after its due day, unless the administration refuses that", async () => {
    const strict: Instance = { ...station, administration: { ...station.administration, settings: { ...station.administration.settings, pagopa: { ...station.administration.settings.pagopa, refusesOverdue: true } } } };
    const [yesterday, today] = [await makePosition(station, { dueOn: "2026-06-30" }), await makePosition(station, { dueOn: "2026-07-01" })];
    const answers = async (at: Instance) => [await say(at, ask.verify(yesterday.notice)), await say(at, ask.pay(yesterday.notice)), await say(at, ask.verify(today.notice))].map(word);
    expect(await answers(station)).toEqual(["OK", "OK", "OK"]);
    expect(await answers(strict)).toEqual(["EXPIRED", "EXPIRED", "OK"]);
    expect(word(await say(strict, receipt({ id: "overdue", notice: yesterday.notice, cents: yesterday.amountCents })))).toBe("OK");
  });
});

describe("who is addressed is asked before what", () => {
  const to = (creditor: string, broker: string, name: string): string => `<idPA>${creditor}</idPA><idBrokerPA>${broker}</idBrokerPA><idStation>${name}</idStation>`;
  const cases = [
    ["CREDITOR_UNKNOWN", to("11111111111", "22222222222", "x")],
    ["BROKER_UNKNOWN", to("00480530047", "22222222222", "x")],
    ["STATION_UNKNOWN", to("00480530047", "00480530047", "00480530047_99")],
  ] as const;

  test.each(cases)("%s, whatever is asked, and nothing is kept", async (fault, whom) => {
    const { notice, amountCents } = await makePosition(station, { state: "PAID" });
    const before = (await rowsOf(station, "receipt")).length;
    const messages = [ask.verify(notice, whom), ask.pay(notice, "", 2, whom), ask.pay(notice, "", 1, whom), ask.demand(whom), receipt({ id: `to-${fault}`, notice, cents: amountCents, to: whom }), receipt({ id: `to-${fault}`, notice, cents: amountCents, to: whom, version: 1 })];
    for (const message of messages) expect(await say(station, message)).toMatchObject({ outcome: "KO", fault, faultId: "00480530047" });
    expect((await rowsOf(station, "receipt")).length).toBe(before);
  });
});

describe("what is not ours", () => {
  test.each([["the probe that ends stand-in", "000000000000000000"], ["a number never given out", "302999999999999900"], ["a number of another kind", "001234567890123456"]])("%s is unknown", async (_, notice) => {
    expect(word(await say(station, ask.verify(notice)))).toBe("NOTICE_UNKNOWN");
    expect(word(await say(station, ask.pay(notice)))).toBe("NOTICE_UNKNOWN");
  });

  test("another administration's notice is unknown, even under a number of ours", async () => {
    const { notice } = await makePosition(station);
    expect(word(await say(station, ask.verifyOf("01234567890", notice)))).toBe("NOTICE_UNKNOWN");
  });

  test("no service of the node's catalogue is offered", async () => {
    expect(await say(station, ask.demand())).toMatchObject({ operation: "DEMAND_NOTICE", outcome: "KO", fault: "SEMANTIC" });
  });
});

describe("a fee that grows after its due day", () => {
  test("is offered and given at what it is today, the same to everybody; what belongs to others, and the day it was due on, stay", async () => {
    const rule = { validFrom: "2026-01-01", validTo: null, source: "Regolamento di prova", steps: [{ fromDay: 1, basisPoints: 500, cents: 100 }] };
    const strict = await openStation(station.url, { settings: { taxonomy: { ztl: "9/0101100IM/" }, surcharges: { ztl: [rule] } } });
    try {
      const [late, intime] = [await makePosition(strict, { dueOn: "2026-06-30", amountCents: 10_000 }), await makePosition(strict, { dueOn: "2026-07-01", amountCents: 10_000 })];
      expect(await say(strict, ask.verify(late.notice))).toMatchObject({ outcome: "OK", amountCents: 10_600, dueDate: "2026-06-30" });
      expect(await say(strict, ask.pay(late.notice, "<amount>100.00</amount>"))).toMatchObject({ outcome: "OK", payment: { transfers: [{ amountCents: 10_600 }] } });
      expect(await say(strict, ask.verify(intime.notice))).toMatchObject({ amountCents: 10_000 });
      // Another kind of fee, and an administration without such a rule.
      expect(await say(station, ask.verify(late.notice))).toMatchObject({ amountCents: 10_000 });
      const other = await openStation(station.url, { settings: { taxonomy: { ztl: "9/0101100IM/", waste: "9/0101101IM/" }, surcharges: { waste: [rule] } } });
      expect(await say(other, ask.verify(late.notice))).toMatchObject({ amountCents: 10_000 });
      await other.close();
    } finally {
      await strict.close();
    }
  });
});
