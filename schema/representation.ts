import { createUnionType, Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import { Representation, RepresentationState } from "../entities/representation.ts";
import { Decision } from "./application-mutations.ts";
import { Allow, AsksOutside, From, Id, IdempotencyKey, MaybeText, Narrows, Needs, Stored, Text } from "./decorators.ts";
import { NodeType } from "./node.ts";
import { connectionOf } from "./page.ts";
import { AssuranceTooLow, NotInRegistry, resultOf, SourceUnavailable } from "./problem.ts";
import { Provenance } from "./provenance.ts";
import { DateScalar, DateTimeScalar, FiscalCodeScalar } from "./scalars.ts";

registerEnumType(RepresentationState, {
  name: "RepresentationState", description: "How a declared power to act for a company stands.",
  valuesConfig: {
    PENDING: { description: "Declared; the office has yet to verify it." }, APPROVED: { description: "Verified: it holds until its day." }, REFUSED: { description: "Not found true." },
    REVOKED: { description: "Verified once, and taken back by the office." }, WITHDRAWN: { description: "Given up by who declared it." },
  },
});

/** A declared power to act for a company. */
@Stored({ entity: () => Representation, idPrefix: "rep" })
@ObjectType("Representation", { description: "Somebody's declared power to act for a company, which the office verifies and which then holds until a day.", implements: NodeType })
export class RepresentationType {
  @Id()
  id!: string;

  @Field(() => FiscalCodeScalar, { description: "Fiscal code of the company: eleven digits." })
  companyCode!: string;

  @Text("Name of the company, as declared.")
  companyName!: string;

  @Text("In what capacity, as declared.")
  capacity!: string;

  @Field(() => RepresentationState, { description: "How it stands." })
  state!: RepresentationState;

  @Field(() => DateTimeScalar, { description: "When it was declared." })
  declaredAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When the office last decided about it." })
  decidedAt!: string | null;

  @MaybeText("Why the office decided so; always there where it refused or revoked.")
  reason!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "The last day on which it holds; null until it is verified." })
  validTo!: string | null;

  @Needs("state", "validTo")
  @Field(() => Boolean, { description: "Whether one may act by it today: give `companyCode` to `actFor`." })
  holds!: boolean;

  @Allow("desk:representations")
  @Text("Who declared it, by the name that the identity provider attested; for staff.")
  representativeName!: string;

  @Allow("desk:representations")
  @From({ sql: column => `(select c."fiscal_code" from "citizen" c where c."id" = ${column("representative")})` })
  @Field(() => FiscalCodeScalar, { description: "Fiscal code of who declared it; for staff." })
  representativeCode!: string;
}

export const RepresentationConnection = connectionOf("Representation", () => RepresentationType);

/** Which representations. */
@InputType({ description: "Which representations to list." })
export class RepresentationFilter {
  @Narrows("state", "in")
  @Field(() => [RepresentationState], { nullable: true, description: "Only in these states." })
  states?: RepresentationState[];
}

/** A minor. */
@ObjectType({ description: "A minor for whom the person may act." })
export class Minor {
  @Field(() => FiscalCodeScalar, { nullable: true, description: "Fiscal code, for `actFor`." })
  fiscalCode!: string | null;

  @MaybeText("Given name.")
  givenName!: string | null;

  @MaybeText("Family name.")
  familyName!: string | null;
}

/** The minors. */
@ObjectType({ description: "The person's children who are under age and live in the same registered household." })
export class Minors {
  @Field(() => [Minor], { description: "They." })
  people!: Minor[];

  @Field(() => Provenance, { description: "Where this comes from." })
  provenance!: Provenance;
}

export const MinorsResult = createUnionType({
  name: "MinorsResult", description: "The minors for whom the person may act, as the registry says now, or why there are none to show.",
  types: () => [Minors, NotInRegistry, SourceUnavailable, AssuranceTooLow] as const,
});

/** For whom somebody may act. */
@ObjectType({ description: "For whom the person who signed in may act, with `actFor`: also while they do." })
export class ActingFor {
  @Field(() => [RepresentationType], { description: "What the person declared of companies, the latest first, however it stands." })
  companies!: RepresentationType[];

  @AsksOutside()
  @Field(() => MinorsResult, { description: "The minors of the household." })
  minors!: typeof MinorsResult;
}

/** Declare. */
@InputType({ description: "For which company you act, and in what capacity." })
export class DeclareRepresentationInput {
  @Field(() => FiscalCodeScalar, { description: "Fiscal code of the company: eleven digits." })
  companyCode!: string;

  @Text("Name of the company, as the register of companies has it. At most 200 characters.")
  companyName!: string;

  @Text("In what capacity you act for it, such as `Amministratore unico`. At most 100 characters.")
  capacity!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Give up. */
@InputType({ description: "Which representation to give up." })
export class WithdrawRepresentationInput {
  @Field(() => ID, { description: "One of `me.actingFor.companies`." })
  representation!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Verify. */
@InputType({ description: "What was found of a declared representation." })
export class DecideRepresentationInput {
  @Field(() => ID, { description: "The representation." })
  representation!: string;

  @Field(() => Decision, { description: "Found true, or not." })
  decision!: Decision;

  @Field(() => DateScalar, { nullable: true, description: "The last day on which it shall hold; needed to accept." })
  validTo?: string;

  @MaybeText("The reason, shown to who declared it; needed to refuse. At most 2,000 characters.")
  reason?: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Take back. */
@InputType({ description: "Which verified representation to take back, and why." })
export class RevokeRepresentationInput {
  @Field(() => ID, { description: "The representation." })
  representation!: string;

  @Text("The reason, shown to who declared it. At most 2,000 characters.")
  reason!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

const success = (name: string, description: string) => {
  @ObjectType(`${name}Success`, { description })
  class Success {
    @Field(() => RepresentationType, { description: "The representation as it stands now." })
    representation!: RepresentationType;
  }
  return Success;
};

export const DeclareRepresentationSuccess = success("DeclareRepresentation", "It is declared; the office verifies it.");
export const WithdrawRepresentationSuccess = success("WithdrawRepresentation", "It is given up: nobody acts by it any more.");
export const DecideRepresentationSuccess = success("DecideRepresentation", "It is verified, or refused.");
export const RevokeRepresentationSuccess = success("RevokeRepresentation", "It is taken back: nobody acts by it any more.");

export const DeclareRepresentationResult = resultOf("DeclareRepresentation", () => DeclareRepresentationSuccess, "NOT_ELIGIBLE", "NOT_FOUND", "WRONG_STATE", "ASSURANCE_TOO_LOW", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
export const WithdrawRepresentationResult = resultOf("WithdrawRepresentation", () => WithdrawRepresentationSuccess, "NOT_FOUND", "WRONG_STATE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
export const DecideRepresentationResult = resultOf("DecideRepresentation", () => DecideRepresentationSuccess, "NOT_FOUND", "NOT_ELIGIBLE", "WRONG_STATE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
export const RevokeRepresentationResult = resultOf("RevokeRepresentation", () => RevokeRepresentationSuccess, "NOT_FOUND", "NOT_ELIGIBLE", "WRONG_STATE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
