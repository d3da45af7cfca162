import { createHash, timingSafeEqual } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Appointment, type AppointmentState } from "../../entities/appointment.ts";
import { problem } from "../../entities/problem.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { takeOne } from "../lock.ts";

/** The states of a guest's time before it was booked: only who held it knows its id. */
const unbooked: readonly AppointmentState[] = ["HELD", "LAPSED"];

/**
 * The caller's appointment, locked. A citizen's is theirs; a guest's is nobody's and is known by its id until booked, and
 * by id and code from then on. Anybody else's is answered as one that does not exist.
 */
export async function findOwnAppointment(hub: Hub, em: EntityManager, globalId: string, code?: string | null): Promise<Appointment> {
  const id = keyOf("apt", globalId, "input", "appointment");
  const owner = hub.caller.kind === "citizen" ? hub.caller.citizenId : null;
  const appointment = await takeOne(em, Appointment, { id, administration: hub.administration.id, citizen: owner });
  const proved = appointment && (owner !== null || unbooked.includes(appointment.state) || sameText(appointment.code, code?.trim().toUpperCase() ?? ""));
  if (!proved) throw problem("NOT_FOUND", { path: ["input", "appointment"] });
  return appointment;
}

/** Compares in a time that does not tell how much of the guess was right. */
const sameText = (secret: string, guess: string): boolean => timingSafeEqual(digest(secret), digest(guess));
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
