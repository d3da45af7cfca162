import { Field, ObjectType, registerEnumType } from "type-graphql";
import { AccessActor, AccessRecord, PurposeKind, ReadOutcome } from "../entities/access-record.ts";
import { From, Id, Stored, Text } from "./decorators.ts";
import { connectionOf } from "./page.ts";
import { DateTimeScalar } from "./scalars.ts";
import { SourceName } from "./source.ts";

registerEnumType(AccessActor, {
  name: "AccessActor", description: "Who read registry data.",
  valuesConfig: { SELF: { description: "The person." }, DELEGATE: { description: "Somebody who acted for the person, such as a parent." }, HOUSEHOLD: { description: "Somebody of the person's household, who looked at the household." }, STAFF: { description: "Somebody of the administration." }, AUTOMATIC: { description: "An office, by an automatic check of the person's own case." }, PARTNER: { description: "Another administration." } },
});

registerEnumType(ReadOutcome, {
  name: "ReadOutcome", description: "What came of a read of registry data.",
  valuesConfig: {
    FOUND: { description: "The data were told." }, NOT_FOUND: { description: "The registry knew no such person." },
    AMBIGUOUS: { description: "Several people matched; no more than their names, births and fiscal codes were told." }, REFUSED: { description: "The registry refused." },
    UNAVAILABLE: { description: "No answer came." }, UNREADABLE: { description: "An answer came that could not be read." },
    CACHED: { description: "The data of an earlier read for the same purpose were shown again." }, STALE: { description: "The registry was down; the data of an earlier read for the same purpose were shown." },
  },
});

/** One read of the caller's data. */
@Stored({ entity: () => AccessRecord, idPrefix: "acc" })
@ObjectType("Access", { description: "One read of the caller's registry data: who, what, why, and what came of it. Written before the read was made, and never changed." })
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

  @From({ sql: column => `(select o."outcome" from "access_outcome" o where o."access_id" = ${column("id")})` })
  @Field(() => ReadOutcome, { nullable: true, description: "What came of it; null while the answer is awaited, and where it is not known." })
  outcome!: ReadOutcome | null;
}

/** Pages of reads. */
export const AccessConnection = connectionOf("Access", () => AccessType);
