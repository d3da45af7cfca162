import type { EntityManager } from "@mikro-orm/postgresql";
import { Application } from "../../entities/application.ts";
import { problem } from "../../entities/problem.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { lockOne } from "../lock.ts";

/** The caller's own application, locked, with its service. Somebody else's is answered as one that does not exist. */
export async function findOwnApplication(hub: Hub, em: EntityManager, globalId: string): Promise<Application> {
  const id = keyOf("app", globalId, "input", "application");
  const citizen = hub.caller.kind === "citizen" ? hub.caller.citizenId : null;
  const application = citizen && (await lockOne(em, Application, { id, administration: hub.administration.id, citizen }));
  if (!application) throw problem("NOT_FOUND", { path: ["input", "application"] });
  return application;
}
