import { Migration } from "@mikro-orm/migrations";

/** The work list says what was paid twice, and which stamps are wrong or never came. */
export class ReceiptsToLookInto extends Migration {
  override up(): void {
    this.addSql(`
alter table "discrepancy" add "receipt_id" uuid null, add "payment_id" uuid null;
create index "discrepancy_receipt_id_index" on "discrepancy" ("receipt_id");
create index "discrepancy_payment_id_index" on "discrepancy" ("payment_id");
alter table "discrepancy" add constraint "discrepancy_receipt_id_foreign" foreign key ("receipt_id") references "receipt" ("id") on delete set null;
alter table "discrepancy" add constraint "discrepancy_payment_id_foreign" foreign key ("payment_id") references "payment" ("id") on delete set null;
alter table "discrepancy" drop constraint "discrepancy_reason_check";
alter table "discrepancy" add constraint "discrepancy_reason_check" check ("reason" in ('AMOUNT_DIFFERS', 'REPORTED_TWICE', 'IDENTIFIERS_DIFFER', 'RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT', 'UNKNOWN_NOTICE', 'REVOKED', 'NOT_REPORTED', 'FLOWS_NOT_LISTED', 'FLOW_FAILED', 'FLOW_SUM_DIFFERS', 'FLOW_WITHOUT_CREDIT', 'STATEMENT_DIFFERS', 'CREDITED_TWICE', 'CREDIT_AMBIGUOUS', 'CREDIT_UNKNOWN', 'PAID_TWICE', 'STAMP_WRONG', 'STAMP_MISSING'));
create index "receipt_paid_twice_index" on "receipt" ("administration_id") where "meaning" = 'PAID_TWICE';
`);
  }
}
