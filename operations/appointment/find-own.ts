import type { EntityManager } from "@mikro-orm/postgresql";
import { Appointment } from "../../entities/appointment.ts";
import { problem } from "../../entities/problem.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate } from "../once.ts";

/**
 * The caller's appointment, locked. A citizen's is theirs; a guest's is nobody's and is known by its id while held, and
 * by id and code once booked. Anybody else's is answered as one that does not exist.
 */
export async function findOwnAppointment(hub: Hub, em: EntityManager, globalId: string, code?: string | null): Promise<Appointment> {
  const id = keyOf("apt", globalId, "input", "appointment");
  const owner = hub.caller.kind === "citizen" ? hub.caller.citizenId : null;
  const appointment = await em.findOne(Appointment, { id, administration: hub.administration.id, citizen: owner }, forUpdate);
  const unproved = owner === null && appointment?.state !== "HELD" && appointment?.code !== code?.trim().toUpperCase();
  if (!appointment || unproved) throw problem("NOT_FOUND", { path: ["input", "appointment"] });
  return appointment;
}
