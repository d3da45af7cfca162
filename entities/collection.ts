import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { day, id, instant } from "./common.ts";
import { Payment } from "./payment.ts";
import { Receipt } from "./receipt.ts";

/** How far money that a receipt promised has come: AWAITED; REPORTED by its provider in a flow; CREDITED to our account. */
export const CollectionState = { AWAITED: "AWAITED", REPORTED: "REPORTED", CREDITED: "CREDITED" } as const;
export type CollectionState = keyof typeof CollectionState;

const CollectionSchema = defineEntity({
  name: "Collection",
  uniques: [{ properties: ["receipt", "transferIndex"] }],
  indexes: [
    { properties: ["administration", "iur", "transferIndex"] }, { properties: ["administration", "iuv"] }, { properties: ["administration", "paidOn"] },
    { properties: ["administration", "state"] }, { properties: ["payment"] },
  ],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    receipt: () => p.manyToOne(Receipt),
    /** The position that the receipt is for; null when it is none of ours. */
    payment: () => p.manyToOne(Payment).nullable(),
    /** Which transfer of the receipt, 1 to 5. With the two identifiers it is what a flow names a payment by. */
    transferIndex: p.integer(),
    iuv: p.text(),
    /** The node's identifier of the payment: the receipt's own. */
    iur: p.text(),
    amountCents: p.bigint("number"),
    /** The account that the transfer is for; null where the receipt does not say. */
    iban: p.text().nullable(),
    /** The day of the payment, to which it counts. */
    paidOn: day(),
    state: p.enum(() => CollectionState),
    notedAt: instant(),
  },
});

/**
 * Money that is to reach us: one transfer of a receipt, as far as it is for this administration. Made from the receipt,
 * and moved on by reconciliation alone: whether a position is paid is another matter, which receipts decide.
 */
export class Collection extends CollectionSchema.class {}
CollectionSchema.setClass(Collection);
