import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";
import { Payment } from "./payment.ts";
import { Receipt } from "./receipt.ts";

/**
 * What was found when the stamp that came was looked at, the gravest first: what came is no stamp that can be read; it was
 * bought for another document, or at another price; its number is another stamp's; it is not signed; its signature does not
 * hold; whoever signed is none that the administration trusts; the signature holds, and no authority is named by which to
 * trust whoever signed; it is as it should be.
 */
export const StampVerdict = {
  UNREADABLE: "UNREADABLE", OTHER_DOCUMENT: "OTHER_DOCUMENT", OTHER_AMOUNT: "OTHER_AMOUNT", REPEATED: "REPEATED", UNSIGNED: "UNSIGNED", BROKEN: "BROKEN", UNTRUSTED: "UNTRUSTED",
  UNVERIFIED: "UNVERIFIED", GENUINE: "GENUINE",
} as const;
export type StampVerdict = keyof typeof StampVerdict;

/** Verdicts of a stamp that holds, as far as can be told. */
const sound: readonly StampVerdict[] = ["UNVERIFIED", "GENUINE"];

/** Verdicts with which somebody has something to do. */
export const wrongStamps: readonly StampVerdict[] = Object.values(StampVerdict).filter(verdict => !sound.includes(verdict));

const DigitalStampSchema = defineEntity({
  name: "DigitalStamp",
  uniques: [{ properties: ["payment", "transferIndex"] }],
  indexes: [{ properties: ["receipt"] }, { properties: ["administration", "verdict"] }, { properties: ["administration", "serialNumber"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    payment: () => p.manyToOne(Payment),
    /** Which transfer of the payment buys it, from 1. */
    transferIndex: p.integer(),
    amountCents: p.integer(),
    /** The document that bears it, byte for byte as it was when its hash was taken. The database refuses to change it. */
    document: p.blob(),
    /** SHA-256 of the document, in base64. */
    documentHash: p.text(),
    province: p.text(),
    /** The receipt that brought the stamp; null until it is paid. */
    receipt: () => p.manyToOne(Receipt).nullable(),
    /** The stamp as the payment provider bought it, byte for byte. */
    attachment: p.blob().nullable(),
    /** Its number (IUBD), when it was bought, and the hash that it was bought for, where the attachment can be read. */
    serialNumber: p.text().nullable(),
    boughtAt: instant().nullable(),
    stampedHash: p.text().nullable(),
    /** What the stamp that came is worth; null until somebody looked at it. The one thing that changes afterwards: an authority may be named later. */
    verdict: p.enum(() => StampVerdict).nullable(),
  },
});

/** A digital revenue stamp and the document that bears it: whoever looks years later finds the two belonging together, or is told that they do not. */
export class DigitalStamp extends DigitalStampSchema.class {}
DigitalStampSchema.setClass(DigitalStamp);
