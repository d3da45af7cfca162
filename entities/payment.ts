import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Application } from "./application.ts";
import { Citizen } from "./citizen.ts";
import { assertMove, day, id, instant, version, type Moves } from "./common.ts";
import { DigitalStamp } from "./digital-stamp.ts";
import { PaymentEvent } from "./payment-event.ts";
import { PaymentOption } from "./payment-plan.ts";
import { Receipt } from "./receipt.ts";
import type { StaffMember } from "./staff.ts";

/** EXCLUDED: the debt was paid in another of the ways that were offered, or under a notice that this one had replaced. */
export const PaymentState = { OPEN: "OPEN", OUTCOME_UNKNOWN: "OUTCOME_UNKNOWN", PAID: "PAID", EXPIRED: "EXPIRED", CANCELLED: "CANCELLED", EXCLUDED: "EXCLUDED" } as const;
export type PaymentState = keyof typeof PaymentState;

/** Money may arrive whatever we thought of the position, except when it already did: so every open end leads to PAID. */
export const paymentMoves: Moves<PaymentState> = {
  OPEN: ["OUTCOME_UNKNOWN", "PAID", "EXPIRED", "CANCELLED", "EXCLUDED"],
  OUTCOME_UNKNOWN: ["OPEN", "PAID", "EXCLUDED"],
  EXPIRED: ["PAID", "OPEN", "CANCELLED", "EXCLUDED"],
  CANCELLED: ["PAID", "EXCLUDED"],
  EXCLUDED: [],
  PAID: [],
};

/** States in which a position is still to be paid. */
export const toBePaid: ReadonlySet<PaymentState> = new Set(["OPEN", "OUTCOME_UNKNOWN"]);

/**
 * What pagoPA's register of positions knows of one: nothing and needs nothing (NONE), nothing yet (WAITING), that it is to
 * be paid (KEPT), that it is not any more (CLOSED), or it refused what no repeat mends (REFUSED).
 */
export const HandOver = { NONE: "NONE", WAITING: "WAITING", KEPT: "KEPT", CLOSED: "CLOSED", REFUSED: "REFUSED" } as const;
export type HandOver = keyof typeof HandOver;

/** One share of a payment: to whom, how much, for what. A payment has one to five. */
export type Transfer = AccountTransfer | StampTransfer;

interface Share {
  readonly creditorFiscalCode: string;
  readonly creditorName: string;
  readonly amountCents: number;
  readonly remittance: string;
  readonly taxonomyCode: string;
}

/** Money for an account. */
export interface AccountTransfer extends Share {
  readonly iban: string;
  readonly postalIban?: string;
}

/** Money for which the payment provider buys a digital revenue stamp (marca da bollo digitale). */
export interface StampTransfer extends Share {
  /** SHA-256 of the document that bears the stamp, in base64, and the two letters of the province where its owner lives. */
  readonly stamp: { readonly documentHash: string; readonly province: string };
}

/** Whether a share buys a stamp. */
export const isStamp = (transfer: Transfer): transfer is StampTransfer => "stamp" in transfer;

const PaymentSchema = defineEntity({
  name: "Payment",
  uniques: [{ properties: ["administration", "noticeNumber"] }, { properties: ["administration", "iuv"] }],
  indexes: [
    { properties: ["citizen", "createdAt", "id"] }, { properties: ["application"] }, { properties: ["administration", "createdAt", "id"] },
    { properties: ["option", "instalment", "id"], where: `"option_id" is not null` }, { properties: ["replacedBy"], where: `"replaced_by_id" is not null` }, { properties: ["administration", "handOver", "createdAt", "id"] },
    { properties: ["administration", "state", "dueOn"] },
  ],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    citizen: () => p.manyToOne(Citizen),
    application: () => p.manyToOne(Application).nullable(),
    /** The way of paying a debt that it is part of, where the debt may be paid in several; null when this is the only one. */
    option: () => p.manyToOne(PaymentOption).nullable(),
    /** Its place within the option, from 1. */
    instalment: p.integer().nullable(),
    /** The position that took its place, under another notice number. */
    replacedBy: () => p.manyToOne(Payment).nullable(),
    /** Eighteen digits, on the paper and in the QR. */
    noticeNumber: p.text(),
    /** Seventeen digits: the notice number without its first. */
    iuv: p.text(),
    /** What is due up to the due day: the sum of the transfers. */
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
    handOver: p.enum(() => HandOver).default("NONE"),
    /** Why the register refused it, in a constant word. */
    handOverRefusal: p.text().nullable(),
    createdAt: instant(),
    version: version(),
    receipts: () => p.oneToMany(Receipt).mappedBy("payment"),
    history: () => p.oneToMany(PaymentEvent).mappedBy("payment"),
    stamps: () => p.oneToMany(DigitalStamp).mappedBy("payment"),
  },
});

/** Why a position moved, and which member of staff moved it. */
interface Because {
  readonly reason?: string;
  readonly member?: StaffMember;
}

/** A debt position: what somebody owes, under a notice number. Each move is kept in its history. */
export class Payment extends PaymentSchema.class {
  /** Refuses what the present state does not allow. */
  assertCan(state: PaymentState): void {
    assertMove(paymentMoves, this.state, state);
  }

  /** Closes the position with the first receipt: what it says was paid, in cents, and when; `at` is when that became known. */
  settle(paidCents: number, paidAt: Date, at: Date): void {
    this.move("PAID", at);
    this.paidCents = paidCents;
    this.paidAt = paidAt;
  }

  /** Somebody left for the payment page: until a receipt comes, nobody knows. */
  awaitOutcome(at: Date): void {
    this.move("OUTCOME_UNKNOWN", at);
  }

  /** It became known that nothing was paid: it may be paid again. */
  reopen(at: Date, because: Because = {}): void {
    this.move("OPEN", at, because);
  }

  /** Its due day has passed, after which the administration takes nothing any more. */
  expire(at: Date): void {
    this.move("EXPIRED", at);
  }

  /** It is not due any more, for a reason that the debtor may read. */
  cancel(at: Date, because: Required<Because>): void {
    this.move("CANCELLED", at, because);
  }

  /** The debt was paid in another way. */
  exclude(at: Date): void {
    this.move("EXCLUDED", at);
  }

  private move(state: PaymentState, at: Date, { reason, member }: Because = {}): void {
    this.assertCan(state);
    this.history.add(new PaymentEvent({ administration: this.administration, payment: this, from: this.state, to: state, reason: reason ?? null, member: member ?? null, at }));
    this.state = state;
  }
}
PaymentSchema.setClass(Payment);
