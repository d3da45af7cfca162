import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { DigitalStamp, StampVerdict } from "../entities/digital-stamp.ts";
import { PaymentEvent } from "../entities/payment-event.ts";
import { PaymentOption, PaymentPlan } from "../entities/payment-plan.ts";
import { HandOver, PaymentState } from "../entities/payment.ts";
import { Costs, From, MaybeText, Stored, Text } from "./decorators.ts";
import { Money, moneyFrom } from "./money.ts";
import { PaymentType } from "./payment.ts";
import { DateTimeScalar } from "./scalars.ts";

registerEnumType(HandOver, {
  name: "HandOver", description: "What pagoPA's own register knows of a notice.",
  valuesConfig: {
    NONE: { description: "Nothing, and nothing is handed over." }, WAITING: { description: "It is about to be told." }, KEPT: { description: "That it is to be paid." },
    CLOSED: { description: "That it is not to be paid any more." }, REFUSED: { description: "It refused what no repeat mends: somebody has to look into it." },
  },
});

registerEnumType(StampVerdict, {
  name: "StampVerdict", description: "What a digital revenue stamp that came is worth.",
  valuesConfig: {
    GENUINE: { description: "It is as it should be, and signed by a seller whom the administration's authority certified." },
    UNVERIFIED: { description: "It is as it should be and its signature holds; the administration named no authority by which to tell who may sell stamps." },
    UNTRUSTED: { description: "Its signature holds, and whoever made it leads to no authority that the administration trusts, or had not been certified when it was bought." },
    BROKEN: { description: "Its signature does not hold." }, UNSIGNED: { description: "It is not signed." }, REPEATED: { description: "Its number is another stamp's: one stamp is for one document." },
    OTHER_AMOUNT: { description: "It was bought at another price." }, OTHER_DOCUMENT: { description: "It was bought for another document: the duty is not paid by it." }, UNREADABLE: { description: "What came is no stamp that can be read." },
  },
});

/** One move of a payment. */
@Stored({ entity: () => PaymentEvent, idPrefix: "pev" })
@ObjectType({ description: "One move of a payment." })
export class PaymentMove {
  @Field(() => PaymentState, { description: "Where it stood." })
  from!: PaymentState;

  @Field(() => PaymentState, { description: "Where it stands since." })
  to!: PaymentState;

  @MaybeText("Why, where a member of staff decided it.")
  reason!: string | null;

  @Field(() => DateTimeScalar, { description: "When." })
  at!: string;
}

/** One way of paying a debt. */
@Stored({ entity: () => PaymentOption, idPrefix: "pop" })
@ObjectType("PaymentOption", { description: "One way of paying a debt: in full, or in instalments. Whoever begins one shuts out the others." })
export class PaymentOptionType {
  @Field(() => Int, { description: "Its place among the ways that are offered, from 1." })
  position!: number;

  @Costs({ size: 5 })
  @From({ property: "instalments", order: [["instalment", "asc"], ["createdAt", "asc"], ["id", "asc"]] })
  @Field(() => [PaymentType], { description: "What it consists of, each under a notice of its own: one payment where it is in full. Those that were replaced are among them." })
  instalments!: PaymentType[];

  @Field(() => PaymentPlanType, { description: "All the ways of paying the same debt." })
  plan!: PaymentPlanType;
}

/** A debt with several ways of paying it. */
@Stored({ entity: () => PaymentPlan, idPrefix: "ppl" })
@ObjectType("PaymentPlan", { description: "A debt that may be paid in several ways, of which one is taken." })
export class PaymentPlanType {
  @From(moneyFrom("amountCents"))
  @Field(() => Money, { description: "The debt: each way of paying it comes to this." })
  amount!: Money;

  @Costs({ size: 2 })
  @From({ property: "options", order: [["position", "asc"], ["id", "asc"]] })
  @Field(() => [PaymentOptionType], { description: "The ways of paying it." })
  options!: PaymentOptionType[];
}

const base64 = (column: string): string => `translate(encode(${column}, 'base64'), E'\\n', '')`;

/** A stamp and what bears it. */
@Stored({ entity: () => DigitalStamp, idPrefix: "stp" })
@ObjectType("DigitalStamp", { description: "A digital revenue stamp (marca da bollo digitale) bought with a payment, and the document that bears it." })
export class DigitalStampType {
  @From(moneyFrom("amountCents"))
  @Field(() => Money, { description: "What it costs." })
  amount!: Money;

  @Text("SHA-256 of the document, in base64: what the stamp is bought for.")
  documentHash!: string;

  @Text("Province for which it is bought, in two letters.")
  province!: string;

  @From({ sql: column => base64(column("document")) })
  @Text("The document, byte for byte as it was stamped, in base64.")
  document!: string;

  @MaybeText("Number of the stamp (IUBD), once it was bought.")
  serialNumber!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was bought, by the stamp's own word; null until then." })
  boughtAt!: string | null;

  @From({ sql: column => base64(column("attachment")) })
  @MaybeText("The stamp itself, signed XML, byte for byte as it came with the receipt, in base64; null until it was bought.")
  attachment!: string | null;

  @From({ sql: column => `(encode(sha256(${column("document")}), 'base64') = ${column("documentHash")} and (${column("attachment")} is null or ${column("stampedHash")} is not distinct from ${column("documentHash")}))` })
  @Field(() => Boolean, { description: "Whether the document still has the hash that it was stamped with, and the stamp that came was bought for that hash: computed now, from what is kept." })
  intact!: boolean;

  @Field(() => StampVerdict, { nullable: true, description: "What the stamp that came is worth; null until it came and was looked at, a moment after the receipt." })
  verdict!: StampVerdict | null;
}

/** Who gets which part. */
@ObjectType({ description: "One share of a payment." })
export class PaymentShare {
  @Field(() => Money, { description: "How much, today." })
  amount!: Money;

  @Text("Who gets it.")
  creditor!: string;

  @Text("What for.")
  description!: string;

  @Field(() => Boolean, { description: "Whether it buys a digital revenue stamp." })
  isStamp!: boolean;
}
