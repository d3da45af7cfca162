import { Field, InputType, Int, ObjectType } from "type-graphql";
import { BankCredit, BankStatement } from "../entities/bank-statement.ts";
import { Collection, CollectionState } from "../entities/collection.ts";
import { Flow, FlowOutcome, FlowPayment, FlowPaymentMatch, FlowState } from "../entities/flow.ts";
import { Costs, From, Id, MaybeText, Narrows, Paged, Stored, Text } from "./decorators.ts";
import { maybeMoneyFrom, Money, moneyFrom } from "./money.ts";
import { NodeType } from "./node.ts";
import { connectionOf } from "./page.ts";
import { PaymentType, ReceiptType } from "./payment.ts";
import { ShownCreditMatch } from "./reconciliation-words.ts";
import { DateScalar, DateTimeScalar } from "./scalars.ts";

/** Money to come. */
@Stored({ entity: () => Collection, idPrefix: "cln" })
@ObjectType("Collection", { description: "Money that is to reach the administration: one transfer of a receipt. A payment may be made of up to five." })
export class CollectionType {
  @Id()
  id!: string;

  @Field(() => CollectionState, { description: "How far it has come." })
  state!: CollectionState;

  @From(moneyFrom("amountCents"))
  @Field(() => Money, { description: "What the receipt promised." })
  amount!: Money;

  @Field(() => DateScalar, { description: "The day of the payment." })
  paidOn!: string;

  @Text("The payment's identifier for the debtor and the creditor (IUV).")
  iuv!: string;

  @Text("The payment's identifier for the node (IUR).")
  iur!: string;

  @Field(() => Int, { description: "Which transfer of the receipt, 1 to 5." })
  transferIndex!: number;

  @MaybeText("The account that it is for, where the receipt says so.")
  iban!: string | null;

  @Field(() => ReceiptType, { description: "The receipt that promised it." })
  receipt!: ReceiptType;

  @Field(() => PaymentType, { nullable: true, description: "What was owed; null when it is none of ours, or belongs to an office where the caller does not work." })
  payment!: PaymentType | null;
}

/** A payment reported. */
@Stored({ entity: () => FlowPayment, idPrefix: "flp" })
@ObjectType("FlowPayment", { description: "A payment as a provider reports it." })
export class FlowPaymentType {
  @Id()
  id!: string;

  @Field(() => Int, { description: "Its place in the flow." })
  index!: number;

  @Text("The payment's identifier for the debtor and the creditor (IUV).")
  iuv!: string;

  @Text("The payment's identifier for the node (IUR): that of the receipt.")
  iur!: string;

  @Field(() => Int, { description: "Which transfer of the payment, 1 to 5." })
  transferIndex!: number;

  @From(moneyFrom("amountCents"))
  @Field(() => Money, { description: "What was wired for it." })
  amount!: Money;

  @Field(() => FlowOutcome, { description: "How it came to be." })
  outcome!: FlowOutcome;

  @Field(() => DateScalar, { description: "The day on which it was paid, as the provider says." })
  paidOn!: string;

  @Field(() => FlowPaymentMatch, { description: "What it was matched with." })
  match!: FlowPaymentMatch;

  @Field(() => CollectionType, { nullable: true, description: "The money that it stands for; null where it was matched with none." })
  collection!: CollectionType | null;
}

/** Pages of payments of a flow. */
const FlowPaymentConnection = connectionOf("FlowPayment", () => FlowPaymentType);

/** A credit. */
@Stored({ entity: () => BankCredit, idPrefix: "crd" })
@ObjectType("BankCredit", { description: "Money of pagoPA on the account, as a bank statement shows it. Credits of other origin are not shown." })
export class BankCreditType {
  @Id()
  id!: string;

  @Field(() => DateScalar, { description: "When it was booked." })
  bookedOn!: string;

  @From(moneyFrom("amountCents"))
  @Field(() => Money, { description: "How much; below zero when the bank takes a credit back." })
  amount!: Money;

  @MaybeText("The flow that its causale names; null where it names none.")
  flowName!: string | null;

  @MaybeText("The payment (IUV) that its causale names, where a payment was wired alone.")
  iuv!: string | null;

  @MaybeText("The bank's reference of the booking, where the statement gives one.")
  reference!: string | null;

  @Field(() => ShownCreditMatch, { description: "What it was matched with: by its causale, or by the provider's reference of the transfer (`Flow.regulation`)." })
  match!: keyof typeof ShownCreditMatch;

  @Field(() => FlowType, { nullable: true, description: "The flow whose transfer it is; null where it was matched with none." })
  flow!: FlowType | null;

  @Field(() => CollectionType, { nullable: true, description: "The single payment that it is; null where it was matched with none." })
  collection!: CollectionType | null;
}

/** Pages of credits. */
const BankCreditConnection = connectionOf("BankCredit", () => BankCreditType);

/** A statement. */
@Stored({ entity: () => BankStatement, idPrefix: "bst" })
@ObjectType("BankStatement", { description: "A bank statement that staff brought in: by POST of the file (CAMT.053) to `/reconciliation/statements`.", implements: NodeType })
export class BankStatementType {
  @Id()
  id!: string;

  @Text("The account.")
  iban!: string;

  @Text("The bank's identifier of the statement.")
  reference!: string;

  @Field(() => DateScalar, { description: "The first day that it tells of." })
  fromDay!: string;

  @Field(() => DateScalar, { description: "The last day." })
  toDay!: string;

  @From(moneyFrom("creditsCents"))
  @Field(() => Money, { description: "All that it shows as credited, less what it takes back." })
  credited!: Money;

  @From(moneyFrom("othersCents"))
  @Field(() => Money, { description: "Of that, what is not of pagoPA, as far as is known: a flow that comes later may name some of it." })
  others!: Money;

  @From(moneyFrom("knownCents"))
  @Field(() => Money, { description: "Of that, what an earlier statement had shown, of whatever origin. The rest are `credits`, to the cent." })
  known!: Money;

  @Field(() => DateTimeScalar, { description: "When it was brought in." })
  importedAt!: string;

  @Paged({ property: "credits", order: [["place", "asc"]] })
  @Field(() => BankCreditConnection, { description: "Its credits of pagoPA that no earlier statement had shown, as they stand in it." })
  credits!: object;
}

/** Pages of statements. */
export const BankStatementConnection = connectionOf("BankStatement", () => BankStatementType);

/** A flow. */
@Stored({ entity: () => Flow, idPrefix: "flw" })
@ObjectType("Flow", { description: "A reporting flow (flusso di rendicontazione), in one of its revisions: what a payment provider says it wired to the administration in one credit transfer.", implements: NodeType })
export class FlowType {
  @Id()
  id!: string;

  @Text("The provider's name for it; the causale of the credit transfer repeats it.")
  name!: string;

  @Field(() => Int, { description: "Corrections are published as revisions; the last one counts." })
  revision!: number;

  @Text("The provider, by its code.")
  pspId!: string;

  @MaybeText("The provider's name, once the flow was read.")
  pspName!: string | null;

  @Field(() => FlowState, { description: "Where it stands." })
  state!: FlowState;

  @MaybeText("Why it could not be read the last time, as a code such as `HTTP_500`; null where it could.")
  failure!: string | null;

  @Field(() => DateTimeScalar, { description: "When it was published." })
  publishedAt!: string;

  @Field(() => DateScalar, { nullable: true, description: "The day of the credit transfer; null until it was read." })
  regulationDate!: string | null;

  @MaybeText("The provider's reference of the credit transfer (TRN); null until it was read.")
  regulation!: string | null;

  @From(maybeMoneyFrom("sumCents"))
  @Field(() => Money, { nullable: true, description: "What it says it comes to; null until it was read." })
  sum!: Money | null;

  @Field(() => Int, { nullable: true, description: "How many payments it says it holds; null until it was read." })
  count!: number | null;

  @From(maybeMoneyFrom("paymentsCents"))
  @Field(() => Money, { nullable: true, description: "What its payments come to, once it is complete." })
  paymentsSum!: Money | null;

  @Paged({ property: "payments", order: [["index", "asc"]] })
  @Field(() => FlowPaymentConnection, { description: "Its payments." })
  payments!: object;

  @Costs({ size: 1 })
  @From({ property: "credits", order: [["bookedOn", "asc"], ["id", "asc"]] })
  @Field(() => [BankCreditType], { description: "The credit that is its transfer, once a statement showed it." })
  credits!: BankCreditType[];
}

/** Pages of flows. */
export const FlowConnection = connectionOf("Flow", () => FlowType);

/** Which flows. */
@InputType({ description: "Which flows to list." })
export class FlowFilter {
  @Narrows("state", "in")
  @Field(() => [FlowState], { nullable: true, description: "Only in these states." })
  states?: FlowState[];

  @Narrows("name", "equals")
  @Field(() => String, { nullable: true, description: "Only with this name." })
  name?: string;
}
