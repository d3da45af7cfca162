import { Field, ObjectType, registerEnumType } from "type-graphql";
import { AccessActor, AccessRecord, PurposeKind } from "../entities/access-record.ts";
import { From, Id, Stored, Text } from "./decorators.ts";
import { connectionOf } from "./page.ts";
import { DateTimeScalar } from "./scalars.ts";
import { SourceName } from "./source.ts";

registerEnumType(AccessActor, {
  name: "AccessActor", description: "Who read registry data.",
  valuesConfig: { SELF: { description: "The person." }, STAFF: { description: "Somebody of the administration." }, PARTNER: { description: "Another administration." } },
});

/** One read of the caller's data. */
@Stored({ entity: () => AccessRecord, idPrefix: "acc" })
@ObjectType("Access", { description: "One read of the caller's registry data: who, what, why. Written before the read was made, and never changed." })
export class AccessType {
  @Id()
  id!: string;

  @Field(() => DateTimeScalar, { description: "When." })
  at!: string;

  @Field(() => AccessActor, { description: "Who, in kind." })
  actor!: AccessActor;

  @Text("Who, for people: an office and a role, or a partner administration.")
  actorName!: string;

  @Field(() => SourceName, { description: "From which source." })
  source!: SourceName;

  @Field(() => [String], { description: "Which data: stable names such as `IDENTITY`, `RESIDENCE`." })
  dataSets!: string[];

  @Field(() => PurposeKind, { description: "Why, in kind." })
  purpose!: PurposeKind;

  @Text("Why, for people.")
  purposeText!: string;

  @From({ property: "purposeReference" })
  @Text("Reference of the case, appointment or agreement.")
  reference!: string;
}

/** Pages of reads. */
export const AccessConnection = connectionOf("Access", () => AccessType);
