import type { AdministrationSettings } from "../../entities/administration.ts";
import { addDays } from "../../rules/dated.ts";
import { instantInRome } from "../../rules/rome-time.ts";

/** What somebody is reminded of. */
export type Reminded =
  | { readonly kind: "NOTICE_REMINDER"; readonly payment: { readonly dueOn: string } }
  | { readonly kind: "APPOINTMENT_REMINDER"; readonly appointment: { readonly startsAt: Date } };

/** Where the administration says nothing: the days before the due day on which a notice is reminded of. */
const usualDays = 5;

/** When to remind: of a notice some days before its due day, at nine in the morning; of an appointment a day before it begins. */
export function reminderOf(reminded: Reminded, { messages }: Pick<AdministrationSettings, "messages">): Date {
  return reminded.kind === "NOTICE_REMINDER"
    ? instantInRome(addDays(reminded.payment.dueOn, -(messages?.reminderDays ?? usualDays)), "09:00")
    : new Date(reminded.appointment.startsAt.getTime() - 86_400_000);
}
