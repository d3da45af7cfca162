import { createUnionType, Field, ObjectType } from "type-graphql";
import { EventKind } from "../entities/event.ts";
import { Event, ResyncRequired } from "./event.ts";
import { FlowType } from "./flow.ts";
import { DiscrepancyType, ReconciliationDay } from "./reconciliation.ts";

/** About a flow. */
@ObjectType({ description: "A reporting flow was read, or reading it was given up.", implements: Event })
export class FlowChanged extends Event {
  @Field(() => EventKind, { description: "`FLOW_READ`: read to its end and matched; `FLOW_FAILED`: somebody has to look." })
  kind!: EventKind;

  @Field(() => FlowType, { nullable: true, description: "The flow as it stands now; null if the listener may not see it any more." })
  flow!: FlowType | null;
}

/** About the work list. */
@ObjectType({ description: "Something came onto the work list, or was settled. A first import may bring thousands at once, each with its event.", implements: Event })
export class DiscrepancyChanged extends Event {
  @Field(() => EventKind, { description: "`DISCREPANCY_OPENED` or `DISCREPANCY_RESOLVED`." })
  kind!: EventKind;

  @Field(() => DiscrepancyType, { nullable: true, description: "The discrepancy as it stands now: it may have moved on since. Null if the listener may not see it any more." })
  discrepancy!: DiscrepancyType | null;
}

/** About a day. */
@ObjectType({ description: "A day ties from now on, or does not any more.", implements: Event })
export class DayChanged extends Event {
  @Field(() => EventKind, { description: "`DAY_TIES` or `DAY_DIFFERS`. A day of which money is still awaited differs, until it has come." })
  kind!: EventKind;

  @Field(() => ReconciliationDay, { nullable: true, description: "What the day comes to now; null if the listener may not see it any more." })
  day!: ReconciliationDay | null;
}

/** What those who reconcile hear. */
export const ReconciliationEvent = createUnionType({
  name: "ReconciliationEvent", description: "Something that happened in reconciliation. It carries ids alone: what is selected is read at delivery, as it stands then.",
  types: () => [FlowChanged, DiscrepancyChanged, DayChanged, ResyncRequired] as const,
});
