import { methodInWords } from "../../connectors/pagopa/payment-methods.ts";
import { receiptIn } from "../../connectors/pagopa/receipt-message.ts";
import { Payment } from "../../entities/payment.ts";
import { Receipt, ReceiptMeaning } from "../../entities/receipt.ts";
import type { ReceiptPaper } from "../../paper/paper.ts";
import type { Hub } from "../hub.ts";
import type { JobHub } from "../job.ts";
import { creditorOf, personOf, printableBy, type Printed } from "./printable.ts";

/** The receipt (quietanza) on paper, by its key. Null when there is none, or it is for no payment of the caller's. */
export async function printReceipt(hub: Hub, id: string): Promise<Printed | null> {
  const mine = printableBy(hub);
  const receipt = mine && await hub.em.findOne(Receipt, { id, administration: hub.administration.id, payment: { $ne: null } });
  if (!mine || !receipt?.payment) return null;
  const payment = await hub.em.findOne(Payment, { $and: [{ id: receipt.payment.id }, mine] });
  return payment && receiptFor(hub, payment, receipt);
}

/** The paper of a payment's receipt, for whoever has made sure that they may hand it out: a message to the debtor attaches `bytes` under `fileName` as `application/pdf`. */
export async function receiptFor(hub: Pick<JobHub, "administration" | "print" | "signal">, payment: Payment, receipt: Receipt): Promise<Printed> {
  return { fileName: `quietanza-pagopa-${receipt.iuv}.pdf`, bytes: await hub.print(paperOf(hub, payment, receipt), hub.signal) };
}

/** What the paper says. The payer stands in the message alone; one that came in another form than the node's names none. */
function paperOf({ administration }: Pick<JobHub, "administration">, { description, debtorName, debtorFiscalCode }: Payment, receipt: Receipt): ReceiptPaper {
  const { noticeNumber, iuv, amountCents, pspName, paymentMethod, paidAt, receiptId, meaning, receivedAt, message } = receipt;
  const payer = receiptIn(message)?.payer;
  return {
    kind: "RECEIPT", madeAt: receivedAt, subject: description, creditor: creditorOf(administration), debtor: personOf(debtorName, debtorFiscalCode), noticeNumber, iuv, amountCents, provider: pspName, receiptId,
    paidTwice: meaning === ReceiptMeaning.PAID_TWICE, ...(payer && { payer: personOf(payer.fullName, payer.code) }), ...(paymentMethod && { method: methodInWords(paymentMethod) }), ...(paidAt && { paidAt }),
  };
}
