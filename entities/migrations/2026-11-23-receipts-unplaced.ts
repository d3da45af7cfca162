import { Migration } from "@mikro-orm/migrations";

/** A receipt for a notice that is none of ours has an event: a flow or the bank may be waiting for it. */
export class ReceiptsUnplaced extends Migration {
  override up(): void {
    this.addSql(`
alter table "event" drop constraint "event_kind_check";
alter table "event" add constraint "event_kind_check" check ("kind" in ('APPOINTMENT_BOOKED', 'APPOINTMENT_CANCELLED', 'APPLICATION_SUBMITTED', 'APPLICATION_STARTED', 'APPLICATION_VERIFIED', 'APPLICATION_DECIDED', 'PAYMENT_REQUESTED', 'PAYMENT_PAID', 'PAYMENT_PAID_TWICE', 'PAYMENT_CLOSED', 'PAYMENT_STARTED', 'PAYMENT_REOPENED', 'PAYMENT_STAMP_WRONG', 'RECEIPT_UNPLACED', 'FLOW_READ', 'FLOW_FAILED', 'DISCREPANCY_OPENED', 'DISCREPANCY_RESOLVED', 'DAY_TIES', 'DAY_DIFFERS'));
`);
  }
}
