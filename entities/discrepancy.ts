import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { BankCredit } from "./bank-statement.ts";
import { Collection } from "./collection.ts";
import { assertMove, id, instant, version, type Moves } from "./common.ts";
import { Flow, FlowPayment } from "./flow.ts";
import { Payment } from "./payment.ts";
import { Receipt } from "./receipt.ts";
import { StaffMember } from "./staff.ts";

/** What somebody has to look into: why receipts, flows and bank do not say the same, and what a receipt brought that it should not have. */
export const DiscrepancyReason = {
  AMOUNT_DIFFERS: "AMOUNT_DIFFERS", REPORTED_TWICE: "REPORTED_TWICE", IDENTIFIERS_DIFFER: "IDENTIFIERS_DIFFER", RECEIPT_MISSING: "RECEIPT_MISSING", PAID_WITHOUT_RECEIPT: "PAID_WITHOUT_RECEIPT",
  UNKNOWN_NOTICE: "UNKNOWN_NOTICE", REVOKED: "REVOKED", NOT_REPORTED: "NOT_REPORTED", FLOWS_NOT_LISTED: "FLOWS_NOT_LISTED", FLOW_FAILED: "FLOW_FAILED", FLOW_SUM_DIFFERS: "FLOW_SUM_DIFFERS", FLOW_WITHOUT_CREDIT: "FLOW_WITHOUT_CREDIT",
  STATEMENT_DIFFERS: "STATEMENT_DIFFERS", CREDITED_TWICE: "CREDITED_TWICE", CREDIT_AMBIGUOUS: "CREDIT_AMBIGUOUS", CREDIT_UNKNOWN: "CREDIT_UNKNOWN",
  PAID_TWICE: "PAID_TWICE", STAMP_WRONG: "STAMP_WRONG", STAMP_MISSING: "STAMP_MISSING",
} as const;
export type DiscrepancyReason = keyof typeof DiscrepancyReason;

export const DiscrepancyState = { OPEN: "OPEN", RESOLVED: "RESOLVED" } as const;
export type DiscrepancyState = keyof typeof DiscrepancyState;

const moves: Moves<DiscrepancyState> = { OPEN: ["RESOLVED"], RESOLVED: ["OPEN"] };

const DiscrepancySchema = defineEntity({
  name: "Discrepancy",
  uniques: [{ properties: ["administration", "reason", "subjectId"] }],
  indexes: [
    { properties: ["administration", "openedAt", "id"] }, { properties: ["administration", "state"] }, { properties: ["flow"] }, { properties: ["flowPayment"] }, { properties: ["credit"] },
    { properties: ["collection"] }, { properties: ["receipt"] }, { properties: ["payment"] }, { properties: ["resolvedBy"] },
  ],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    reason: p.enum(() => DiscrepancyReason),
    state: p.enum(() => DiscrepancyState),
    /** The id of what it is about: with the reason, what tells discrepancies apart. */
    subjectId: p.uuid(),
    /** What it is about, and what belongs to it. */
    flow: () => p.manyToOne(Flow).nullable(),
    flowPayment: () => p.manyToOne(FlowPayment).nullable(),
    credit: () => p.manyToOne(BankCredit).nullable(),
    collection: () => p.manyToOne(Collection).nullable(),
    receipt: () => p.manyToOne(Receipt).nullable(),
    payment: () => p.manyToOne(Payment).nullable(),
    /** What should have been there and what was, in cents, where it is a matter of amounts. */
    expectedCents: p.bigint("number").nullable(),
    foundCents: p.bigint("number").nullable(),
    openedAt: instant(),
    resolvedAt: instant().nullable(),
    /** Who settled it; null when its cause went away by itself. */
    resolvedBy: () => p.manyToOne(StaffMember).nullable(),
    note: p.text().nullable(),
    version: version(),
  },
});

/** Something that somebody has to look into. */
export class Discrepancy extends DiscrepancySchema.class {
  /** Settles it: who, when, and what was found or done. It stays settled, whatever reconciliation finds again. */
  resolve(by: StaffMember, note: string, at: Date): void {
    assertMove(moves, this.state, "RESOLVED");
    Object.assign(this, { state: "RESOLVED", resolvedBy: by, note, resolvedAt: at });
  }
}
DiscrepancySchema.setClass(Discrepancy);
