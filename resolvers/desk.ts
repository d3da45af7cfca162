import { Ctx, FieldResolver, Info, Query, Resolver } from "type-graphql";
import { deskOffices, deskPage, deskRefusedPayments, openDesk } from "../operations/desk/desk.ts";
import type { Hub } from "../operations/hub.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { Allow } from "../schema/decorators.ts";
import { Desk } from "../schema/desk.ts";

/** The desk of somebody at work. */
@Resolver(() => Desk)
export class DeskResolver {
  @Allow("desk")
  @Query(() => Desk, { description: "The desk of the member of staff who is signed in; for staff." })
  desk(@Ctx() hub: Hub): object {
    return openDesk(hub);
  }

  @FieldResolver()
  offices(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown[]> {
    return deskOffices(hub, info);
  }

  @FieldResolver()
  applications(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return deskPage(hub, info);
  }

  @FieldResolver()
  appointments(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return deskPage(hub, info);
  }

  @FieldResolver()
  refusedPayments(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return deskRefusedPayments(hub, info);
  }

  @FieldResolver()
  payments(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return deskPage(hub, info);
  }

  @FieldResolver()
  representations(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return deskPage(hub, info);
  }
}
