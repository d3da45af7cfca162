import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { IdempotencyKey, Text } from "./decorators.ts";
import { PaymentType } from "./payment.ts";
import { resultOf } from "./problem.ts";
import { DateScalar } from "./scalars.ts";

const problems = ["NOT_FOUND", "WRONG_STATE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT"] as const;

/** Take it back. */
@InputType({ description: "Which payment is not due any more, and why." })
export class CancelPaymentInput {
  @Field(() => ID, { description: "The payment." })
  payment!: string;

  @Text("Why, in at most 500 characters: the debtor reads it.")
  reason!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Taken back. */
@ObjectType({ description: "It is not due any more." })
export class CancelPaymentSuccess {
  @Field(() => PaymentType, { description: "The payment." })
  payment!: PaymentType;
}

export const CancelPaymentResult = resultOf("CancelPayment", () => CancelPaymentSuccess, ...problems);

/** Ask for it anew. */
@InputType({ description: "Which payment is asked for anew under another notice number, and what changes." })
export class ReplacePaymentInput {
  @Field(() => ID, { description: "The payment to be replaced." })
  payment!: string;

  @Text("Why, in at most 500 characters: the debtor reads it.")
  reason!: string;

  @Field(() => Int, { nullable: true, description: "Another amount, in euro cents; not for an instalment." })
  amountCents?: number | null;

  @Field(() => DateScalar, { nullable: true, description: "Another due day." })
  dueOn?: string | null;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Asked for anew. */
@ObjectType({ description: "It is due under another notice." })
export class ReplacePaymentSuccess {
  @Field(() => PaymentType, { description: "The payment that holds now." })
  payment!: PaymentType;

  @Field(() => PaymentType, { description: "The one that does not any more." })
  replaced!: PaymentType;
}

export const ReplacePaymentResult = resultOf("ReplacePayment", () => ReplacePaymentSuccess, ...problems);

/** Part it. */
@InputType({ description: "Which payment may also be paid in instalments, and when each is due." })
export class OfferInstalmentsInput {
  @Field(() => ID, { description: "The payment." })
  payment!: string;

  @Field(() => [DateScalar], { description: "The due day of each instalment: two to sixty, in order, none of them past." })
  dueOn!: string[];

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Parted. */
@ObjectType({ description: "It may be paid in full or in instalments." })
export class OfferInstalmentsSuccess {
  @Field(() => PaymentType, { description: "The payment in full; its `option` leads to the plan." })
  payment!: PaymentType;
}

export const OfferInstalmentsResult = resultOf("OfferInstalments", () => OfferInstalmentsSuccess, ...problems);

/** Part one's own. */
@InputType({ description: "Which payment of one's own is to be paid in instalments, and when each is due." })
export class ChooseInstalmentsInput {
  @Field(() => ID, { description: "The payment." })
  payment!: string;

  @Field(() => [DateScalar], { description: "The due day of each instalment, in order, none of them past: within the limits that the administration sets for the service." })
  dueOn!: string[];

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Parted by whoever owes. */
@ObjectType({ description: "It may be paid in full or in instalments." })
export class ChooseInstalmentsSuccess {
  @Field(() => PaymentType, { description: "The payment in full; its `option` leads to the plan." })
  payment!: PaymentType;
}

export const ChooseInstalmentsResult = resultOf("ChooseInstalments", () => ChooseInstalmentsSuccess, ...problems, "NOT_ELIGIBLE");

/** Tell the register once more. */
@InputType({ description: "Which payment, refused by pagoPA's register, is to be given to it again." })
export class RetryHandOverInput {
  @Field(() => ID, { description: "The payment." })
  payment!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Told soon. */
@ObjectType({ description: "It is given again." })
export class RetryHandOverSuccess {
  @Field(() => PaymentType, { description: "The payment." })
  payment!: PaymentType;
}

export const RetryHandOverResult = resultOf("RetryHandOver", () => RetryHandOverSuccess, ...problems);
