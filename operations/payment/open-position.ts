import type { EntityManager } from "@mikro-orm/postgresql";
import { DigitalStamp } from "../../entities/digital-stamp.ts";
import { isStamp, Payment, type Transfer } from "../../entities/payment.ts";
import type { PaymentOption } from "../../entities/payment-plan.ts";
import { newId } from "../../kernel/ids.ts";
import { iuvOf, noticeNumber } from "../../rules/notice-number.ts";
import { recordEvent } from "../event/record.ts";
import type { Hub } from "../hub.ts";
import { nextNumber } from "../next-number.ts";
import { totalOf } from "./amount-due.ts";
import { documentHash } from "./stamp.ts";

/** What a position says besides its number. */
export interface Opening extends Pick<Payment, "citizen" | "application" | "description" | "debtorName" | "debtorFiscalCode" | "dueOn"> {
  /** One to five. */
  readonly transfers: readonly Transfer[];
  /** The documents that its stamps are bought for, in any order. */
  readonly documents: readonly Uint8Array[];
  /** The way of paying a debt that it is part of, and its place there. */
  readonly place?: { readonly option: PaymentOption; readonly instalment: number };
}

/**
 * Opens a debt position under a notice number that no other position ever has, and has it handed to pagoPA's register.
 * Part of the transaction that makes it due. Throws `RangeError` for what no notice can hold.
 */
export async function openPosition(hub: Pick<Hub, "administration" | "clock">, em: EntityManager, { transfers, documents, place, ...said }: Opening): Promise<Payment> {
  const { administration, clock } = hub;
  if (transfers.length < 1 || transfers.length > 5) throw new RangeError("a payment has one to five transfers");
  const { segregationCode } = administration.settings.pagopa;
  const notice = noticeNumber(segregationCode, await nextNumber(em, `${administration.id}/notice/${segregationCode}`));
  const payment = em.create(Payment, {
    ...said, id: newId(), administration: administration.id, option: place?.option ?? null, instalment: place?.instalment ?? null,
    noticeNumber: notice, iuv: iuvOf(notice), amountCents: totalOf(transfers), transfers, state: "OPEN", handOver: "WAITING", createdAt: clock.now(),
  });
  keepDocuments(em, payment, documents);
  recordEvent(hub, em, { kind: "PAYMENT_REQUESTED", subjectId: payment.id, citizenId: said.citizen.id, officeId: said.application?.office.id ?? null });
  return payment;
}

/** Keeps the document of each stamp that a position buys, byte for byte: its hash must still match when years have passed. */
function keepDocuments(em: EntityManager, payment: Payment, documents: readonly Uint8Array[]): void {
  const byHash = new Map(documents.map(document => [documentHash(document), document]));
  for (const [place, transfer] of payment.transfers.entries()) {
    if (!isStamp(transfer)) continue;
    const document = byHash.get(transfer.stamp.documentHash);
    if (!document) throw new RangeError("a stamp is bought for a document that is at hand");
    em.create(DigitalStamp, {
      id: newId(), administration: payment.administration, payment, transferIndex: place + 1, amountCents: transfer.amountCents,
      document: Buffer.from(document), documentHash: transfer.stamp.documentHash, province: transfer.stamp.province,
    });
  }
}
