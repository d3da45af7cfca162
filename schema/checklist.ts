import { Field, ID, InputType, ObjectType } from "type-graphql";
import { MaybeText, Text } from "./decorators.ts";

/** One line of a checklist. */
@ObjectType({ description: "A paper of the service, and whether it must be brought in this situation." })
export class ChecklistItem {
  @Text("Stable name within the service.")
  code!: string;

  @Text("What it is.")
  title!: string;

  @MaybeText("More about it, where there is more to say.")
  description!: string | null;

  @Field(() => Boolean, { description: "Whether to bring it." })
  bring!: boolean;

  @Text("Stable name of the reason: `NEEDED`, `NEEDED_IN_SITUATION`, `HELD_BY_ARCHIVE`, `GIVEN_BEFORE`, `NOT_IN_SITUATION`.")
  reason!: string;

  @Text("The reason, for people.")
  explanation!: string;
}

/** The papers to bring. */
@ObjectType({ description: "The papers of a service, computed for one situation, less what public archives already hold." })
export class Checklist {
  @Field(() => [ChecklistItem], { description: "Every paper of the service, those to bring first." })
  items!: ChecklistItem[];
}

/** For which service and situation. */
@InputType({ description: "For which service and in which situation to compute the papers." })
export class ChecklistInput {
  @Field(() => ID, { description: "The service." })
  service!: string;

  @Field(() => [String], { defaultValue: [], description: "Keys of the service's situations that apply." })
  situations!: string[];
}
