import { Migration } from "@mikro-orm/migrations";

/** What providers report, what the bank credits, what receipts promised, and where the three differ. */
export class Reconciliation extends Migration {
  override up(): void {
    this.addSql(tables);
  }
}

const tables = `
create table "flow" ("id" uuid not null, "administration_id" uuid not null, "psp_id" text not null, "name" text not null, "revision" int not null, "published_at" timestamptz(3) not null, "state" text not null, "psp_name" text null, "regulation" text null, "regulation_date" date null, "sum_cents" bigint null, "count" int null, "payments_cents" bigint null, "payments_count" int null, "pages" int not null, "failures" int not null, "failure" text null, "completed_at" timestamptz(3) null, "created_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));
create index "flow_administration_id_published_at_id_index" on "flow" ("administration_id", "published_at", "id");
create index "flow_administration_id_state_regulation_date_index" on "flow" ("administration_id", "state", "regulation_date");
alter table "flow" add constraint "flow_administration_id_psp_id_name_revision_unique" unique ("administration_id", "psp_id", "name", "revision");
alter table "flow" add constraint "flow_state_check" check ("state" in ('WAITING', 'COMPLETE', 'SUPERSEDED', 'FAILED'));
create table "collection" ("id" uuid not null, "administration_id" uuid not null, "receipt_id" uuid not null, "payment_id" uuid null, "transfer_index" int not null, "iuv" text not null, "iur" text not null, "amount_cents" bigint not null, "iban" text null, "paid_on" date not null, "state" text not null, "noted_at" timestamptz(3) not null, primary key ("id"));
create index "collection_administration_id_iur_transfer_index_index" on "collection" ("administration_id", "iur", "transfer_index");
create index "collection_administration_id_iuv_index" on "collection" ("administration_id", "iuv");
create index "collection_administration_id_paid_on_index" on "collection" ("administration_id", "paid_on");
create index "collection_administration_id_state_index" on "collection" ("administration_id", "state");
create index "collection_payment_id_index" on "collection" ("payment_id");
alter table "collection" add constraint "collection_receipt_id_transfer_index_unique" unique ("receipt_id", "transfer_index");
alter table "collection" add constraint "collection_state_check" check ("state" in ('AWAITED', 'REPORTED', 'CREDITED'));
create table "flow_payment" ("id" uuid not null, "administration_id" uuid not null, "flow_id" uuid not null, "index" int not null, "iuv" text not null, "iur" text not null, "transfer_index" int not null, "amount_cents" bigint not null, "outcome" text not null, "paid_on" date not null, "match" text not null, "collection_id" uuid null, primary key ("id"));
create index "flow_payment_flow_id_index_id_index" on "flow_payment" ("flow_id", "index", "id");
create index "flow_payment_administration_id_match_index" on "flow_payment" ("administration_id", "match");
create index "flow_payment_administration_id_paid_on_index" on "flow_payment" ("administration_id", "paid_on");
alter table "flow_payment" add constraint "flow_payment_collection_id_unique" unique ("collection_id");
alter table "flow_payment" add constraint "flow_payment_outcome_check" check ("outcome" in ('EXECUTED', 'STAND_IN', 'STAND_IN_NO_RPT', 'NO_RPT', 'REVOKED'));
alter table "flow_payment" add constraint "flow_payment_match_check" check ("match" in ('OPEN', 'MATCHED', 'AMOUNT_DIFFERS', 'REPORTED_TWICE', 'IDENTIFIERS_DIFFER', 'RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT', 'UNKNOWN_NOTICE', 'REVOKED', 'SUPERSEDED'));
create table "bank_statement" ("id" uuid not null, "administration_id" uuid not null, "iban" text not null, "reference" text not null, "content_hash" text not null, "place" int not null, "from_day" date not null, "to_day" date not null, "credits_count" int not null, "credits_cents" bigint not null, "others_count" int not null, "others_cents" bigint not null, "known_count" int not null, "known_cents" bigint not null, "imported_by_id" uuid not null, "imported_at" timestamptz(3) not null, primary key ("id"));
create index "bank_statement_administration_id_imported_at_id_index" on "bank_statement" ("administration_id", "imported_at", "id");
create index "bank_statement_imported_by_id_index" on "bank_statement" ("imported_by_id");
alter table "bank_statement" add constraint "bank_statement_administration_id_content_hash_place_unique" unique ("administration_id", "content_hash", "place");
create table "bank_credit" ("id" uuid not null, "administration_id" uuid not null, "statement_id" uuid not null, "place" int not null, "identity" text not null, "booked_on" date not null, "amount_cents" bigint not null, "flow_name" text null, "iuv" text null, "reference" text null, "match" text not null, "flow_id" uuid null, "collection_id" uuid null, primary key ("id"));
create index "bank_credit_statement_id_place_id_index" on "bank_credit" ("statement_id", "place", "id");
create index "bank_credit_administration_id_match_index" on "bank_credit" ("administration_id", "match");
create index "bank_credit_administration_id_booked_on_index" on "bank_credit" ("administration_id", "booked_on");
alter table "bank_credit" add constraint "bank_credit_flow_id_unique" unique ("flow_id");
alter table "bank_credit" add constraint "bank_credit_collection_id_unique" unique ("collection_id");
alter table "bank_credit" add constraint "bank_credit_administration_id_identity_unique" unique ("administration_id", "identity");
alter table "bank_credit" add constraint "bank_credit_match_check" check ("match" in ('OPEN', 'MATCHED', 'AMOUNT_DIFFERS', 'CREDITED_TWICE', 'UNKNOWN'));
create table "discrepancy" ("id" uuid not null, "administration_id" uuid not null, "reason" text not null, "state" text not null, "subject_id" uuid not null, "flow_id" uuid null, "flow_payment_id" uuid null, "credit_id" uuid null, "collection_id" uuid null, "expected_cents" bigint null, "found_cents" bigint null, "opened_at" timestamptz(3) not null, "resolved_at" timestamptz(3) null, "resolved_by_id" uuid null, "note" text null, "version" int not null default 1, primary key ("id"));
create index "discrepancy_administration_id_opened_at_id_index" on "discrepancy" ("administration_id", "opened_at", "id");
create index "discrepancy_administration_id_state_index" on "discrepancy" ("administration_id", "state");
create index "discrepancy_flow_id_index" on "discrepancy" ("flow_id");
create index "discrepancy_flow_payment_id_index" on "discrepancy" ("flow_payment_id");
create index "discrepancy_credit_id_index" on "discrepancy" ("credit_id");
create index "discrepancy_collection_id_index" on "discrepancy" ("collection_id");
create index "discrepancy_resolved_by_id_index" on "discrepancy" ("resolved_by_id");
alter table "discrepancy" add constraint "discrepancy_administration_id_reason_subject_id_unique" unique ("administration_id", "reason", "subject_id");
alter table "discrepancy" add constraint "discrepancy_reason_check" check ("reason" in ('AMOUNT_DIFFERS', 'REPORTED_TWICE', 'IDENTIFIERS_DIFFER', 'RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT', 'UNKNOWN_NOTICE', 'REVOKED', 'NOT_REPORTED', 'FLOW_FAILED', 'FLOW_SUM_DIFFERS', 'FLOW_WITHOUT_CREDIT', 'STATEMENT_DIFFERS', 'CREDITED_TWICE', 'CREDIT_UNKNOWN'));
alter table "discrepancy" add constraint "discrepancy_state_check" check ("state" in ('OPEN', 'RESOLVED'));
alter table "flow" add constraint "flow_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "collection" add constraint "collection_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "collection" add constraint "collection_receipt_id_foreign" foreign key ("receipt_id") references "receipt" ("id");
alter table "collection" add constraint "collection_payment_id_foreign" foreign key ("payment_id") references "payment" ("id") on delete set null;
alter table "flow_payment" add constraint "flow_payment_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "flow_payment" add constraint "flow_payment_flow_id_foreign" foreign key ("flow_id") references "flow" ("id");
alter table "flow_payment" add constraint "flow_payment_collection_id_foreign" foreign key ("collection_id") references "collection" ("id") on delete set null;
alter table "bank_statement" add constraint "bank_statement_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "bank_statement" add constraint "bank_statement_imported_by_id_foreign" foreign key ("imported_by_id") references "staff_member" ("id");
alter table "bank_credit" add constraint "bank_credit_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "bank_credit" add constraint "bank_credit_statement_id_foreign" foreign key ("statement_id") references "bank_statement" ("id");
alter table "bank_credit" add constraint "bank_credit_flow_id_foreign" foreign key ("flow_id") references "flow" ("id") on delete set null;
alter table "bank_credit" add constraint "bank_credit_collection_id_foreign" foreign key ("collection_id") references "collection" ("id") on delete set null;
alter table "discrepancy" add constraint "discrepancy_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "discrepancy" add constraint "discrepancy_flow_id_foreign" foreign key ("flow_id") references "flow" ("id") on delete set null;
alter table "discrepancy" add constraint "discrepancy_flow_payment_id_foreign" foreign key ("flow_payment_id") references "flow_payment" ("id") on delete set null;
alter table "discrepancy" add constraint "discrepancy_credit_id_foreign" foreign key ("credit_id") references "bank_credit" ("id") on delete set null;
alter table "discrepancy" add constraint "discrepancy_collection_id_foreign" foreign key ("collection_id") references "collection" ("id") on delete set null;
alter table "discrepancy" add constraint "discrepancy_resolved_by_id_foreign" foreign key ("resolved_by_id") references "staff_member" ("id") on delete set null;
`;
