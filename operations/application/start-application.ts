import { newId } from "../../kernel/ids.ts";
import { Application } from "../../entities/application.ts";
import { problem } from "../../entities/problem.ts";
import { Service } from "../../entities/service.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { assertAssurance } from "./assurance.ts";

/** Opens a draft for a service. Throws NOT_FOUND, NOT_ELIGIBLE when it is not given online now, ASSURANCE_TOO_LOW. */
export const startApplication = (hub: Hub, input: { readonly service: string; readonly idempotencyKey: string }) =>
  once(hub, "startApplication", input, async commit => {
    const id = keyOf("srv", input.service, "input", "service");
    const service = await hub.em.findOne(Service, { id, administration: hub.administration.id }, { populate: ["offices"] });
    if (!service || hub.caller.kind !== "citizen") throw problem("NOT_FOUND", { path: ["input", "service"] });
    const office = service.offices.getItems().sort((one, other) => (one.slug < other.slug ? -1 : 1))[0];
    if (!service.applicationKind || !office || service.status !== "ACTIVE") throw problem("NOT_ELIGIBLE", { path: ["input", "service"], reason: "SERVICE_NOT_ONLINE" });
    assertAssurance(hub, service.assurance);

    const [applicationId, kind, now, citizen] = [newId(), service.applicationKind, hub.clock.now(), hub.caller.citizenId];
    return commit(async em => {
      em.create(Application, {
        id: applicationId, administration: hub.administration.id, service: service.id, office: office.id, citizen,
        kind, state: "DRAFT", details: {}, createdAt: now, updatedAt: now,
      });
      return { __typename: "StartApplicationSuccess", applicationId };
    });
  });
