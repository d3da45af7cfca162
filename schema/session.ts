import { Field, ID, InputType, ObjectType } from "type-graphql";
import { AssuranceLevel } from "../entities/service.ts";
import { Session } from "../entities/session.ts";
import { From, Id, IdempotencyKey, MaybeText, Needs, Stored, Text } from "./decorators.ts";
import { NodeType } from "./node.ts";
import { resultOf } from "./problem.ts";
import { DateTimeScalar } from "./scalars.ts";

/** Somebody signed in, in one browser. */
@Stored({ entity: () => Session, idPrefix: "ses" })
@ObjectType("Session", { description: "A sign-in of the person, in one browser, that is still open.", implements: NodeType })
export class SessionType {
  @Id()
  id!: string;

  @Needs("id")
  @Field(() => Boolean, { description: "Whether this is the one in which you ask." })
  current!: boolean;

  @Needs("scheme", "provider")
  @Text("The identity provider that signed the person in, by the name that people know it by.")
  provider!: string;

  @Field(() => AssuranceLevel, { description: "At which level." })
  assurance!: AssuranceLevel;

  @From({ sql: column => `${column("staffMember")} is not null` })
  @Field(() => Boolean, { description: "Whether the person came to work for the administration." })
  atWork!: boolean;

  @MaybeText("Browser and system, as the browser said of itself, such as `Firefox, Windows`; null where it said nothing known.")
  device!: string | null;

  @From({ property: "createdAt" })
  @Field(() => DateTimeScalar, { description: "When the person signed in." })
  since!: string;

  @From({ property: "seenAt" })
  @Field(() => DateTimeScalar, { description: "When it was last used, give or take a minute." })
  lastSeen!: string;

  @Field(() => DateTimeScalar, { description: "When it ends at the latest; half an hour without use ends it too." })
  endsAt!: string;
}

/** Which session. */
@InputType({ description: "A session to end." })
export class EndSessionInput {
  @Field(() => ID, { description: "One of `mySessions`." })
  session!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Done. */
@ObjectType({ description: "The session has ended: nobody can use it any more, and what it had open is closed." })
export class EndSessionSuccess {
  @Field(() => [SessionType], { description: "The sessions that remain." })
  mySessions!: SessionType[];
}

export const EndSessionResult = resultOf("EndSession", () => EndSessionSuccess, "INVALID_INPUT", "NOT_FOUND", "IDEMPOTENCY_CONFLICT");
