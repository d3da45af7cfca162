import { Migration } from "@mikro-orm/migrations";

/** Debt positions with plans, a history, digital stamps, and what pagoPA's register knows of them. */
export class Positions extends Migration {
  override up(): void {
    this.addSql(tables);
    this.addSql(guards);
  }
}

const tables = `
create table "payment_plan" ("id" uuid not null, "administration_id" uuid not null, "amount_cents" int not null, "created_at" timestamptz(3) not null, primary key ("id"));
create index "payment_plan_administration_id_index" on "payment_plan" ("administration_id");
create table "payment_option" ("id" uuid not null, "administration_id" uuid not null, "plan_id" uuid not null, "position" int not null, primary key ("id"));
create index "payment_option_administration_id_index" on "payment_option" ("administration_id");
alter table "payment_option" add constraint "payment_option_plan_id_position_unique" unique ("plan_id", "position");
create table "digital_stamp" ("id" uuid not null, "administration_id" uuid not null, "payment_id" uuid not null, "transfer_index" int not null, "amount_cents" int not null, "document" bytea not null, "document_hash" text not null, "province" text not null, "receipt_id" uuid null, "attachment" bytea null, "serial_number" text null, "bought_at" timestamptz(3) null, "stamped_hash" text null, primary key ("id"));
create index "digital_stamp_receipt_id_index" on "digital_stamp" ("receipt_id");
create index "digital_stamp_administration_id_index" on "digital_stamp" ("administration_id");
alter table "digital_stamp" add constraint "digital_stamp_payment_id_transfer_index_unique" unique ("payment_id", "transfer_index");
create table "payment_event" ("id" uuid not null, "administration_id" uuid not null, "payment_id" uuid not null, "from_state" text not null, "to_state" text not null, "reason" text null, "member_id" uuid null, "at" timestamptz(3) not null, primary key ("id"));
create index "payment_event_payment_id_at_id_index" on "payment_event" ("payment_id", "at", "id");
create index "payment_event_administration_id_index" on "payment_event" ("administration_id");
create index "payment_event_member_id_index" on "payment_event" ("member_id");
alter table "payment" drop constraint "payment_state_check";
alter table "payment" add "option_id" uuid null, add "instalment" int null, add "replaced_by_id" uuid null, add "hand_over" text not null default 'NONE', add "hand_over_refusal" text null;
alter table "payment" add constraint "payment_option_id_foreign" foreign key ("option_id") references "payment_option" ("id") on delete set null;
alter table "payment" add constraint "payment_replaced_by_id_foreign" foreign key ("replaced_by_id") references "payment" ("id") on delete set null;
create index "payment_option_id_instalment_id_index" on "payment" ("option_id", "instalment", "id");
create index "payment_replaced_by_id_index" on "payment" ("replaced_by_id");
create index "payment_administration_id_hand_over_created_at_id_index" on "payment" ("administration_id", "hand_over", "created_at", "id");
create index "payment_administration_id_state_due_on_index" on "payment" ("administration_id", "state", "due_on");
alter table "payment" add constraint "payment_hand_over_check" check ("hand_over" in ('NONE', 'WAITING', 'KEPT', 'CLOSED', 'REFUSED'));
alter table "payment" add constraint "payment_state_check" check ("state" in ('OPEN', 'OUTCOME_UNKNOWN', 'PAID', 'EXPIRED', 'CANCELLED', 'EXCLUDED'));
alter table "payment_plan" add constraint "payment_plan_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "payment_option" add constraint "payment_option_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "payment_option" add constraint "payment_option_plan_id_foreign" foreign key ("plan_id") references "payment_plan" ("id");
alter table "digital_stamp" add constraint "digital_stamp_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "digital_stamp" add constraint "digital_stamp_payment_id_foreign" foreign key ("payment_id") references "payment" ("id");
alter table "digital_stamp" add constraint "digital_stamp_receipt_id_foreign" foreign key ("receipt_id") references "receipt" ("id") on delete set null;
alter table "payment_event" add constraint "payment_event_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "payment_event" add constraint "payment_event_payment_id_foreign" foreign key ("payment_id") references "payment" ("id");
alter table "payment_event" add constraint "payment_event_member_id_foreign" foreign key ("member_id") references "staff_member" ("id") on delete set null;
`;

const guards = `
create trigger "payment_event_append_only" before update or delete or truncate on "payment_event" for each statement execute function refuse_change();

-- The document that a stamp was bought for stays as it was, and so does the stamp once it is here.
create trigger "digital_stamp_kept" before delete or truncate on "digital_stamp" for each statement execute function refuse_change();
create trigger "digital_stamp_written_once" before update on "digital_stamp" for each row
  when (old."attachment" is not null or (old."document", old."document_hash", old."payment_id", old."transfer_index", old."province") is distinct from (new."document", new."document_hash", new."payment_id", new."transfer_index", new."province"))
  execute function refuse_change();
`;
