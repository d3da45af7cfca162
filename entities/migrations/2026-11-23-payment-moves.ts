import { Migration } from "@mikro-orm/migrations";

/** Every move of a payment has an event, also its beginning and that it may be paid again; and one tells of a stamp that is not as it should be. */
export class PaymentMoves extends Migration {
  override up(): void {
    this.addSql(`
alter table "event" drop constraint "event_kind_check";
alter table "event" add constraint "event_kind_check" check ("kind" in ('APPOINTMENT_BOOKED', 'APPOINTMENT_CANCELLED', 'APPLICATION_SUBMITTED', 'APPLICATION_STARTED', 'APPLICATION_VERIFIED', 'APPLICATION_DECIDED', 'PAYMENT_REQUESTED', 'PAYMENT_PAID', 'PAYMENT_PAID_TWICE', 'PAYMENT_CLOSED', 'PAYMENT_STARTED', 'PAYMENT_REOPENED', 'PAYMENT_STAMP_WRONG'));
`);
  }
}
