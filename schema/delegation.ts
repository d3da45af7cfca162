import { Field, InputType, ObjectType, registerEnumType } from "type-graphql";
import { DelegationKind } from "../entities/delegation.ts";
import { IdempotencyKey, Text } from "./decorators.ts";
import { resultOf } from "./problem.ts";
import { DateTimeScalar, FiscalCodeScalar } from "./scalars.ts";

registerEnumType(DelegationKind, {
  name: "DelegationKind", description: "By what right somebody acts for another.",
  valuesConfig: {
    PARENT: { description: "As the parent of a minor of the same household, as the residents' registry said at that moment." },
    COMPANY: { description: "As the representative of a company, as the office verified it." },
  },
});

/** Somebody acts for another. */
@ObjectType({ description: "Somebody acts for the person: what is done is the person's, and it is written down who did it." })
export class Delegation {
  @Field(() => DelegationKind, { description: "By what right." })
  kind!: DelegationKind;

  @Field(() => DateTimeScalar, { description: "Since when." })
  since!: string;

  @Text("Name of who acts.")
  actorName!: string;
}

/** For whom. */
@InputType({ description: "For whom to act." })
export class ActForInput {
  @Field(() => FiscalCodeScalar, { description: "Fiscal code of a minor of your household or of a company that you represent, as `me.actingFor` tells them." })
  fiscalCode!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Done. */
@ObjectType({ description: "From the next request of this session on, `me` is the other person." })
export class ActForSuccess {
  @Field(() => DelegationKind, { description: "By what right." })
  kind!: DelegationKind;

  @Field(() => DateTimeScalar, { description: "Since when." })
  since!: string;
}

/** Enough. */
@InputType({ description: "Ends acting for another." })
export class StopActingInput {
  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Done. */
@ObjectType({ description: "From the next request of this session on, `me` is the person who signed in." })
export class StopActingSuccess {
  @Field(() => DateTimeScalar, { description: "Since when." })
  at!: string;
}

export const ActForResult = resultOf("ActFor", () => ActForSuccess, "INVALID_INPUT", "NOT_ELIGIBLE", "NOT_IN_REGISTRY", "ASSURANCE_TOO_LOW", "SOURCE_UNAVAILABLE", "IDEMPOTENCY_CONFLICT");
export const StopActingResult = resultOf("StopActing", () => StopActingSuccess, "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
