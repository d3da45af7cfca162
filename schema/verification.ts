import { createUnionType, Field, InputType, ObjectType } from "type-graphql";
import { Allow, AsksOutside, MaybeText, Text } from "./decorators.ts";
import { InvalidInput, NotInRegistry, QuotaExceeded, SourceUnavailable } from "./problem.ts";
import { Provenance } from "./provenance.ts";
import { CivilStatus } from "./registry-words.ts";
import { DateScalar, FiscalCodeScalar } from "./scalars.ts";

/** About whom. */
@InputType({ description: "About whom to ask." })
abstract class AboutWhom {
  @Field(() => FiscalCodeScalar, { description: "The person's fiscal code." })
  fiscalCode!: string;

  @Text("The partner's own number of the case for which it asks, at most 60 characters: the citizen sees it.")
  reference!: string;
}

/** About whose residence. */
@InputType({ description: "About whom to ask, and under which reference of the partner's own." })
export class VerifyResidenceInput extends AboutWhom {}

/** About whose civil status. */
@InputType({ description: "About whose civil status to ask, and under which reference of the partner's own." })
export class VerifyCivilStatusInput extends AboutWhom {}

/** Does somebody live here? */
@ObjectType({ description: "Whether a person is registered as living in this municipality. Fields outside the agreement do not exist for the partner." })
export class ResidenceVerification {
  @Field(() => Boolean, { description: "Whether the person is registered as resident here." })
  resident!: boolean;

  @Field(() => DateScalar, { nullable: true, description: "Since when; null when not resident." })
  since!: string | null;

  @Allow("agreement:residence-address")
  @MaybeText("Where, on one line; null when not resident.")
  address!: string | null;

  @Allow("agreement:civil-status")
  @Field(() => CivilStatus, { nullable: true, description: "Civil status; null where the registry has none." })
  civilStatus!: CivilStatus | null;

  @Field(() => Provenance, { description: "Where this comes from." })
  provenance!: Provenance;
}

/** The answer, or why none. */
export const ResidenceVerificationResult = createUnionType({
  name: "ResidenceVerificationResult", description: "The verification, or why there is none.",
  types: () => [ResidenceVerification, NotInRegistry, SourceUnavailable, QuotaExceeded, InvalidInput] as const,
});

/** What is somebody's civil status? */
@ObjectType({ description: "A person's civil status." })
export class CivilStatusVerification {
  @Field(() => CivilStatus, { nullable: true, description: "Civil status; null where the registry has none." })
  civilStatus!: CivilStatus | null;

  @Field(() => Provenance, { description: "Where this comes from." })
  provenance!: Provenance;
}

/** The civil status, or why none. */
export const CivilStatusVerificationResult = createUnionType({
  name: "CivilStatusVerificationResult", description: "The civil status, or why there is none.",
  types: () => [CivilStatusVerification, NotInRegistry, SourceUnavailable, QuotaExceeded, InvalidInput] as const,
});

/** What a partner may ask. */
@ObjectType({ description: "What a partner administration may ask under its agreement: exactly what was agreed." })
export class Verifications {
  @Text("Reference of the agreement.")
  agreement!: string;

  @Text("The agreed purpose; the citizen sees it beside every read.")
  purpose!: string;

  @Allow("agreement:residence")
  @AsksOutside()
  @Field(() => ResidenceVerificationResult, { description: "Whether somebody lives in this municipality." })
  residence!: typeof ResidenceVerificationResult;

  @Allow("agreement:civil-status")
  @AsksOutside()
  @Field(() => CivilStatusVerificationResult, { description: "Somebody's civil status." })
  civilStatus!: typeof CivilStatusVerificationResult;
}
