import { Migration } from "@mikro-orm/migrations";

/** The event that tells of a position that is not to be paid any more. */
export class PositionsClosed extends Migration {
  override up(): void {
    this.addSql(`
alter table "event" drop constraint "event_kind_check";
alter table "event" add constraint "event_kind_check" check ("kind" in ('APPOINTMENT_BOOKED', 'APPOINTMENT_CANCELLED', 'APPLICATION_SUBMITTED', 'APPLICATION_STARTED', 'APPLICATION_VERIFIED', 'APPLICATION_DECIDED', 'PAYMENT_REQUESTED', 'PAYMENT_PAID', 'PAYMENT_PAID_TWICE', 'PAYMENT_CLOSED'));
`);
  }
}
