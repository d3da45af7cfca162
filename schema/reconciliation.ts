import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Discrepancy, DiscrepancyReason, DiscrepancyState } from "../entities/discrepancy.ts";
import { Costs, From, Id, IdempotencyKey, MaybeText, Narrows, Needs, Paged, Stored, Text } from "./decorators.ts";
import { BankCreditType, BankStatementConnection, CollectionType, FlowConnection, FlowPaymentType, FlowType } from "./flow.ts";
import { maybeMoneyFrom, Money } from "./money.ts";
import { NodeType } from "./node.ts";
import { connectionOf } from "./page.ts";
import { PaymentType, ReceiptType } from "./payment.ts";
import { resultOf } from "./problem.ts";
import { DateScalar, DateTimeScalar } from "./scalars.ts";
import { Source } from "./source.ts";

/** Something to look into. */
@Stored({ entity: () => Discrepancy, idPrefix: "dsc" })
@ObjectType("Discrepancy", { description: "Something that somebody has to look into: receipts, flows and bank do not say the same, or a receipt brought what it should not have.", implements: NodeType })
export class DiscrepancyType {
  @Id()
  id!: string;

  @Field(() => DiscrepancyReason, { description: "What is wrong, for programs." })
  reason!: DiscrepancyReason;

  @Needs("reason")
  @Text("What is wrong and what to do, for people.")
  explanation!: string;

  @Field(() => DiscrepancyState, { description: "Whether somebody still has to look." })
  state!: DiscrepancyState;

  @From(maybeMoneyFrom("expectedCents"))
  @Field(() => Money, { nullable: true, description: "What there should be, where it is a matter of amounts." })
  expected!: Money | null;

  @From(maybeMoneyFrom("foundCents"))
  @Field(() => Money, { nullable: true, description: "What there is, where it is a matter of amounts." })
  found!: Money | null;

  @Field(() => FlowType, { nullable: true, description: "The flow that it is about, where it is about one." })
  flow!: FlowType | null;

  @Field(() => FlowPaymentType, { nullable: true, description: "The reported payment that it is about, where it is about one." })
  flowPayment!: FlowPaymentType | null;

  @Field(() => BankCreditType, { nullable: true, description: "The credit that it is about, where it is about one." })
  credit!: BankCreditType | null;

  @Field(() => CollectionType, { nullable: true, description: "The money that a receipt promised, where it is about that." })
  collection!: CollectionType | null;

  @Field(() => ReceiptType, { nullable: true, description: "The receipt that it is about, where it is about one." })
  receipt!: ReceiptType | null;

  @Field(() => PaymentType, { nullable: true, description: "The payment that it is about; null also when it belongs to an office where the caller does not work." })
  payment!: PaymentType | null;

  @Field(() => DateTimeScalar, { description: "Since when." })
  openedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was settled, or its cause went away; null while it is open." })
  resolvedAt!: string | null;

  @From({ sql: column => `(select m."name" from "staff_member" m where m."id" = ${column("resolvedBy")})` })
  @MaybeText("Who settled it; null while it is open, and when its cause went away by itself.")
  resolvedBy!: string | null;

  @MaybeText("What they found or did; null while it is open, and when its cause went away by itself.")
  note!: string | null;
}

/** Pages of the work list. */
export const DiscrepancyConnection = connectionOf("Discrepancy", () => DiscrepancyType);

/** Which discrepancies. */
@InputType({ description: "Which discrepancies to list." })
export class DiscrepancyFilter {
  @Narrows("state", "in")
  @Field(() => [DiscrepancyState], { nullable: true, description: "Only in these states." })
  states?: DiscrepancyState[];

  @Narrows("reason", "in")
  @Field(() => [DiscrepancyReason], { nullable: true, description: "Only for these reasons." })
  reasons?: DiscrepancyReason[];
}

/** A search. */
@ObjectType("FlowSearch", { description: "How looking for flows went the last time. It is done every day, and when somebody calls `findFlows`." })
export class FlowSearchType {
  @Field(() => DateTimeScalar, { nullable: true, description: "When all flows were listed the last time; null before the first." })
  foundAt!: string | null;

  @Field(() => Int, { description: "How many tries in a row have failed since. After five the work list says so, and it is tried once a day." })
  failures!: number;

  @MaybeText("Why the last try failed, as a code such as `TIMEOUT`; null when it did not.")
  failure!: string | null;
}

/** A day. */
@ObjectType({ description: "What was paid on one day, by three witnesses, to the cent. It always holds that `received - notReported + difference = reported` and `reported - notCredited = credited`." })
export class ReconciliationDay {
  @Field(() => DateScalar, { description: "The day on which people paid." })
  day!: string;

  @Field(() => Boolean, { description: "Whether the day ties: each payment that receipts promised was reported and credited to the cent, and nothing else was reported." })
  ties!: boolean;

  @Field(() => Money, { description: "What receipts promised us." })
  received!: Money;

  @Field(() => Money, { description: "What providers reported of the day, in flows, or wired for a single payment." })
  reported!: Money;

  @Field(() => Money, { description: "Of what was reported, what the bank credited to the cent." })
  credited!: Money;

  @Field(() => Money, { description: "Of what was received, what nobody has reported yet." })
  notReported!: Money;

  @Field(() => Money, { description: "What was reported beyond the receipts, less where it fell short: payments without a receipt, reported twice, of another amount." })
  difference!: Money;

  @Field(() => Money, { description: "Of what was reported, what the bank has not credited, or not to the cent." })
  notCredited!: Money;
}

/** Reconciliation. */
@ObjectType({ description: "What receipts promised, what payment providers reported and what the bank credited, held against each other." })
export class Reconciliation {
  @Field(() => Source, { description: "How pagoPA's reporting has been doing, as the hub's own calls tell." })
  source!: Source;

  @Field(() => FlowSearchType, { description: "How looking for flows went the last time." })
  lastSearch!: FlowSearchType;

  @Costs({ size: 31, weight: 50 })
  @Field(() => [ReconciliationDay], { description: "Day by day, days without payments included: at most 366." })
  days!: ReconciliationDay[];

  @Paged({ order: [["publishedAt", "desc"]], filter: "FlowFilter" })
  @Field(() => FlowConnection, { description: "Flows, latest first." })
  flows!: object;

  @Paged({ order: [["openedAt", "desc"]], filter: "DiscrepancyFilter" })
  @Field(() => DiscrepancyConnection, { description: "The work list, latest first: ask for those that are `OPEN`." })
  discrepancies!: object;

  @Paged({ order: [["importedAt", "desc"]] })
  @Field(() => BankStatementConnection, { description: "Bank statements that were brought in, latest first." })
  statements!: object;
}

/** Settle. */
@InputType({ description: "Which discrepancy is settled, and how." })
export class ResolveDiscrepancyInput {
  @Field(() => ID, { description: "The discrepancy." })
  discrepancy!: string;

  @Text("What was found or done, for colleagues: 1 to 2,000 characters, no personal data.")
  note!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Settled. */
@ObjectType({ description: "The discrepancy is settled, and stays so." })
export class ResolveDiscrepancySuccess {
  @Field(() => DiscrepancyType, { description: "The discrepancy." })
  discrepancy!: DiscrepancyType;
}

export const ResolveDiscrepancyResult = resultOf("ResolveDiscrepancy", () => ResolveDiscrepancySuccess, "NOT_FOUND", "WRONG_STATE", "INVALID_INPUT", "CHANGED_MEANWHILE", "IDEMPOTENCY_CONFLICT");

/** Try again. */
@InputType({ description: "Which flow to read again." })
export class RetryFlowInput {
  @Field(() => ID, { description: "A flow that has `FAILED`." })
  flow!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Tried. */
@ObjectType({ description: "The flow waits to be read, from the page where it was left." })
export class RetryFlowSuccess {
  @Field(() => FlowType, { description: "The flow." })
  flow!: FlowType;
}

export const RetryFlowResult = resultOf("RetryFlow", () => RetryFlowSuccess, "NOT_FOUND", "WRONG_STATE", "INVALID_INPUT", "CHANGED_MEANWHILE", "IDEMPOTENCY_CONFLICT");

/** Look now. */
@InputType({ description: "To look for flows now: it is done once a day anyway." })
export class FindFlowsInput {
  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Asked. */
@ObjectType({ description: "The providers' flows are being looked for; what is found appears in `flows`." })
export class FindFlowsSuccess {
  @Field(() => Reconciliation, { description: "Reconciliation as it stands." })
  reconciliation!: Reconciliation;
}

export const FindFlowsResult = resultOf("FindFlows", () => FindFlowsSuccess, "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
