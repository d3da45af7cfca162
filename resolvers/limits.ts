import { Ctx, Query, Resolver } from "type-graphql";
import { showLimits } from "../operations/allowance.ts";
import type { Hub } from "../operations/hub.ts";
import { Allow } from "../schema/decorators.ts";
import { Limits } from "../schema/limits.ts";

/** What everybody may spend. */
@Resolver()
export class LimitsResolver {
  @Allow("limits")
  @Query(() => Limits, { description: "What this request cost, and what is left." })
  limits(@Ctx() hub: Hub): object {
    return showLimits(hub);
  }
}
