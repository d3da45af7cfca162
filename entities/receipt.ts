import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Collection } from "./collection.ts";
import { id, instant } from "./common.ts";
import { Payment } from "./payment.ts";

/** What a receipt meant when it came: it settled a position, it paid one twice, it is for a notice that is not ours, or it says that nothing was paid. */
export const ReceiptMeaning = { SETTLED: "SETTLED", PAID_TWICE: "PAID_TWICE", UNKNOWN_NOTICE: "UNKNOWN_NOTICE", NOT_PAID: "NOT_PAID" } as const;
export type ReceiptMeaning = keyof typeof ReceiptMeaning;

/** Who told of it: the node, by delivering the receipt; the platform, when asked for a receipt that never came; or a member of staff, by a proof of their own. */
export const ReceiptSource = { NODE: "NODE", BIZ_EVENTS: "BIZ_EVENTS", STAFF: "STAFF" } as const;
export type ReceiptSource = keyof typeof ReceiptSource;

const ReceiptSchema = defineEntity({
  name: "Receipt",
  uniques: [{ properties: ["administration", "receiptId"] }],
  indexes: [{ properties: ["payment"] }, { properties: ["administration", "receivedAt", "id"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** Null when it pays no position of ours: we are a beneficiary, it was broadcast, or nothing was paid. */
    payment: () => p.manyToOne(Payment).nullable(),
    /** The node's own identifier of the payment (also IUR): the natural key. */
    receiptId: p.text(),
    noticeNumber: p.text(),
    creditorFiscalCode: p.text(),
    iuv: p.text(),
    /** The contract allows more cents than an integer holds, and no receipt may be refused. */
    amountCents: p.bigint("number"),
    meaning: p.enum(() => ReceiptMeaning),
    /** Turns to NODE when the node delivers it after all. */
    source: p.enum(() => ReceiptSource).default("NODE"),
    pspName: p.text(),
    paymentMethod: p.text().nullable(),
    paidAt: instant().nullable(),
    receivedAt: instant(),
    /** The message as it came, byte for byte: the proof. */
    message: p.blob(),
    collections: () => p.oneToMany(Collection).mappedBy("receipt"),
  },
});

/** Proof that money moved. Kept for ever, never refused; never changed, but that the node's own message takes the place of what was told in its stead. */
export class Receipt extends ReceiptSchema.class {}
ReceiptSchema.setClass(Receipt);
