import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Application } from "../../../entities/application.ts";
import { PaymentEvent } from "../../../entities/payment-event.ts";
import { StaffMember } from "../../../entities/staff.ts";
import { newId } from "../../../kernel/ids.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { Hub } from "../../../operations/hub.ts";
import { settlePayment } from "../../../operations/payment/settle-payment.ts";
import { begin, eventsOf, paymentOf, receiptsOf } from "./begun.ts";
import { books, clock, openStation, receipt, say, word, type Instance, type Position } from "./station-world.ts";

let station: Instance;

beforeAll(async () => {
  station = await openStation();
});

afterAll(() => station.close());

describe("a member of staff", () => {
  /** Somebody who looks after payments in the office of an application. */
  async function accountant(position: Position, { role = "ACCOUNTANT", elsewhere = false } = {}): Promise<Hub> {
    const em = station.orm.em.fork();
    const [{ office }, [member]] = await Promise.all([em.findOneOrFail(Application, position.application!), em.find(StaffMember, {}, { limit: 1 })]);
    const where = elsewhere ? newId() : office.id;
    const parts = {
      administration: station.administration, clock, log: silentLog, bus: station.bus, jobs: station.jobs, em, locale: "it",
      caller: { kind: "staff", key: `staff:${member!.id}:${newId()}`, memberId: member!.id, officeIds: [where], assignments: [{ office: where, role }] },
    };
    return parts as unknown as Hub;
  }
  const code = (work: Promise<unknown>) => work.then(() => "OK", (error: { code?: string }) => error.code);
  const settle = async (position: Position, more: object, options = {}) =>
    code(settlePayment(await accountant(position, options), { payment: `pay_${position.id}`, outcome: "PAID", reason: "Ricevuta del prestatore esibita", receiptId: `iur-${position.id.slice(-12)}`, idempotencyKey: newId(), ...more }));

  test("settles it as paid by a proof, with name and reason; the receipt that comes later is of the same payment", async () => {
    const position = await begin(station);
    expect(await settle(position, {})).toBe("OK");
    const { state, paidCents, history } = await paymentOf(station, position);
    expect([state, paidCents]).toEqual(["PAID", position.amountCents]);
    const last = (await station.orm.em.fork().find(PaymentEvent, { payment: position.id }, { populate: ["member"] })).at(-1);
    expect([history.length, last!.reason, last!.member === null]).toEqual([2, "Ricevuta del prestatore esibita", false]);
    expect(await receiptsOf(station, position)).toEqual(["SETTLED STAFF"]);
    expect(await say(station, receipt({ id: `iur-${position.id.slice(-12)}`, notice: position.notice, cents: position.amountCents })).then(word)).toBe("OK");
    expect(await receiptsOf(station, position)).toEqual(["SETTLED NODE"]);
    const { ledger, settled, paid } = await books(station);
    expect([ledger, settled]).toEqual([paid, paid]);
  });

  test("says that nothing was paid: it can be paid again", async () => {
    const position = await begin(station);
    expect(await settle(position, { outcome: "NOT_PAID", reason: "Addebito stornato" })).toBe("OK");
    const { state, history } = await paymentOf(station, position);
    expect([state, history.getItems().at(-1)!.reason]).toEqual(["OPEN", "Addebito stornato"]);
    expect(await eventsOf(station, position)).toEqual(["PAYMENT_REOPENED"]);
  });

  test.each([
    ["without a reason", { reason: " " }, {}, "INVALID_INPUT"],
    ["as paid without the number of the payment", { receiptId: null }, {}, "INVALID_INPUT"],
    ["at another office", {}, { elsewhere: true }, "NOT_FOUND"],
    ["without looking after payments", {}, { role: "CASE_OFFICER" }, "NOT_FOUND"],
  ] as const)("cannot settle it %s", async (_, more, options, expected) => {
    const position = await begin(station);
    expect(await settle(position, more, options)).toBe(expected);
    expect([(await paymentOf(station, position)).state, await receiptsOf(station, position)]).toEqual(["OUTCOME_UNKNOWN", []]);
  });

  test("cannot settle what is paid, nor by a receipt that is there", async () => {
    const [paid, open] = [await begin(station), await begin(station)];
    await say(station, receipt({ id: "there-already", notice: paid.notice, cents: paid.amountCents }));
    expect(await settle(paid, {})).toBe("WRONG_STATE");
    expect(await settle(paid, { outcome: "NOT_PAID" })).toBe("WRONG_STATE");
    expect(await settle(open, { receiptId: "there-already" })).toBe("INVALID_INPUT");
    expect((await paymentOf(station, open)).state).toBe("OUTCOME_UNKNOWN");
  });
});
