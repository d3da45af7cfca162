import { recordEvent } from "../event/record.ts";
import type { Hub } from "../hub.ts";
import { changeOnce } from "../once.ts";
import { findOwnAppointment } from "./find-own.ts";

/** Gives an appointment back; its counter is free at once. Throws NOT_FOUND, WRONG_STATE. */
export const cancelAppointment = (hub: Hub, input: { readonly appointment: string; readonly code?: string | null; readonly idempotencyKey: string }) =>
  changeOnce(hub, "cancelAppointment", input, async em => {
    const appointment = await findOwnAppointment(hub, em, input.appointment, input.code);
    appointment.cancel();
    recordEvent(hub, em, { kind: "APPOINTMENT_CANCELLED", subjectId: appointment.id, citizenId: appointment.citizen?.id ?? null, officeId: appointment.office.id });
    return { __typename: "CancelAppointmentSuccess", appointmentId: appointment.id };
  });
