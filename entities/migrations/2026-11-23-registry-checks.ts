import { Migration } from "@mikro-orm/migrations";

/** What applications rest on and the registry knows: asked when they are handed in, or as soon as the registry answers. */
export class RegistryChecks extends Migration {
  override up(): void {
    this.addSql(`
create table "registry_check" ("id" uuid not null, "administration_id" uuid not null, "application_id" uuid not null, "kind" text not null, "reference" text not null, "state" text not null, "reason" text null, "asked_at" timestamptz(3) not null, "decided_at" timestamptz(3) null, "provenance" jsonb null, "version" int not null default 1, primary key ("id"));
create index "registry_check_administration_id_index" on "registry_check" ("administration_id");
alter table "registry_check" add constraint "registry_check_application_id_kind_unique" unique ("application_id", "kind");
alter table "registry_check" add constraint "registry_check_kind_check" check ("kind" in ('RESIDENCE', 'ZONE_RESIDENCE', 'HOUSEHOLD', 'HOUSEHOLD_PERMIT'));
alter table "registry_check" add constraint "registry_check_state_check" check ("state" in ('PENDING', 'CONFIRMED', 'CONTRADICTED', 'UNDECIDED'));
alter table "registry_check" add constraint "registry_check_reason_check" check ("reason" in ('NOT_RESIDENT_HERE', 'NOT_RESIDENT_IN_ZONE', 'HOUSEHOLD_HAS_PERMIT', 'NOT_IN_REGISTRY', 'NO_HOUSEHOLD', 'NO_FISCAL_CODE', 'AMBIGUOUS', 'REFUSED', 'CASE_CLOSED'));
alter table "registry_check" add constraint "registry_check_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "registry_check" add constraint "registry_check_application_id_foreign" foreign key ("application_id") references "application" ("id");
alter table "application" add "verification" text not null default 'NOT_NEEDED';
alter table "application" add constraint "application_verification_check" check ("verification" in ('NOT_NEEDED', 'PENDING', 'DONE'));
create index "application_office_id_verification_created_at_id_index" on "application" ("office_id", "verification", "created_at", "id");
alter table "access_record" drop constraint "access_record_actor_check";
alter table "access_record" add constraint "access_record_actor_check" check ("actor" in ('SELF', 'DELEGATE', 'HOUSEHOLD', 'STAFF', 'AUTOMATIC', 'PARTNER'));
alter table "event" drop constraint "event_kind_check";
alter table "event" add constraint "event_kind_check" check ("kind" in ('APPOINTMENT_BOOKED', 'APPOINTMENT_CANCELLED', 'APPLICATION_SUBMITTED', 'APPLICATION_STARTED', 'APPLICATION_VERIFIED', 'APPLICATION_DECIDED', 'PAYMENT_REQUESTED', 'PAYMENT_PAID', 'PAYMENT_PAID_TWICE'));`);
  }
}
