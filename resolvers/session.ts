import { Arg, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import type { Hub } from "../operations/hub.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { endSession } from "../operations/session/end-session.ts";
import { isCurrent, listSessions, providerName } from "../operations/session/list-sessions.ts";
import { Allow } from "../schema/decorators.ts";
import { EndSessionInput, EndSessionResult, EndSessionSuccess, SessionType } from "../schema/session.ts";

/** The sessions of the person who is signed in. */
@Resolver(() => SessionType)
export class SessionResolver {
  @Allow("self")
  @Query(() => [SessionType], { description: "Where the person is signed in now, the session used last first." })
  mySessions(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown[]> {
    return listSessions(hub, info);
  }

  @FieldResolver()
  current(@Root() { $id }: { $id: string }, @Ctx() hub: Hub): boolean {
    return isCurrent(hub, $id);
  }

  @FieldResolver()
  provider(@Root() { $scheme, $provider }: { $scheme: string; $provider: string }, @Ctx() hub: Hub): string {
    return providerName(hub, $scheme, $provider);
  }

  @Allow("self")
  @Mutation(() => EndSessionResult, { description: "Ends a session of the person, on this device or on another, such as a lost one." })
  endSession(@Arg("input", () => EndSessionInput, { description: "Which session." }) input: EndSessionInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, endSession(hub, input));
  }
}

/** What is left after the end of a session. */
@Resolver(() => EndSessionSuccess)
export class EndSessionSuccessResolver {
  @FieldResolver()
  mySessions(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown[]> {
    return listSessions(hub, info);
  }
}
