import { Field, ObjectType, registerEnumType } from "type-graphql";
import { CheckKind, CheckReason, CheckState, RegistryCheck } from "../entities/registry-check.ts";
import { Stored } from "./decorators.ts";
import { Provenance } from "./provenance.ts";
import { DateTimeScalar } from "./scalars.ts";

registerEnumType(CheckKind, {
  name: "CheckKind", description: "A fact that an application rests on and that the national residents' registry knows.",
  valuesConfig: {
    RESIDENCE: { description: "The applicant is registered as living in this municipality." }, ZONE_RESIDENCE: { description: "The applicant is registered as living in a street of the restricted zone." },
    HOUSEHOLD: { description: "The applicant's household is registered." }, HOUSEHOLD_PERMIT: { description: "Nobody of the applicant's household holds a permit of which a household may hold one." },
  },
});
registerEnumType(CheckState, {
  name: "CheckState", description: "What came of a check.",
  valuesConfig: {
    PENDING: { description: "The registry has not answered yet; it is asked again." }, CONFIRMED: { description: "It is so." },
    CONTRADICTED: { description: "It is not so, by the registry: for the office to weigh." }, UNDECIDED: { description: "The registry cannot tell: for the office to find out." },
  },
});
registerEnumType(CheckReason, {
  name: "CheckReason", description: "Why a check was not confirmed.",
  valuesConfig: {
    NOT_RESIDENT_HERE: { description: "The applicant is not registered as living in this municipality." }, NOT_RESIDENT_IN_ZONE: { description: "The registered residence is in no street of the zone." },
    HOUSEHOLD_HAS_PERMIT: { description: "The household holds a permit that does not end soon." }, NOT_IN_REGISTRY: { description: "The registry knows no such person." },
    NO_HOUSEHOLD: { description: "The registry has no household of the person." }, NO_FISCAL_CODE: { description: "The applicant has no fiscal code to ask by." },
    AMBIGUOUS: { description: "Several people match." }, REFUSED: { description: "The registry refused to tell about this person." }, CASE_CLOSED: { description: "The case was closed before the registry answered: there was nothing to ask for any more." },
  },
});

/** One fact, looked up. */
@Stored({ entity: () => RegistryCheck, idPrefix: "chk" })
@ObjectType("RegistryCheck", { description: "A fact that an application rests on, looked up in the national residents' registry for the case. It says what came of it and holds none of the data." })
export class RegistryCheckType {
  @Field(() => CheckKind, { description: "Which fact." })
  kind!: CheckKind;

  @Field(() => CheckState, { description: "What came of it." })
  state!: CheckState;

  @Field(() => CheckReason, { nullable: true, description: "Why it was not confirmed; null while pending, and when it was." })
  reason!: CheckReason | null;

  @Field(() => DateTimeScalar, { description: "Since when the answer is awaited: when the application was handed in." })
  askedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was decided; null while pending." })
  decidedAt!: string | null;

  @Field(() => Provenance, { nullable: true, description: "The answer from which it was decided; null where there was none." })
  provenance!: Provenance | null;
}
