import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { HandOver, Payment, PaymentState } from "../entities/payment.ts";
import { Receipt, ReceiptSource } from "../entities/receipt.ts";
import { Allow, Costs, From, Id, IdempotencyKey, MaybeText, Narrows, Needs, Stored, Text } from "./decorators.ts";
import { PrintedDocument } from "./document.ts";
import { CollectionType } from "./flow.ts";
import { Money, moneyFrom } from "./money.ts";
import { NodeType } from "./node.ts";
import { connectionOf } from "./page.ts";
import { DigitalStampType, PaymentMove, PaymentOptionType, PaymentShare } from "./position.ts";
import { resultOf } from "./problem.ts";
import { DateScalar, DateTimeScalar, NoticeNumberScalar } from "./scalars.ts";

registerEnumType(PaymentState, {
  name: "PaymentState", description: "Where a payment stands. Only a receipt makes it paid.",
  valuesConfig: {
    OPEN: { description: "To be paid." }, OUTCOME_UNKNOWN: { description: "Somebody went to pay; the receipt has not come yet. Do not pay again." },
    PAID: { description: "Paid, with a receipt." }, EXPIRED: { description: "Not paid in time." }, CANCELLED: { description: "Not due any more." },
    EXCLUDED: { description: "Not due any more, for the debt was paid in another way." },
  },
});

registerEnumType(ReceiptSource, {
  name: "ReceiptSource", description: "Who told of a payment.",
  valuesConfig: {
    NODE: { description: "pagoPA delivered the receipt." }, BIZ_EVENTS: { description: "pagoPA remembered the payment when it was asked, for no receipt came." },
    STAFF: { description: "A member of staff saw another proof." },
  },
});

/** Proof of payment. */
@Stored({ entity: () => Receipt, idPrefix: "rct" })
@ObjectType("Receipt", { description: "Proof that money moved, as pagoPA delivered it." })
export class ReceiptType {
  @Id()
  id!: string;

  @Text("pagoPA's own number of the payment.")
  receiptId!: string;

  @From(moneyFrom("amountCents"))
  @Field(() => Money, { description: "What was paid." })
  amount!: Money;

  @Text("Who took the money.")
  pspName!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was paid, where the receipt says so." })
  paidAt!: string | null;

  @Field(() => ReceiptSource, { description: "Who told of it." })
  source!: ReceiptSource;

  @Field(() => DateTimeScalar, { description: "When the receipt came." })
  receivedAt!: string;

  @Allow("desk:reconciliation")
  @Costs({ size: 1 })
  @From({ property: "collections", order: [["transferIndex", "asc"]] })
  @Field(() => [CollectionType], { description: "The money of it that is to reach the administration, and how far it has come; noted within a day." })
  collections!: CollectionType[];

  @Needs("id")
  @Field(() => PrintedDocument, { nullable: true, description: "The receipt on paper (quietanza), for the debtor and for staff who look after payments." })
  document!: PrintedDocument | null;
}

/** What is owed. */
@Stored({ entity: () => Payment, idPrefix: "pay" })
@ObjectType("Payment", { description: "Something owed to the administration, under a pagoPA notice.", implements: NodeType })
export class PaymentType {
  @Id()
  id!: string;

  @Field(() => PaymentState, { description: "Where it stands." })
  state!: PaymentState;

  @Field(() => NoticeNumberScalar, { description: "The notice to pay, at any provider." })
  noticeNumber!: string;

  @From(moneyFrom("amountCents"))
  @Field(() => Money, { description: "How much." })
  amount!: Money;

  @Needs("transfers", "dueOn", "state")
  @Field(() => Money, { description: "What is to be paid today: more than `amount` only where the administration's rules add something after the due day." })
  amountDue!: Money;

  @Costs({ size: 2 })
  @Needs("transfers", "dueOn", "state")
  @Field(() => [PaymentShare], { description: "Who gets which part of it: money for an account, or a digital revenue stamp." })
  shares!: PaymentShare[];

  @Text("What for.")
  description!: string;

  @Field(() => DateScalar, { description: "Until when." })
  dueOn!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was paid; null until it is." })
  paidAt!: string | null;

  @Costs({ size: 1 })
  @From({ property: "receipts", order: [["receivedAt", "asc"], ["id", "asc"]] })
  @Field(() => [ReceiptType], { description: "The receipts that came; more than one means that it was paid twice." })
  receipts!: ReceiptType[];

  @Needs("id", "state")
  @Field(() => PrintedDocument, { nullable: true, description: "The payment notice (avviso di pagamento) on paper, with every open way to pay the debt, for the debtor and for staff who look after payments. Null when nothing is to be paid under it now." })
  noticeDocument!: PrintedDocument | null;

  @Field(() => PaymentOptionType, { nullable: true, description: "The way of paying a debt that it is part of, where there are several; null where this is the only one." })
  option!: PaymentOptionType | null;

  @Field(() => Int, { nullable: true, description: "Its place among the instalments of its option, from 1; null without one." })
  instalment!: number | null;

  @Field(() => PaymentType, { nullable: true, description: "The payment that took its place under another notice number; null where none did." })
  replacedBy!: PaymentType | null;

  @Costs({ size: 3 })
  @From({ property: "history", order: [["at", "asc"], ["id", "asc"]] })
  @Field(() => [PaymentMove], { description: "Its moves so far, oldest first." })
  history!: PaymentMove[];

  @Costs({ size: 1 })
  @From({ property: "stamps", order: [["transferIndex", "asc"], ["id", "asc"]] })
  @Field(() => [DigitalStampType], { description: "The digital revenue stamps that it buys, with their documents." })
  stamps!: DigitalStampType[];

  @Allow("desk:payments")
  @Field(() => HandOver, { description: "What pagoPA's own register knows of it; for staff." })
  handOver!: HandOver;

  @Allow("desk:payments")
  @MaybeText("Why the register refused it, in a stable word; null unless it did. For staff.")
  handOverRefusal!: string | null;
}

/** Pages of payments. */
export const PaymentConnection = connectionOf("Payment", () => PaymentType);

/** Which payments. */
@InputType({ description: "Which payments to list." })
export class PaymentFilter {
  @Narrows("state", "in")
  @Field(() => [PaymentState], { nullable: true, description: "Only in these states." })
  states?: PaymentState[];
}

/** Go and pay. */
@InputType({ description: "Which payments to begin, all in one go at the payment page." })
export class StartPaymentInput {
  @Field(() => ID, { description: "The payment." })
  payment!: string;

  @Field(() => [ID], { nullable: true, description: "Other payments to make in the same go, up to four; all are started, or none." })
  alsoPay?: string[] | null;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Where to pay. */
@ObjectType({ description: "Where to send the person. Coming back from there proves nothing: wait for the receipt." })
export class StartPaymentSuccess {
  @Text("Address of the payment page, for the person's browser.")
  checkoutUrl!: string;

  @Field(() => PaymentType, { description: "The payment, whose outcome is unknown from here on." })
  payment!: PaymentType;

  @Field(() => [PaymentType], { description: "Every payment that was started, by when they were requested." })
  payments!: PaymentType[];

  @MaybeText("What happens next, for people, in their language.")
  next!: string | null;
}

export const StartPaymentResult = resultOf("StartPayment", () => StartPaymentSuccess, "NOT_FOUND", "WRONG_STATE", "PAYMENT_PENDING", "SOURCE_UNAVAILABLE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");

/** How an uncertain payment ended, as a member of staff has seen it. */
export const SettledOutcome = { PAID: "PAID", NOT_PAID: "NOT_PAID" } as const;
export type SettledOutcome = keyof typeof SettledOutcome;

registerEnumType(SettledOutcome, {
  name: "SettledOutcome", description: "How an uncertain payment ended.",
  valuesConfig: { PAID: { description: "It was paid: a proof with pagoPA's number of the payment was seen." }, NOT_PAID: { description: "Nothing was paid: it may be paid again." } },
});

/** Say how a payment ended. */
@InputType({ description: "How an uncertain payment ended, and how that is known." })
export class SettlePaymentInput {
  @Field(() => ID, { description: "The payment." })
  payment!: string;

  @Field(() => SettledOutcome, { description: "How it ended." })
  outcome!: SettledOutcome;

  @Text("How that is known, in at most 2,000 characters: the debtor may read it.")
  reason!: string;

  @MaybeText("pagoPA's own number of the payment (IUR), as the provider's receipt or the reporting flow shows it. Needed where it was paid.")
  receiptId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was paid, where the proof says so." })
  paidAt?: Date | null;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** What became of it. */
@ObjectType({ description: "The payment, settled." })
export class SettlePaymentSuccess {
  @Field(() => PaymentType, { description: "The payment as it now stands." })
  payment!: PaymentType;
}

export const SettlePaymentResult = resultOf("SettlePayment", () => SettlePaymentSuccess, "NOT_FOUND", "WRONG_STATE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
