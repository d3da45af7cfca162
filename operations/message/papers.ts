import type { Mail } from "../../connectors/mail.ts";
import type { Message, MessageKind } from "../../entities/message.ts";
import type { Payment } from "../../entities/payment.ts";
import { Receipt, ReceiptMeaning } from "../../entities/receipt.ts";
import type { JobHub } from "../job.ts";
import { noticeFor } from "../payment/print-notice.ts";
import { receiptFor } from "../payment/print-receipt.ts";
import type { Printed } from "../payment/printable.ts";

/** The most that a mail carries, in bytes before it is encoded: mail servers refuse what is larger than they like. */
const mostBytes = 2_000_000;

const papers: Partial<Record<MessageKind, (hub: JobHub, payment: Payment) => Promise<Printed | null>>> = {
  NOTICE_ISSUED: noticeFor, NOTICE_REMINDER: noticeFor, RECEIPT: receiptOf,
};

/** The receipt by which a payment was settled. */
async function receiptOf(hub: JobHub, payment: Payment): Promise<Printed | null> {
  const receipt = await hub.em.findOne(Receipt, { payment: payment.id, meaning: ReceiptMeaning.SETTLED });
  return receipt && receiptFor(hub, payment, receipt);
}

/**
 * What a mail has attached: the notice to print, or the receipt. Nothing when it cannot be drawn now or is too large, for
 * the mail says what matters and both are behind the sign-in too.
 */
export async function papersOf(hub: JobHub, { id, kind, payment }: Message): Promise<NonNullable<Mail["attachments"]>> {
  try {
    const printed = payment && await papers[kind]?.(hub, payment);
    if (!printed) return [];
    if (printed.bytes.length <= mostBytes) return [{ name: printed.fileName, contentType: "application/pdf", content: Buffer.from(printed.bytes) }];
    hub.log.warn({ message: id, bytes: printed.bytes.length }, "a mail goes without its paper, which is too large");
  } catch (error) {
    hub.log.warn({ message: id, failure: (error as Error).name }, "a mail goes without its paper, which could not be drawn");
  }
  return [];
}
