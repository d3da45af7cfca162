import { Migration } from "@mikro-orm/migrations";

/** What people are told, by which channel they want it, and whether an e-mail address is theirs. Nobody is told of what happened before. */
export class Messages extends Migration {
  override up(): void {
    this.addSql(tables);
    this.addSql(beginning);
  }
}

const tables = `
create table "email_confirmation" ("id" uuid not null, "administration_id" uuid not null, "citizen_id" uuid not null, "email" text not null, "secret_hash" text null, "requested_at" timestamptz(3) not null, "sent_at" timestamptz(3) null, "expires_at" timestamptz(3) not null, primary key ("id"));
create index "email_confirmation_administration_id_index" on "email_confirmation" ("administration_id");
create index "email_confirmation_expires_at_index" on "email_confirmation" ("expires_at");
alter table "email_confirmation" add constraint "email_confirmation_citizen_id_unique" unique ("citizen_id");
create table "message_cursor" ("administration_id" uuid not null, "position" bigint not null, primary key ("administration_id"));
create table "message" ("id" uuid not null, "administration_id" uuid not null, "citizen_id" uuid not null, "kind" text not null, "event_id" uuid not null, "payment_id" uuid null, "application_id" uuid null, "appointment_id" uuid null, "state" text not null, "channel" text null, "upstream_id" text null, "deliveries" jsonb not null, "due_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, "created_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));
create index "message_citizen_id_created_at_id_index" on "message" ("citizen_id", "created_at", "id");
create index "message_administration_id_index" on "message" ("administration_id");
create index "message_payment_id_index" on "message" ("payment_id");
create index "message_application_id_index" on "message" ("application_id");
create index "message_appointment_id_index" on "message" ("appointment_id");
alter table "message" add constraint "message_event_id_kind_unique" unique ("event_id", "kind");
alter table "citizen" add "email_confirmed_at" timestamptz(3) null, add "message_choice" text not null default 'IO_OR_EMAIL', add "language" text null;
alter table "citizen" add constraint "citizen_message_choice_check" check ("message_choice" in ('IO_OR_EMAIL', 'IO', 'EMAIL', 'BOTH', 'NONE'));
alter table "citizen" add constraint "citizen_language_check" check ("language" in ('IT', 'EN'));
alter table "email_confirmation" add constraint "email_confirmation_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "email_confirmation" add constraint "email_confirmation_citizen_id_foreign" foreign key ("citizen_id") references "citizen" ("id");
alter table "message_cursor" add constraint "message_cursor_administration_id_foreign" foreign key ("administration_id") references "administration" ("id") on update cascade on delete cascade;
alter table "message" add constraint "message_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "message" add constraint "message_citizen_id_foreign" foreign key ("citizen_id") references "citizen" ("id");
alter table "message" add constraint "message_payment_id_foreign" foreign key ("payment_id") references "payment" ("id") on delete set null;
alter table "message" add constraint "message_application_id_foreign" foreign key ("application_id") references "application" ("id") on delete set null;
alter table "message" add constraint "message_appointment_id_foreign" foreign key ("appointment_id") references "appointment" ("id") on delete set null;
alter table "message" add constraint "message_kind_check" check ("kind" in ('NOTICE_ISSUED', 'NOTICE_REMINDER', 'RECEIPT', 'APPLICATION_RECEIVED', 'APPLICATION_DECIDED', 'APPOINTMENT_REMINDER'));
alter table "message" add constraint "message_state_check" check ("state" in ('QUEUED', 'SENT', 'REFUSED', 'FAILED', 'NOT_WANTED', 'OUTDATED'));
alter table "message" add constraint "message_channel_check" check ("channel" in ('IO', 'EMAIL'));
`;

const beginning = `
insert into "message_cursor" ("administration_id", "position") select "id", coalesce((select max("position") from "event"), 0) from "administration";
`;
