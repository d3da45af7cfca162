import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Application } from "./application.ts";
import { Citizen } from "./citizen.ts";
import { assertMove, day, id, instant, version, type Moves } from "./common.ts";
import { Receipt } from "./receipt.ts";

export const PaymentState = { OPEN: "OPEN", OUTCOME_UNKNOWN: "OUTCOME_UNKNOWN", PAID: "PAID", EXPIRED: "EXPIRED", CANCELLED: "CANCELLED" } as const;
export type PaymentState = keyof typeof PaymentState;

/** Money may arrive whatever we thought of the position, except when it already did: so every open end leads to PAID. */
export const paymentMoves: Moves<PaymentState> = {
  OPEN: ["OUTCOME_UNKNOWN", "PAID", "EXPIRED", "CANCELLED"],
  OUTCOME_UNKNOWN: ["OPEN", "PAID"],
  EXPIRED: ["PAID", "OPEN"],
  CANCELLED: ["PAID"],
  PAID: [],
};

/** One share of a payment: to whom, how much, for what. */
export interface Transfer {
  readonly creditorFiscalCode: string;
  readonly creditorName: string;
  readonly amountCents: number;
  readonly iban: string;
  readonly postalIban?: string;
  readonly remittance: string;
  readonly taxonomyCode: string;
}

const PaymentSchema = defineEntity({
  name: "Payment",
  uniques: [{ properties: ["administration", "noticeNumber"] }, { properties: ["administration", "iuv"] }],
  indexes: [{ properties: ["citizen", "createdAt", "id"] }, { properties: ["application"] }, { properties: ["administration", "createdAt", "id"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    citizen: () => p.manyToOne(Citizen),
    application: () => p.manyToOne(Application).nullable(),
    /** Eighteen digits, on the paper and in the QR. */
    noticeNumber: p.text(),
    /** Seventeen digits: the notice number without its first. */
    iuv: p.text(),
    amountCents: p.integer(),
    /** What it is for; no personal data, for it travels through banks. */
    description: p.text(),
    /** Name of the debtor as the notice prints it. */
    debtorName: p.text(),
    debtorFiscalCode: p.text(),
    dueOn: day(),
    transfers: p.json<readonly Transfer[]>(),
    state: p.enum(() => PaymentState),
    paidAt: instant().nullable(),
    /** What the receipt that closed it says was paid; another sum than was due is for the accountant to look into. */
    paidCents: p.bigint("number").nullable(),
    createdAt: instant(),
    version: version(),
    receipts: () => p.oneToMany(Receipt).mappedBy("payment"),
  },
});

/** A debt position: what somebody owes, under a notice number. */
export class Payment extends PaymentSchema.class {
  /** Refuses what the present state does not allow. */
  assertCan(state: PaymentState): void {
    assertMove(paymentMoves, this.state, state);
  }

  /** Closes the position with the first receipt: what it says was paid, in cents, and when. */
  settle(paidCents: number, at: Date): void {
    this.assertCan("PAID");
    this.state = "PAID";
    this.paidCents = paidCents;
    this.paidAt = at;
  }

  /** Somebody left for the payment page: until a receipt comes, nobody knows. */
  awaitOutcome(): void {
    this.assertCan("OUTCOME_UNKNOWN");
    this.state = "OUTCOME_UNKNOWN";
  }
}
PaymentSchema.setClass(Payment);
