import { newId } from "../../kernel/ids.ts";
import { Application } from "../../entities/application.ts";
import { problem } from "../../entities/problem.ts";
import type { ApplicationKind, AssuranceLevel, ServiceStatus } from "../../entities/service.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { changeOnce } from "../once.ts";
import { writesOf } from "../writes.ts";
import { assertAssurance } from "./assurance.ts";

/** What a draft needs to know of its service, and the office that will have it. */
interface Offered {
  readonly kind: ApplicationKind | null;
  readonly status: ServiceStatus;
  readonly assurance: AssuranceLevel | null;
  readonly office: string | null;
}

const offered = `
  select s."application_kind" as "kind", s."status", s."assurance",
    (select o."id" from "service_office" so join "office" o on o."id" = so."office_id" where so."service_id" = s."id" order by o."slug" collate "C" limit 1) as "office"
  from "service" s where s."id" = ? and s."administration_id" = ?`;

/** Opens a draft for a service. Throws NOT_FOUND, NOT_ELIGIBLE when it is not given online now, ASSURANCE_TOO_LOW. */
export const startApplication = (hub: Hub, input: { readonly service: string; readonly idempotencyKey: string }) =>
  changeOnce(hub, "startApplication", input, async em => {
    const [id, administration, now] = [keyOf("srv", input.service, "input", "service"), hub.administration.id, hub.clock.now()];
    const [service] = await em.execute<Offered[]>(offered, [id, administration]);
    if (!service || hub.caller.kind !== "citizen") throw problem("NOT_FOUND", { path: ["input", "service"] });
    const { kind, office, status, assurance } = service;
    if (!kind || !office || status !== "ACTIVE") throw problem("NOT_ELIGIBLE", { path: ["input", "service"], reason: "SERVICE_NOT_ONLINE" });
    assertAssurance(hub, assurance);
    const applicationId = newId();
    writesOf(em)!.create(Application, { id: applicationId, administration, service: id, office, citizen: hub.caller.citizenId, kind, state: "DRAFT", details: {}, createdAt: now, updatedAt: now });
    return { __typename: "StartApplicationSuccess", applicationId };
  });
