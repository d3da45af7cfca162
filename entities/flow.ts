import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { BankCredit } from "./bank-statement.ts";
import { Collection } from "./collection.ts";
import { assertMove, day, id, instant, version, type Moves } from "./common.ts";

/** WAITING to be read; COMPLETE, and held against the receipts; SUPERSEDED by a later revision; FAILED: somebody has to look. */
export const FlowState = { WAITING: "WAITING", COMPLETE: "COMPLETE", SUPERSEDED: "SUPERSEDED", FAILED: "FAILED" } as const;
export type FlowState = keyof typeof FlowState;

const moves: Moves<FlowState> = { WAITING: ["COMPLETE", "SUPERSEDED", "FAILED"], FAILED: ["WAITING", "SUPERSEDED"], COMPLETE: ["SUPERSEDED"], SUPERSEDED: [] };

/** How often a flow is tried before a human is asked. */
export const mostFailures = 5;

const FlowSchema = defineEntity({
  name: "Flow",
  uniques: [{ properties: ["administration", "pspId", "name", "revision"] }],
  indexes: [{ properties: ["administration", "publishedAt", "id"] }, { properties: ["administration", "state", "regulationDate"] }, { properties: ["administration", "trn"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    pspId: p.text(),
    /** Unique for its provider within a year; the causale of the credit transfer repeats it. */
    name: p.text(),
    revision: p.integer(),
    publishedAt: instant(),
    state: p.enum(() => FlowState),
    pspName: p.text().nullable(),
    /** The provider's reference of the credit transfer (TRN). */
    regulation: p.text().nullable(),
    regulationDate: day().nullable(),
    /** The same as it can be compared with what a bank writes; null where it names no transfer. */
    trn: p.text().nullable(),
    /** What it says it holds: the amount of the credit transfer, and how many payments. */
    sumCents: p.bigint("number").nullable(),
    count: p.integer().nullable(),
    /** What its payments come to, and how many there are: known once it is complete. */
    paymentsCents: p.bigint("number").nullable(),
    paymentsCount: p.integer().nullable(),
    /** Pages of payments kept so far: whoever reads on begins after them. */
    pages: p.integer(),
    /** The most pages that were ever kept: a flow that does not hold together is read anew. */
    furthest: p.integer().default(0),
    /** Tries in a row that failed without getting on, and the code of the last failure. */
    failures: p.integer(),
    failure: p.text().nullable(),
    completedAt: instant().nullable(),
    createdAt: instant(),
    version: version(),
    payments: () => p.oneToMany(FlowPayment).mappedBy("flow"),
    credits: () => p.oneToMany(BankCredit).mappedBy("flow"),
  },
});

/** A reporting flow in one of its revisions: what a provider says it wired to one account in one credit transfer. */
export class Flow extends FlowSchema.class {
  /** What it says of itself, as the platform told. */
  describe({ pspName, regulation, trn, regulationDate, sumCents, count }: { pspName: string; regulation: string; trn: string | null; regulationDate: string; sumCents: number; count: number }): void {
    Object.assign(this, { pspName, regulation, trn, regulationDate, sumCents, count });
  }

  /** A page more of its payments is kept. One that was never kept before is a gain: failures are counted anew. */
  turnPage(): void {
    this.pages += 1;
    if (this.pages <= this.furthest) return;
    Object.assign(this, { furthest: this.pages, failures: 0, failure: null });
  }

  /** All of it is here: so many payments, that come to so many cents. */
  complete(paymentsCount: number, paymentsCents: number, at: Date): void {
    assertMove(moves, this.state, "COMPLETE");
    Object.assign(this, { state: "COMPLETE", paymentsCount, paymentsCents, completedAt: at, failures: 0, failure: null });
  }

  /** A later revision is here. */
  supersede(): void {
    assertMove(moves, this.state, "SUPERSEDED");
    this.state = "SUPERSEDED";
  }

  /** A try failed, for a reason with this code. After several in a row it waits for a human. */
  fail(code: string): void {
    this.failures += 1;
    this.failure = code;
    if (this.failures < mostFailures) return;
    assertMove(moves, this.state, "FAILED");
    this.state = "FAILED";
  }

  /** A human looked: it is tried again. Refused unless it had failed. */
  retry(): void {
    assertMove(moves, this.state, "WAITING");
    Object.assign(this, { state: "WAITING", failures: 0, failure: null });
  }

  /** What was read of it does not hold together: it is read again from its first page. */
  startOver(): void {
    this.pages = 0;
  }
}

/**
 * What a payment of a flow came to: OPEN as long as its flow is not complete; MATCHED with what a receipt promised, to the
 * cent, or AMOUNT_DIFFERS; for all others why there is nothing to match it with; SUPERSEDED together with its flow.
 */
export const FlowPaymentMatch = {
  OPEN: "OPEN", MATCHED: "MATCHED", AMOUNT_DIFFERS: "AMOUNT_DIFFERS", REPORTED_TWICE: "REPORTED_TWICE", IDENTIFIERS_DIFFER: "IDENTIFIERS_DIFFER", RECEIPT_MISSING: "RECEIPT_MISSING",
  PAID_WITHOUT_RECEIPT: "PAID_WITHOUT_RECEIPT", UNKNOWN_NOTICE: "UNKNOWN_NOTICE", REVOKED: "REVOKED", SUPERSEDED: "SUPERSEDED",
} as const;
export type FlowPaymentMatch = keyof typeof FlowPaymentMatch;

/** How a payment came to be: as always, by stand-in of the node, without a request for payment, both, or taken back. */
export const FlowOutcome = { EXECUTED: "EXECUTED", STAND_IN: "STAND_IN", STAND_IN_NO_RPT: "STAND_IN_NO_RPT", NO_RPT: "NO_RPT", REVOKED: "REVOKED" } as const;
export type FlowOutcome = keyof typeof FlowOutcome;

const FlowPaymentSchema = defineEntity({
  name: "FlowPayment",
  // At most one payment of a flow stands for what a receipt promised.
  uniques: [{ properties: ["collection"] }],
  indexes: [{ properties: ["flow", "index", "id"] }, { properties: ["administration", "match"] }, { properties: ["administration", "paidOn"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    flow: () => p.manyToOne(Flow),
    /** Its place in the flow. */
    index: p.integer(),
    iuv: p.text(),
    iur: p.text(),
    transferIndex: p.integer(),
    amountCents: p.bigint("number"),
    outcome: p.enum(() => FlowOutcome),
    paidOn: day(),
    match: p.enum(() => FlowPaymentMatch),
    collection: () => p.manyToOne(Collection).nullable(),
  },
});

/** A payment in a flow. */
export class FlowPayment extends FlowPaymentSchema.class {}

const FlowSearchSchema = defineEntity({
  name: "FlowSearch",
  properties: {
    administration: () => p.manyToOne(Administration).primary(),
    /** When all flows were listed the last time. */
    foundAt: instant().nullable(),
    /** Tries in a row that failed since, and the code of the last failure. */
    failures: p.integer(),
    failure: p.text().nullable(),
  },
});

/** How looking for an administration's flows has been going. */
export class FlowSearch extends FlowSearchSchema.class {
  /** They were listed. */
  succeed(at: Date): void {
    Object.assign(this, { foundAt: at, failures: 0, failure: null });
  }

  /** They could not be listed, for a reason with this code. */
  fail(code: string): void {
    this.failures += 1;
    this.failure = code;
  }
}

FlowSearchSchema.setClass(FlowSearch);
FlowSchema.setClass(Flow);
FlowPaymentSchema.setClass(FlowPayment);
