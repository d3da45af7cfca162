import { Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import { Payment, PaymentState } from "../entities/payment.ts";
import { Receipt } from "../entities/receipt.ts";
import { Costs, From, Id, IdempotencyKey, MaybeText, Narrows, Stored, Text } from "./decorators.ts";
import { Money, moneyFrom } from "./money.ts";
import { NodeType } from "./node.ts";
import { connectionOf } from "./page.ts";
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

  @Field(() => DateTimeScalar, { description: "When the receipt came." })
  receivedAt!: string;
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

  @Text("What for.")
  description!: string;

  @Field(() => DateScalar, { description: "Until when." })
  dueOn!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was paid." })
  paidAt!: string | null;

  @Costs({ size: 1 })
  @From({ property: "receipts", order: [["receivedAt", "asc"], ["id", "asc"]] })
  @Field(() => [ReceiptType], { description: "The receipts that came; more than one means that it was paid twice." })
  receipts!: ReceiptType[];
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
@InputType({ description: "Which payment to start, and where to come back." })
export class StartPaymentInput {
  @Field(() => ID, { description: "The payment." })
  payment!: string;

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

  @MaybeText("What happens next, for people.")
  next!: string | null;
}

export const StartPaymentResult = resultOf("StartPayment", () => StartPaymentSuccess, "NOT_FOUND", "WRONG_STATE", "PAYMENT_PENDING", "SOURCE_UNAVAILABLE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
