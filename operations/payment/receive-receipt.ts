import { DeadlockException, OptimisticLockError, UniqueConstraintViolationException } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { Receipt as Delivered, SendReceipt, StationAnswer } from "../../connectors/pagopa/station.ts";
import { Application } from "../../entities/application.ts";
import { LedgerEntry } from "../../entities/ledger-entry.ts";
import { Payment } from "../../entities/payment.ts";
import { Receipt, type ReceiptMeaning } from "../../entities/receipt.ts";
import { newId } from "../../kernel/ids.ts";
import { recordEvent } from "../event/record.ts";
import { forUpdate } from "../once.ts";
import type { Station } from "./station.ts";

/**
 * Takes a receipt, once: it is kept, with all that follows from it, before the node is told so. The same receipt again
 * changes nothing and is said to be one. No receipt is refused for what it is about: a second one for a paid notice, one
 * for somebody else's notice, one that says that nothing was paid are kept as what they mean.
 *
 * Throws when it could not be kept; the node then sends it again.
 */
export async function receiveReceipt(station: Station, { version, receipt }: SendReceipt, message: Uint8Array): Promise<StationAnswer> {
  const { orm, administration, bus, log } = station;
  const ko = { operation: "SEND_RECEIPT", version, outcome: "KO", faultId: administration.fiscalCode } as const;
  if (receipt.receiptId.trim() === "" || receipt.receiptId.length > longestId) {
    log.error({ notice: receipt.noticeNumber }, "a receipt without a usable identifier was refused");
    return { ...ko, fault: "SEMANTIC" };
  }
  const kept = await afterOthers(() => orm.em.fork().transactional(em => keep(station, em as EntityManager, receipt, message)));
  if (kept.alarm) log.error({ receipt: kept.id, notice: receipt.noticeNumber }, kept.alarm);
  if (!kept.fresh) return { ...ko, fault: "RECEIPT_DUPLICATE" };
  bus.announce();
  return { operation: "SEND_RECEIPT", version, outcome: "OK" };
}

/** Far beyond the 35 characters of a payment token, and within what an index holds. */
const longestId = 255;

interface Kept {
  readonly id: string;
  readonly fresh: boolean;
  /** What an accountant has to look into. */
  readonly alarm?: string | undefined;
}

async function keep({ administration, clock }: Station, em: EntityManager, delivered: Delivered, message: Uint8Array): Promise<Kept> {
  const { receiptId, noticeNumber, issuerFiscalCode: creditorFiscalCode, iuv, amountCents } = delivered;
  // The position is locked first, so that its receipts are taken one after the other, whichever process they come to.
  const issued = creditorFiscalCode === administration.fiscalCode;
  const payment = issued ? await em.findOne(Payment, { administration: administration.id, noticeNumber }, forUpdate) : null;
  const earlier = await em.findOne(Receipt, { administration: administration.id, receiptId }, { fields: ["noticeNumber", "creditorFiscalCode", "iuv", "amountCents", "meaning"] });
  if (earlier) {
    const same = earlier.noticeNumber === noticeNumber && earlier.creditorFiscalCode === creditorFiscalCode && earlier.iuv === iuv && earlier.amountCents === amountCents
      && (earlier.meaning === "NOT_PAID") === (delivered.outcome === "KO");
    return { id: earlier.id, fresh: false, alarm: same ? undefined : "a receipt came again and says something else" };
  }
  const meaning = meaningOf(delivered, payment);
  const alarm = issued ? alarmOf(meaning, delivered, payment) : undefined;
  const receipt = em.create(Receipt, {
    id: newId(), administration: administration.id, payment: meaning === "NOT_PAID" ? null : payment, receiptId, noticeNumber, creditorFiscalCode, iuv, amountCents, meaning,
    pspName: delivered.psp.companyName, paymentMethod: delivered.paymentMethod ?? null, paidAt: delivered.paidAt ?? null, receivedAt: clock.now(), message: Buffer.from(message),
  });
  if (payment && meaning !== "NOT_PAID") await follow({ administration, clock }, em, payment, receipt);
  return { id: receipt.id, fresh: true, alarm };
}

function meaningOf({ outcome }: Delivered, payment: Payment | null): ReceiptMeaning {
  if (outcome === "KO") return "NOT_PAID";
  if (!payment) return "UNKNOWN_NOTICE";
  return payment.state === "PAID" ? "PAID_TWICE" : "SETTLED";
}

function alarmOf(meaning: ReceiptMeaning, { amountCents, iuv }: Delivered, payment: Payment | null): string | undefined {
  switch (meaning) {
    case "PAID_TWICE": return "a notice was paid twice: one payment is to be given back";
    case "NOT_PAID": return "a receipt says that nothing was paid";
    case "UNKNOWN_NOTICE": return "a notice of ours was paid that we do not know";
    case "SETTLED": {
      if (payment?.state === "CANCELLED") return "a cancelled notice was paid";
      return payment?.amountCents === amountCents && payment.iuv === iuv ? undefined : "a receipt differs from what was due";
    }
  }
}

/** What a receipt brings about for the position it is for: the first closes it and lets the office begin; another is to be given back. */
async function follow({ administration, clock }: Pick<Station, "administration" | "clock">, em: EntityManager, payment: Payment, receipt: Receipt): Promise<void> {
  const at = receipt.receivedAt;
  const application = payment.application ? await em.findOneOrFail(Application, payment.application.id, forUpdate) : null;
  const whose = { citizenId: payment.citizen.id, officeId: application?.office.id ?? null };
  const record = recordEvent.bind(null, { administration, clock }, em);
  if (receipt.meaning === "PAID_TWICE") return record({ kind: "PAYMENT_PAID_TWICE", subjectId: payment.id, ...whose });
  payment.settle(receipt.amountCents, receipt.paidAt ?? at);
  em.create(LedgerEntry, { administration: administration.id, payment, receipt, amountCents: receipt.amountCents, at });
  record({ kind: "PAYMENT_PAID", subjectId: payment.id, ...whose });
  if (application?.state !== "SUBMITTED") return;
  application.start(at);
  record({ kind: "APPLICATION_STARTED", subjectId: application.id, ...whose });
}

/** Does it again when somebody else was first with the same receipt, lock or row: the second time it finds what they did. */
async function afterOthers<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (first.some(kind => error instanceof kind)) return work();
    throw error;
  }
}

const first = [UniqueConstraintViolationException, DeadlockException, OptimisticLockError];
