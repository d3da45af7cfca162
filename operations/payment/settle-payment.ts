import { Payment } from "../../entities/payment.ts";
import { problem } from "../../entities/problem.ts";
import { StaffMember } from "../../entities/staff.ts";
import { officesWhere } from "../caller.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";
import { keepReceiptIn } from "./keep-receipt.ts";
import { tellReopened } from "./tell.ts";

interface Settling {
  readonly payment: string;
  readonly outcome: "PAID" | "NOT_PAID";
  readonly reason: string;
  readonly receiptId?: string | null;
  readonly paidAt?: Date | null;
  readonly idempotencyKey: string;
}

/**
 * Ends the uncertainty of a payment by what a member of staff has seen: a proof of payment, under the node's own number of
 * it, or that nothing was paid. What they say is kept with who they are and why. The receipt that may still come under that
 * number is then the receipt of this payment; under another number it tells of a second one.
 *
 * Throws NOT_FOUND for what is not of the caller's offices, WRONG_STATE, INVALID_INPUT without a reason or, where it was
 * paid, without the number.
 */
export const settlePayment = (hub: Hub, input: Settling) =>
  once(hub, "settlePayment", input, async commit => {
    const reason = text(input.reason, "reason", 2_000);
    const receiptId = input.outcome === "PAID" ? text(input.receiptId ?? "", "receiptId", 35) : null;
    const { caller, administration, clock } = hub;
    if (caller.kind !== "staff") throw problem("NOT_FOUND", { path: ["input", "payment"] });
    const id = keyOf("pay", input.payment, "input", "payment");
    const offices = officesWhere(caller, "desk:payments");
    return commit(async em => {
      const payment = await em.findOne(Payment, { id, administration: administration.id, application: { office: { $in: offices } } });
      if (!payment) throw problem("NOT_FOUND", { path: ["input", "payment"] });
      await em.refresh(payment, forUpdate);
      if (receiptId === null) {
        payment.reopen(clock.now(), { reason, member: em.getReference(StaffMember, caller.memberId) });
        await tellReopened(hub, em, payment);
      } else {
        payment.assertCan("PAID");
        const { noticeNumber, iuv, amountCents } = payment;
        const { meaning } = await keepReceiptIn(em, hub, {
          receiptId, noticeNumber, creditorFiscalCode: administration.fiscalCode, iuv, amountCents, paid: true, pspName: "—", paymentMethod: null, paidAt: input.paidAt ?? null,
          message: new Uint8Array(), source: "STAFF", because: { reason, memberId: caller.memberId },
        });
        if (meaning !== "SETTLED") throw problem("INVALID_INPUT", { path: ["input", "receiptId"], reason: "RECEIPT_KNOWN" });
      }
      return { __typename: "SettlePaymentSuccess", paymentId: id };
    });
  });

/** What stands in a field, which must be something and not too much. */
function text(given: string, field: string, longest: number): string {
  const value = given.trim();
  if (value === "") throw problem("INVALID_INPUT", { path: ["input", field], reason: "EMPTY" });
  if (value.length > longest) throw problem("INVALID_INPUT", { path: ["input", field], reason: "TOO_LONG", details: { most: longest } });
  return value;
}
