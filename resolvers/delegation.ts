import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import { actFor } from "../operations/delegation/act-for.ts";
import { stopActing } from "../operations/delegation/stop-acting.ts";
import type { Hub } from "../operations/hub.ts";
import { Allow, AsksOutside } from "../schema/decorators.ts";
import { ActForInput, ActForResult, StopActingInput, StopActingResult } from "../schema/delegation.ts";

/** Acting for another. */
@Resolver()
export class DelegationResolver {
  @Allow("self")
  @AsksOutside()
  @Mutation(() => ActForResult, { description: "Acts for another in this session: for a minor child of the household, of whom the residents' registry is asked first, or for a company, by a representation that the office verified. Ends with the session, with `stopActing`, or when another is acted for." })
  actFor(@Arg("input", () => ActForInput, { description: "For whom." }) input: ActForInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, actFor(hub, input));
  }

  @Allow("self")
  @Mutation(() => StopActingResult, { description: "Stops acting for another in this session." })
  stopActing(@Arg("input", () => StopActingInput, { description: "Only the key." }) input: StopActingInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, stopActing(hub, input));
  }
}
