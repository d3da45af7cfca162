import { problem } from "../../entities/problem.ts";
import { recordEvent } from "../event/record.ts";
import type { Hub } from "../hub.ts";
import { changeOnce } from "../once.ts";
import { findOwnAppointment } from "./find-own.ts";

interface Booking {
  readonly appointment: string;
  readonly reason?: string | null;
  readonly guestName?: string | null;
  readonly guestEmail?: string | null;
  readonly idempotencyKey: string;
}

/** Confirms a held time. A guest leaves name and e-mail. Throws HOLD_EXPIRED, NOT_FOUND, WRONG_STATE, INVALID_INPUT. */
export const bookAppointment = (hub: Hub, input: Booking) =>
  changeOnce(hub, "bookAppointment", input, async em => {
    const guest = hub.caller.kind !== "citizen";
    if ((input.reason?.length ?? 0) > 600) throw problem("INVALID_INPUT", { path: ["input", "reason"], reason: "TOO_LONG", details: { most: 600 } });
    if (guest && !input.guestName?.trim()) throw problem("INVALID_INPUT", { path: ["input", "guestName"], reason: "EMPTY" });
    if (guest && !input.guestEmail) throw problem("INVALID_INPUT", { path: ["input", "guestEmail"], reason: "EMPTY" });
    if ((input.guestName?.length ?? 0) > 140) throw problem("INVALID_INPUT", { path: ["input", "guestName"], reason: "TOO_LONG", details: { most: 140 } });

    const appointment = await findOwnAppointment(hub, em, input.appointment);
    // Somebody may have taken the time since: to its former holder that is the same.
    const tooLate = appointment.state === "LAPSED" || (appointment.state === "HELD" && appointment.heldUntil! <= hub.clock.now());
    if (tooLate) throw problem("HOLD_EXPIRED", { path: ["input", "appointment"] });
    appointment.assertCan("BOOKED");
    appointment.book({ reason: input.reason ?? null, ...(guest ? { guestName: input.guestName!.trim(), guestEmail: input.guestEmail! } : {}) });
    recordEvent(hub, em, { kind: "APPOINTMENT_BOOKED", subjectId: appointment.id, citizenId: appointment.citizen?.id ?? null, officeId: appointment.office.id });
    return { __typename: "BookAppointmentSuccess", appointmentId: appointment.id };
  });
