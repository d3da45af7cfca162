import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Collection } from "./collection.ts";
import { day, id, instant } from "./common.ts";
import { Flow } from "./flow.ts";
import { StaffMember } from "./staff.ts";

const BankStatementSchema = defineEntity({
  name: "BankStatement",
  uniques: [{ properties: ["administration", "contentHash", "place"] }],
  indexes: [{ properties: ["administration", "importedAt", "id"] }, { properties: ["importedBy"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    iban: p.text(),
    /** The bank's own identifier of the statement. */
    reference: p.text(),
    /** SHA-256 of the file, so that the same again is known. */
    contentHash: p.text(),
    /** Its place in the file, from 1. */
    place: p.integer(),
    fromDay: day(),
    toDay: day(),
    /** All its booked credits, less what it takes back; and those of them that are no transfers of pagoPA, as far as is known. */
    creditsCount: p.integer(),
    creditsCents: p.bigint("number"),
    othersCount: p.integer(),
    othersCents: p.bigint("number"),
    /** Credits that an earlier statement had brought already: those of pagoPA are kept there. All others are kept with this one. */
    knownCount: p.integer(),
    knownCents: p.bigint("number"),
    importedBy: () => p.manyToOne(StaffMember),
    importedAt: instant(),
    credits: () => p.oneToMany(BankCredit).mappedBy("statement"),
  },
});

/** A bank statement (CAMT.053) that staff brought in. */
export class BankStatement extends BankStatementSchema.class {}

/**
 * What a credit came to: MATCHED with a flow or a single payment, to the cent, or AMOUNT_DIFFERS; CREDITED_TWICE when
 * another credit stands for the same; AMBIGUOUS when it could be several; UNKNOWN as long as there is nothing that it could
 * be; REVERSED, it and what takes it back. OTHER is of other origin, as far as is known: it is shown to nobody.
 */
export const BankCreditMatch = {
  OPEN: "OPEN", MATCHED: "MATCHED", AMOUNT_DIFFERS: "AMOUNT_DIFFERS", CREDITED_TWICE: "CREDITED_TWICE", AMBIGUOUS: "AMBIGUOUS", UNKNOWN: "UNKNOWN", REVERSED: "REVERSED", OTHER: "OTHER",
} as const;
export type BankCreditMatch = keyof typeof BankCreditMatch;

const BankCreditSchema = defineEntity({
  name: "BankCredit",
  // At most one credit stands for a flow, or for a single payment; the same credit is not taken from two statements.
  uniques: [{ properties: ["flow"] }, { properties: ["collection"] }, { properties: ["administration", "identity"] }],
  indexes: [{ properties: ["statement", "place", "id"] }, { properties: ["administration", "match"] }, { properties: ["administration", "bookedOn"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    statement: () => p.manyToOne(BankStatement),
    /** Its place among the statement's credits, from 1. */
    place: p.integer(),
    /** A hash of all that tells the credit apart: equal in every statement that shows it. */
    identity: p.text(),
    bookedOn: day(),
    /** Below zero for a credit that the bank takes back. */
    amountCents: p.bigint("number"),
    /** What the causale names, and nothing else of it: a flow, or else the IUV of a payment that was wired alone. */
    flowName: p.text().nullable(),
    /** How else the name of the flow can be read, where the bank broke it or put a text behind it. */
    otherFlowNames: p.array().default([]),
    iuv: p.text().nullable(),
    /** The bank's own reference of the booking. */
    reference: p.text().nullable(),
    /** Every reference of the transfer that can be compared: one may be the TRN of a flow. */
    references: p.array().default([]),
    match: p.enum(() => BankCreditMatch),
    flow: () => p.manyToOne(Flow).nullable(),
    collection: () => p.manyToOne(Collection).nullable(),
  },
});

/**
 * Money of pagoPA on our account. Of credits of other origin, day, amount and references are kept for a while, for a flow may
 * come to name one that the bank cut the causale of; all else of them is other people's business.
 */
export class BankCredit extends BankCreditSchema.class {}

BankStatementSchema.setClass(BankStatement);
BankCreditSchema.setClass(BankCredit);
