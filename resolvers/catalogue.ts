import { Arg, Ctx, ID, Info, Query, Resolver } from "type-graphql";
import { findAvailability } from "../operations/appointment/find-availability.ts";
import { browseServices } from "../operations/catalogue/browse-services.ts";
import { computeChecklist } from "../operations/catalogue/compute-checklist.ts";
import { findService } from "../operations/catalogue/find-service.ts";
import { listOffices } from "../operations/catalogue/list-offices.ts";
import { showAdministration } from "../operations/catalogue/show-administration.ts";
import { findNode } from "../operations/find-node.ts";
import type { Hub } from "../operations/hub.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { listSources } from "../operations/source/list-sources.ts";
import { AdministrationType } from "../schema/administration.ts";
import { AvailabilityInput, DayAvailability } from "../schema/appointment.ts";
import { Checklist, ChecklistInput } from "../schema/checklist.ts";
import { Allow, Paged } from "../schema/decorators.ts";
import { NodeType } from "../schema/node.ts";
import { OfficeType } from "../schema/office.ts";
import { ServiceConnection, ServiceType } from "../schema/service.ts";
import { Source } from "../schema/source.ts";

/** What everybody may ask. */
@Resolver()
export class CatalogueResolver {
  @Allow("catalogue")
  @Query(() => NodeType, { nullable: true, description: "Anything with a global id; null where there is no such thing, or the caller may not see it." })
  node(@Arg("id", () => ID, { description: "Its global id." }) id: string, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return findNode(hub, id, info);
  }

  @Allow("catalogue")
  @Query(() => AdministrationType, { description: "Whose counter this is." })
  administration(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showAdministration(hub, info);
  }

  @Allow("catalogue")
  @Paged({ order: [["position", "asc"]], filter: "ServiceFilter" })
  @Query(() => ServiceConnection, { description: "The catalogue of services." })
  services(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return browseServices(hub, info);
  }

  @Allow("catalogue")
  @Query(() => ServiceType, { nullable: true, description: "One service of the catalogue; null where no service has this slug." })
  service(@Arg("slug", () => String, { description: "Its slug, as `Service.slug` tells it." }) slug: string, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return findService(hub, slug, info);
  }

  @Allow("catalogue")
  @Query(() => [OfficeType], { description: "The administration's offices, by name." })
  offices(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown[]> {
    return listOffices(hub, info);
  }

  @Allow("catalogue")
  @Query(() => [DayAvailability], { description: "When a service can be booked at an office." })
  availability(@Arg("input", () => AvailabilityInput, { description: "Which service, office and days." }) input: AvailabilityInput, @Ctx() hub: Hub): Promise<object[]> {
    return findAvailability(hub, input);
  }

  @Allow("catalogue")
  @Query(() => Checklist, { description: "The papers to bring for a service, in one situation, less what public archives already hold." })
  checklist(@Arg("input", () => ChecklistInput, { description: "Which service and situation." }) input: ChecklistInput, @Ctx() hub: Hub): Promise<object> {
    return computeChecklist(hub, input);
  }

  @Allow("catalogue")
  @Query(() => [Source], { description: "The national systems behind the services, and how they are doing." })
  sources(@Ctx() hub: Hub): object[] {
    return listSources(hub);
  }
}
