import { Field, Int, ObjectType } from "type-graphql";
import { DateTimeScalar } from "./scalars.ts";

/** What is left to an app. */
@ObjectType({ description: "What is left to the app or portal through which the caller asks, for everybody who asks through it, in points. The same is said in the headers `x-ratelimit-app-*`." })
export class AppLimits {
  @Field(() => Int, { description: "What may be spent in ten seconds by all of them together." })
  budget!: number;

  @Field(() => Int, { description: "What is left until the budget is whole again." })
  left!: number;

  @Field(() => DateTimeScalar, { description: "When the budget is whole again." })
  resetsAt!: string;
}

/** What is left. */
@ObjectType({ description: "What this request cost and what is left to the caller, in points: an object shown costs about 1, and each item of a page counts. The same is said in the headers `x-ratelimit-*`." })
export class Limits {
  @Field(() => Int, { description: "What this request cost, reckoned before it ran from its fields and page sizes." })
  cost!: number;

  @Field(() => Int, { nullable: true, description: "What may be spent in ten seconds; null where nothing is counted." })
  budget!: number | null;

  @Field(() => Int, { nullable: true, description: "What is left until the budget is whole again." })
  left!: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When the budget is whole again." })
  resetsAt!: string | null;

  @Field(() => Int, { description: "The most that one request may cost." })
  maximumCost!: number;

  @Field(() => AppLimits, { nullable: true, description: "What is left to the app through which the caller asks; null for whoever asks without one." })
  app!: AppLimits | null;
}
