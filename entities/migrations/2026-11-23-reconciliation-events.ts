import { Migration } from "@mikro-orm/migrations";

/** What reconciliation tells of: days that tie or differ, and searches for flows that fail. A flow knows how far it was ever read. */
export class ReconciliationEvents extends Migration {
  override up(): void {
    this.addSql(`
create table "reconciliation_day" ("id" uuid not null, "administration_id" uuid not null, "day" date not null, "ties" boolean not null, "since" timestamptz(3) not null, primary key ("id"));
alter table "reconciliation_day" add constraint "reconciliation_day_administration_id_day_unique" unique ("administration_id", "day");
create index "reconciliation_day_administration_id_ties_index" on "reconciliation_day" ("administration_id", "ties");
alter table "reconciliation_day" add constraint "reconciliation_day_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
create table "flow_search" ("administration_id" uuid not null, "found_at" timestamptz(3) null, "failures" int not null, "failure" text null, primary key ("administration_id"));
alter table "flow_search" add constraint "flow_search_administration_id_foreign" foreign key ("administration_id") references "administration" ("id") on update cascade on delete cascade;
alter table "flow" add "furthest" int not null default 0;
update "flow" set "furthest" = "pages";
alter table "discrepancy" drop constraint "discrepancy_reason_check";
alter table "discrepancy" add constraint "discrepancy_reason_check" check ("reason" in ('AMOUNT_DIFFERS', 'REPORTED_TWICE', 'IDENTIFIERS_DIFFER', 'RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT', 'UNKNOWN_NOTICE', 'REVOKED', 'NOT_REPORTED', 'FLOWS_NOT_LISTED', 'FLOW_FAILED', 'FLOW_SUM_DIFFERS', 'FLOW_WITHOUT_CREDIT', 'STATEMENT_DIFFERS', 'CREDITED_TWICE', 'CREDIT_UNKNOWN'));
alter table "event" drop constraint "event_kind_check";
alter table "event" add constraint "event_kind_check" check ("kind" in ('APPOINTMENT_BOOKED', 'APPOINTMENT_CANCELLED', 'APPLICATION_SUBMITTED', 'APPLICATION_STARTED', 'APPLICATION_VERIFIED', 'APPLICATION_DECIDED', 'PAYMENT_REQUESTED', 'PAYMENT_PAID', 'PAYMENT_PAID_TWICE', 'PAYMENT_CLOSED', 'PAYMENT_STARTED', 'PAYMENT_REOPENED', 'PAYMENT_STAMP_WRONG', 'FLOW_READ', 'FLOW_FAILED', 'DISCREPANCY_OPENED', 'DISCREPANCY_RESOLVED', 'DAY_TIES', 'DAY_DIFFERS'));
create index "event_reconciliation_index" on "event" ("administration_id", "position") where "kind" in ('FLOW_READ', 'FLOW_FAILED', 'DISCREPANCY_OPENED', 'DISCREPANCY_RESOLVED', 'DAY_TIES', 'DAY_DIFFERS');
`);
  }
}
