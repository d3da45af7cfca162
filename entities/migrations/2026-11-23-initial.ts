import { Migration } from "@mikro-orm/migrations";

/** The tables as they stand at first, and what the ORM cannot say: what the database itself refuses. */
export class Initial extends Migration {
  override up(): void {
    this.addSql(tables);
    this.addSql(guards);
  }
}

const tables = `
create table "administration" ("id" uuid not null, "ipa_code" text not null, "fiscal_code" text not null, "name" text not null, "istat_code" text not null, "cadastral_code" text not null, "province" text not null, "contact" jsonb not null, "settings" jsonb not null, primary key ("id"));
alter table "administration" add constraint "administration_ipa_code_unique" unique ("ipa_code");
alter table "administration" add constraint "administration_fiscal_code_unique" unique ("fiscal_code");
create table "access_record" ("id" uuid not null, "administration_id" uuid not null, "sequence" int not null, "at" timestamptz(3) not null, "previous_hash" text not null, "hash" text not null, "subject_key" text not null, "actor" text not null, "actor_key" text not null, "actor_name" text not null, "source" text not null, "data_sets" jsonb not null, "purpose" text not null, "purpose_text" text not null, "purpose_reference" text not null, "operation_id" text not null, primary key ("id"));
create index "access_record_administration_id_subject_key_at_id_index" on "access_record" ("administration_id", "subject_key", "at", "id");
alter table "access_record" add constraint "access_record_administration_id_sequence_unique" unique ("administration_id", "sequence");
alter table "access_record" add constraint "access_record_actor_check" check ("actor" in ('SELF', 'DELEGATE', 'HOUSEHOLD', 'STAFF', 'PARTNER'));
alter table "access_record" add constraint "access_record_purpose_check" check ("purpose" in ('OWN_REQUEST', 'APPLICATION', 'APPOINTMENT', 'AGREEMENT'));
create table "access_outcome" ("id" uuid not null, "administration_id" uuid not null, "sequence" int not null, "at" timestamptz(3) not null, "previous_hash" text not null, "hash" text not null, "access_id" uuid not null, "outcome" text not null, primary key ("id"));
alter table "access_outcome" add constraint "access_outcome_administration_id_sequence_unique" unique ("administration_id", "sequence");
alter table "access_outcome" add constraint "access_outcome_access_id_unique" unique ("access_id");
alter table "access_outcome" add constraint "access_outcome_outcome_check" check ("outcome" in ('FOUND', 'NOT_FOUND', 'AMBIGUOUS', 'REFUSED', 'UNAVAILABLE', 'UNREADABLE', 'CACHED', 'STALE'));
create table "access_chain" ("administration_id" uuid not null, "sequence" int not null, "hash" text not null, primary key ("administration_id"));
create table "citizen" ("id" uuid not null, "administration_id" uuid not null, "fiscal_code" text null, "spid_code" text null, "email" text null, "phone" text null, "created_at" timestamptz(3) not null, primary key ("id"));
alter table "citizen" add constraint "citizen_administration_id_fiscal_code_unique" unique ("administration_id", "fiscal_code");
alter table "citizen" add constraint "citizen_administration_id_spid_code_unique" unique ("administration_id", "spid_code");
create table "counter" ("key" text not null, "value" bigint not null, primary key ("key"));
create table "event" ("id" uuid not null, "administration_id" uuid not null, "position" bigint null, "kind" text not null, "subject_id" uuid not null, "citizen_id" uuid null, "office_id" uuid null, "occurred_at" timestamptz(3) not null, primary key ("id"));
alter table "event" add constraint "event_position_unique" unique ("position");
create index "event_administration_id_position_index" on "event" ("administration_id", "position");
create index "event_citizen_id_position_index" on "event" ("citizen_id", "position");
create index "event_office_id_position_index" on "event" ("office_id", "position");
alter table "event" add constraint "event_kind_check" check ("kind" in ('APPOINTMENT_BOOKED', 'APPOINTMENT_CANCELLED', 'APPLICATION_SUBMITTED', 'APPLICATION_STARTED', 'APPLICATION_DECIDED', 'PAYMENT_REQUESTED', 'PAYMENT_PAID', 'PAYMENT_PAID_TWICE'));
create table "idempotency_record" ("id" uuid not null, "administration_id" uuid not null, "caller" text not null, "key" text not null, "mutation" text not null, "input_hash" text not null, "outcome" jsonb not null, "created_at" timestamptz(3) not null, primary key ("id"));
create index "idempotency_record_created_at_index" on "idempotency_record" ("created_at");
create index "idempotency_record_administration_id_index" on "idempotency_record" ("administration_id");
alter table "idempotency_record" add constraint "idempotency_record_caller_key_unique" unique ("caller", "key");
create table "login_request" ("id" uuid not null, "administration_id" uuid not null, "request_id" text not null, "issued_at" timestamptz(3) not null, "message" text not null, "provider" text not null, "scheme" text not null, "level" int not null, "attribute_set" int not null, "browser_hash" text not null, "relay_hash" text not null, "return_to" text not null, "staff" boolean not null, "expires_at" timestamptz(3) not null, "consumed_at" timestamptz(3) null, primary key ("id"));
alter table "login_request" add constraint "login_request_request_id_unique" unique ("request_id");
create index "login_request_administration_id_index" on "login_request" ("administration_id");
create index "login_request_expires_at_index" on "login_request" ("expires_at");
create table "login_transaction" ("id" uuid not null, "administration_id" uuid not null, "scheme" text not null, "provider" text not null, "request_id" text not null, "requested_at" timestamptz(3) not null, "answered_at" timestamptz(3) not null, "outcome" text not null, "response_id" text null, "assertion_id" text null, "keep_until" timestamptz(3) not null, "key_id" text not null, "sealed" bytea not null, primary key ("id"));
alter table "login_transaction" add constraint "login_transaction_request_id_unique" unique ("request_id");
create index "login_transaction_administration_id_index" on "login_transaction" ("administration_id");
create index "login_transaction_response_id_index" on "login_transaction" ("response_id");
create index "login_transaction_assertion_id_index" on "login_transaction" ("assertion_id");
create index "login_transaction_keep_until_index" on "login_transaction" ("keep_until");
create table "office" ("id" uuid not null, "administration_id" uuid not null, "slug" text not null, "name" text not null, "description" text not null, "street" text not null, "postal_code" text not null, "city" text not null, "phone" text null, "email" text null, "hours" jsonb not null, "closures" jsonb not null, "extra_openings" jsonb not null, "counters" int not null, primary key ("id"));
create index "office_administration_id_index" on "office" ("administration_id");
alter table "office" add constraint "office_administration_id_slug_unique" unique ("administration_id", "slug");
create table "oidc_client" ("id" uuid not null, "administration_id" uuid not null, "client_id" text not null, "name" text not null, "secret_hash" text null, "native" boolean not null, "redirect_uris" jsonb not null, "post_logout_redirect_uris" jsonb not null, "scopes" jsonb not null, "permissions" jsonb not null, "staff" boolean not null, "active" boolean not null, primary key ("id"));
create index "oidc_client_administration_id_index" on "oidc_client" ("administration_id");
alter table "oidc_client" add constraint "oidc_client_client_id_unique" unique ("client_id");
create table "partner" ("id" uuid not null, "administration_id" uuid not null, "ipa_code" text not null, "name" text not null, "client_id" text not null, "jwks_uri" text not null, "active" boolean not null, primary key ("id"));
alter table "partner" add constraint "partner_administration_id_ipa_code_unique" unique ("administration_id", "ipa_code");
alter table "partner" add constraint "partner_client_id_unique" unique ("client_id");
create table "agreement" ("id" uuid not null, "administration_id" uuid not null, "partner_id" uuid not null, "reference" text not null, "purpose" text not null, "data_sets" jsonb not null, "daily_quota" int not null, "valid_from" date not null, "valid_to" date null, primary key ("id"));
create index "agreement_partner_id_index" on "agreement" ("partner_id");
alter table "agreement" add constraint "agreement_administration_id_reference_unique" unique ("administration_id", "reference");
create table "register_export" ("id" uuid not null, "administration_id" uuid not null, "transaction_id" uuid not null, "exported_by" text not null, "reason" text not null, "at" timestamptz(3) not null, primary key ("id"));
create index "register_export_administration_id_index" on "register_export" ("administration_id");
create index "register_export_transaction_id_index" on "register_export" ("transaction_id");
create table "service" ("id" uuid not null, "administration_id" uuid not null, "slug" text not null, "category" text not null, "category_title" text not null, "title" text not null, "status" text not null, "status_reason" text null, "summary" text not null, "audience" text not null, "how_to" text not null, "what_you_get" text not null, "time_limit_days" int null, "time_limit_text" text not null, "time_limit_source" text null, "costs" jsonb not null, "access" jsonb not null, "conditions" text null, "topics" jsonb not null, "situations" jsonb not null, "sources" jsonb not null, "laws" jsonb not null, "assurance" text null, "application_kind" text null, "form" jsonb null, "appointment_minutes" int null, "position" int not null, primary key ("id"));
create index "service_administration_id_position_id_index" on "service" ("administration_id", "position", "id");
create index "service_administration_id_category_index" on "service" ("administration_id", "category");
alter table "service" add constraint "service_administration_id_slug_unique" unique ("administration_id", "slug");
alter table "service" add constraint "service_status_check" check ("status" in ('ACTIVE', 'INACTIVE'));
alter table "service" add constraint "service_assurance_check" check ("assurance" in ('L1', 'L2', 'L3'));
alter table "service" add constraint "service_application_kind_check" check ("application_kind" in ('ZTL_PERMIT', 'GENERIC'));
create table "required_document" ("id" uuid not null, "administration_id" uuid not null, "service_id" uuid not null, "code" text not null, "title" text not null, "description" text null, "needed" jsonb not null, "held_by" jsonb null, "form" text not null, "position" int not null, primary key ("id"));
create index "required_document_administration_id_index" on "required_document" ("administration_id");
create index "required_document_service_id_position_index" on "required_document" ("service_id", "position");
alter table "required_document" add constraint "required_document_service_id_code_unique" unique ("service_id", "code");
alter table "required_document" add constraint "required_document_form_check" check ("form" in ('ORIGINAL', 'COPY', 'EITHER'));
create table "appointment" ("id" uuid not null, "administration_id" uuid not null, "office_id" uuid not null, "service_id" uuid not null, "citizen_id" uuid null, "guest_name" text null, "guest_email" text null, "starts_at" timestamptz(3) not null, "ends_at" timestamptz(3) not null, "counter" int not null, "state" text not null, "code" text not null, "reason" text null, "held_until" timestamptz(3) null, "created_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));
create index "appointment_citizen_id_starts_at_id_index" on "appointment" ("citizen_id", "starts_at", "id");
create index "appointment_office_id_starts_at_id_index" on "appointment" ("office_id", "starts_at", "id");
create index "appointment_service_id_index" on "appointment" ("service_id");
create index "appointment_administration_id_index" on "appointment" ("administration_id");
alter table "appointment" add constraint "appointment_administration_id_code_unique" unique ("administration_id", "code");
alter table "appointment" add constraint "appointment_state_check" check ("state" in ('HELD', 'BOOKED', 'CHECKED_IN', 'CALLED', 'SERVED', 'MISSED', 'CANCELLED', 'LAPSED'));
create table "application" ("id" uuid not null, "administration_id" uuid not null, "service_id" uuid not null, "office_id" uuid not null, "citizen_id" uuid not null, "kind" text not null, "state" text not null, "details" jsonb not null, "protocol_year" int null, "protocol_number" int null, "submitted_at" timestamptz(3) null, "due_on" date null, "due_steps" jsonb null, "decided_at" timestamptz(3) null, "decision_reason" text null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));
create index "application_citizen_id_created_at_id_index" on "application" ("citizen_id", "created_at", "id");
create index "application_office_id_state_created_at_id_index" on "application" ("office_id", "state", "created_at", "id");
create index "application_office_id_created_at_id_index" on "application" ("office_id", "created_at", "id");
create index "application_service_id_index" on "application" ("service_id");
create index "application_administration_id_index" on "application" ("administration_id");
alter table "application" add constraint "application_administration_id_protocol_year_proto_f956e_unique" unique ("administration_id", "protocol_year", "protocol_number");
alter table "application" add constraint "application_kind_check" check ("kind" in ('ZTL_PERMIT', 'GENERIC'));
alter table "application" add constraint "application_state_check" check ("state" in ('DRAFT', 'SUBMITTED', 'IN_PROGRESS', 'ACCEPTED', 'REJECTED', 'WITHDRAWN'));
create table "payment" ("id" uuid not null, "administration_id" uuid not null, "citizen_id" uuid not null, "application_id" uuid null, "notice_number" text not null, "iuv" text not null, "amount_cents" int not null, "description" text not null, "debtor_name" text not null, "debtor_fiscal_code" text not null, "due_on" date not null, "transfers" jsonb not null, "state" text not null, "paid_at" timestamptz(3) null, "paid_cents" bigint null, "created_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));
create index "payment_citizen_id_created_at_id_index" on "payment" ("citizen_id", "created_at", "id");
create index "payment_application_id_index" on "payment" ("application_id");
create index "payment_administration_id_created_at_id_index" on "payment" ("administration_id", "created_at", "id");
alter table "payment" add constraint "payment_administration_id_notice_number_unique" unique ("administration_id", "notice_number");
alter table "payment" add constraint "payment_administration_id_iuv_unique" unique ("administration_id", "iuv");
alter table "payment" add constraint "payment_state_check" check ("state" in ('OPEN', 'OUTCOME_UNKNOWN', 'PAID', 'EXPIRED', 'CANCELLED'));
create table "receipt" ("id" uuid not null, "administration_id" uuid not null, "payment_id" uuid null, "receipt_id" text not null, "notice_number" text not null, "creditor_fiscal_code" text not null, "iuv" text not null, "amount_cents" bigint not null, "meaning" text not null, "psp_name" text not null, "payment_method" text null, "paid_at" timestamptz(3) null, "received_at" timestamptz(3) not null, "message" bytea not null, primary key ("id"));
create index "receipt_payment_id_index" on "receipt" ("payment_id");
create index "receipt_administration_id_received_at_id_index" on "receipt" ("administration_id", "received_at", "id");
alter table "receipt" add constraint "receipt_administration_id_receipt_id_unique" unique ("administration_id", "receipt_id");
alter table "receipt" add constraint "receipt_meaning_check" check ("meaning" in ('SETTLED', 'PAID_TWICE', 'UNKNOWN_NOTICE', 'NOT_PAID'));
create table "ledger_entry" ("id" uuid not null, "administration_id" uuid not null, "payment_id" uuid not null, "receipt_id" uuid not null, "amount_cents" bigint not null, "at" timestamptz(3) not null, primary key ("id"));
create index "ledger_entry_administration_id_at_id_index" on "ledger_entry" ("administration_id", "at", "id");
create index "ledger_entry_payment_id_index" on "ledger_entry" ("payment_id");
alter table "ledger_entry" add constraint "ledger_entry_receipt_id_unique" unique ("receipt_id");
create table "application_event" ("id" uuid not null, "administration_id" uuid not null, "application_id" uuid not null, "from_state" text not null, "to_state" text not null, "at" timestamptz(3) not null, primary key ("id"));
create index "application_event_application_id_at_index" on "application_event" ("application_id", "at");
create index "application_event_administration_id_index" on "application_event" ("administration_id");
create table "service_office" ("service_id" uuid not null, "office_id" uuid not null, primary key ("service_id", "office_id"));
create table "staff_member" ("id" uuid not null, "administration_id" uuid not null, "fiscal_code" text not null, "name" text not null, "active" boolean not null, primary key ("id"));
alter table "staff_member" add constraint "staff_member_administration_id_fiscal_code_unique" unique ("administration_id", "fiscal_code");
create table "staff_assignment" ("id" uuid not null, "administration_id" uuid not null, "member_id" uuid not null, "office_id" uuid not null, "role" text not null, primary key ("id"));
create index "staff_assignment_office_id_index" on "staff_assignment" ("office_id");
create index "staff_assignment_administration_id_index" on "staff_assignment" ("administration_id");
alter table "staff_assignment" add constraint "staff_assignment_member_id_office_id_role_unique" unique ("member_id", "office_id", "role");
alter table "staff_assignment" add constraint "staff_assignment_role_check" check ("role" in ('FRONT_OFFICE', 'CASE_OFFICER', 'ACCOUNTANT', 'SUPERVISOR'));
create table "session" ("id" uuid not null, "secret_hash" text not null, "administration_id" uuid not null, "citizen_id" uuid not null, "staff_member_id" uuid null, "assurance" text not null, "given_name" text not null, "family_name" text not null, "created_at" timestamptz(3) not null, "seen_at" timestamptz(3) not null, "ends_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, "device" text null, "scheme" text not null, "provider" text not null, "name_id" text not null, "name_qualifier" text not null, "session_index" text null, "logout_request_id" text null, "logout_return_to" text null, primary key ("id"));
alter table "session" add constraint "session_secret_hash_unique" unique ("secret_hash");
create index "session_citizen_id_index" on "session" ("citizen_id");
create index "session_staff_member_id_index" on "session" ("staff_member_id");
create index "session_administration_id_index" on "session" ("administration_id");
create index "session_ends_at_index" on "session" ("ends_at");
create index "session_name_id_index" on "session" ("name_id");
create index "session_logout_request_id_index" on "session" ("logout_request_id");
alter table "session" add constraint "session_assurance_check" check ("assurance" in ('L1', 'L2', 'L3'));
create table "oidc_artifact" ("id" text not null, "administration_id" uuid not null, "kind" text not null, "payload" jsonb not null, "session_id" uuid null, "grant_id" text null, "uid" text null, "expires_at" timestamptz(3) not null, "consumed_at" timestamptz(3) null, primary key ("id"));
create index "oidc_artifact_administration_id_index" on "oidc_artifact" ("administration_id");
create index "oidc_artifact_session_id_index" on "oidc_artifact" ("session_id");
create index "oidc_artifact_grant_id_index" on "oidc_artifact" ("grant_id");
create index "oidc_artifact_uid_index" on "oidc_artifact" ("uid");
create index "oidc_artifact_expires_at_index" on "oidc_artifact" ("expires_at");
create table "delegation" ("id" uuid not null, "administration_id" uuid not null, "session_id" uuid null, "actor_id" uuid not null, "subject_id" uuid not null, "kind" text not null, "given_name" text not null, "family_name" text not null, "started_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, primary key ("id"));
create index "delegation_session_id_index" on "delegation" ("session_id");
create index "delegation_actor_id_index" on "delegation" ("actor_id");
create index "delegation_subject_id_index" on "delegation" ("subject_id");
create index "delegation_administration_id_index" on "delegation" ("administration_id");
alter table "delegation" add constraint "delegation_kind_check" check ("kind" in ('PARENT'));
alter table "access_record" add constraint "access_record_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "access_outcome" add constraint "access_outcome_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "access_outcome" add constraint "access_outcome_access_id_foreign" foreign key ("access_id") references "access_record" ("id");
alter table "access_chain" add constraint "access_chain_administration_id_foreign" foreign key ("administration_id") references "administration" ("id") on update cascade on delete cascade;
alter table "citizen" add constraint "citizen_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "event" add constraint "event_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "idempotency_record" add constraint "idempotency_record_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "login_request" add constraint "login_request_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "login_transaction" add constraint "login_transaction_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "office" add constraint "office_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "oidc_client" add constraint "oidc_client_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "partner" add constraint "partner_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "agreement" add constraint "agreement_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "agreement" add constraint "agreement_partner_id_foreign" foreign key ("partner_id") references "partner" ("id");
alter table "register_export" add constraint "register_export_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "service" add constraint "service_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "required_document" add constraint "required_document_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "required_document" add constraint "required_document_service_id_foreign" foreign key ("service_id") references "service" ("id");
alter table "appointment" add constraint "appointment_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "appointment" add constraint "appointment_office_id_foreign" foreign key ("office_id") references "office" ("id");
alter table "appointment" add constraint "appointment_service_id_foreign" foreign key ("service_id") references "service" ("id");
alter table "appointment" add constraint "appointment_citizen_id_foreign" foreign key ("citizen_id") references "citizen" ("id") on delete set null;
alter table "application" add constraint "application_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "application" add constraint "application_service_id_foreign" foreign key ("service_id") references "service" ("id");
alter table "application" add constraint "application_office_id_foreign" foreign key ("office_id") references "office" ("id");
alter table "application" add constraint "application_citizen_id_foreign" foreign key ("citizen_id") references "citizen" ("id");
alter table "payment" add constraint "payment_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "payment" add constraint "payment_citizen_id_foreign" foreign key ("citizen_id") references "citizen" ("id");
alter table "payment" add constraint "payment_application_id_foreign" foreign key ("application_id") references "application" ("id") on delete set null;
alter table "receipt" add constraint "receipt_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "receipt" add constraint "receipt_payment_id_foreign" foreign key ("payment_id") references "payment" ("id") on delete set null;
alter table "ledger_entry" add constraint "ledger_entry_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "ledger_entry" add constraint "ledger_entry_payment_id_foreign" foreign key ("payment_id") references "payment" ("id");
alter table "ledger_entry" add constraint "ledger_entry_receipt_id_foreign" foreign key ("receipt_id") references "receipt" ("id");
alter table "application_event" add constraint "application_event_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "application_event" add constraint "application_event_application_id_foreign" foreign key ("application_id") references "application" ("id");
alter table "service_office" add constraint "service_office_service_id_foreign" foreign key ("service_id") references "service" ("id") on update cascade on delete cascade;
alter table "service_office" add constraint "service_office_office_id_foreign" foreign key ("office_id") references "office" ("id") on update cascade on delete cascade;
alter table "staff_member" add constraint "staff_member_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "staff_assignment" add constraint "staff_assignment_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "staff_assignment" add constraint "staff_assignment_member_id_foreign" foreign key ("member_id") references "staff_member" ("id");
alter table "staff_assignment" add constraint "staff_assignment_office_id_foreign" foreign key ("office_id") references "office" ("id");
alter table "session" add constraint "session_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "session" add constraint "session_citizen_id_foreign" foreign key ("citizen_id") references "citizen" ("id");
alter table "session" add constraint "session_staff_member_id_foreign" foreign key ("staff_member_id") references "staff_member" ("id") on delete set null;
alter table "oidc_artifact" add constraint "oidc_artifact_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "oidc_artifact" add constraint "oidc_artifact_session_id_foreign" foreign key ("session_id") references "session" ("id") on delete cascade;
alter table "delegation" add constraint "delegation_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "delegation" add constraint "delegation_session_id_foreign" foreign key ("session_id") references "session" ("id") on delete set null;
alter table "delegation" add constraint "delegation_actor_id_foreign" foreign key ("actor_id") references "citizen" ("id");
alter table "delegation" add constraint "delegation_subject_id_foreign" foreign key ("subject_id") references "citizen" ("id");
`;

const guards = `
create index "service_office_office_id_index" on "service_office" ("office_id");
create unique index "delegation_one_at_a_time" on "delegation" ("session_id") where "ended_at" is null;
create index "event_unpublished_index" on "event" ("id") where "position" is null;
create sequence "event_position";

-- Nobody books a counter twice: of two who try at once, one is refused by the database.
create extension if not exists btree_gist;
alter table "appointment" add constraint "appointment_counter_free" exclude using gist
  ("office_id" with =, "counter" with =, tstzrange("starts_at", "ends_at") with &&) where ("state" in ('HELD', 'BOOKED', 'CHECKED_IN', 'CALLED'));

-- What was written of somebody's data being read, and of money having moved, is never changed.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger "access_record_append_only" before update or delete or truncate on "access_record" for each statement execute function refuse_change();
create trigger "access_outcome_append_only" before update or delete or truncate on "access_outcome" for each statement execute function refuse_change();
create trigger "ledger_entry_append_only" before update or delete or truncate on "ledger_entry" for each statement execute function refuse_change();
create trigger "receipt_kept" before delete or truncate on "receipt" for each statement execute function refuse_change();

-- The end of the chain of accesses only moves on.
create function refuse_going_back() returns trigger language plpgsql as $$
begin
  if new."sequence" < old."sequence" then raise exception 'access_chain only grows' using errcode = 'insufficient_privilege'; end if;
  return new;
end $$;
create trigger "access_chain_grows" before update on "access_chain" for each row execute function refuse_going_back();
create trigger "access_chain_kept" before delete or truncate on "access_chain" for each statement execute function refuse_change();

-- Appends links to the chain of accesses of an administration: reads and outcomes, in the order given. The row of access_chain is
-- the lock. A link's hash is over its values and the hash before it, each written as its length in bytes, a colon and its text.
create function append_access(administration uuid, entries jsonb, instant timestamptz) returns jsonb language plpgsql as $$
declare
  chain "access_chain";
  entry jsonb;
  operation text;
  parts text[];
  link_hash text;
  appended jsonb := '[]';
begin
  insert into "access_chain" values (administration, 0, repeat('0', 64)) on conflict do nothing;
  select * into strict chain from "access_chain" where "administration_id" = administration for update;
  for entry in select jsonb_array_elements(entries) loop
    chain."sequence" := chain."sequence" + 1;
    -- What must not be done twice keeps the number of the first try, unless that was answered with a no.
    operation := coalesce(entry ->> 'operationId', case when (entry -> 'again')::boolean then (
      select case when o."outcome" in ('REFUSED', 'NOT_FOUND', 'AMBIGUOUS') then null else r."operation_id" end
      from "access_record" r left join "access_outcome" o on o."access_id" = r."id"
      where r."administration_id" = administration and r."subject_key" = entry ->> 'subjectKey' and r."purpose_reference" = entry ->> 'purposeReference' and r."data_sets" = entry -> 'dataSets'
      order by r."sequence" desc limit 1) end, to_char(instant at time zone 'UTC', 'YYYYMMDDHH24MISS') || lpad(chain."sequence"::text, 12, '0'));
    parts := array[entry ->> 'kind', entry ->> 'id', administration::text, chain."sequence"::text, to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')]
      || case entry ->> 'kind'
        when 'ACCESS' then array[entry ->> 'subjectKey', entry ->> 'actor', entry ->> 'actorKey', entry ->> 'actorName', entry ->> 'source',
          (select string_agg(each, ',' order by place) from jsonb_array_elements_text(entry -> 'dataSets') with ordinality as sets (each, place)),
          entry ->> 'purpose', entry ->> 'purposeText', entry ->> 'purposeReference', operation]
        else array[entry ->> 'access', entry ->> 'outcome'] end
      || chain."hash";
    link_hash := encode(sha256(convert_to((select string_agg(octet_length(part) || ':' || part, '' order by place) from unnest(parts) with ordinality as each (part, place)), 'UTF8')), 'hex');
    if entry ->> 'kind' = 'ACCESS' then
      insert into "access_record" ("id", "administration_id", "sequence", "at", "subject_key", "actor", "actor_key", "actor_name", "source", "data_sets",
        "purpose", "purpose_text", "purpose_reference", "operation_id", "previous_hash", "hash")
      values ((entry ->> 'id')::uuid, administration, chain."sequence", instant, entry ->> 'subjectKey', entry ->> 'actor', entry ->> 'actorKey', entry ->> 'actorName', entry ->> 'source', entry -> 'dataSets',
        entry ->> 'purpose', entry ->> 'purposeText', entry ->> 'purposeReference', operation, chain."hash", link_hash);
    else
      insert into "access_outcome" ("id", "administration_id", "sequence", "at", "access_id", "outcome", "previous_hash", "hash")
      values ((entry ->> 'id')::uuid, administration, chain."sequence", instant, (entry ->> 'access')::uuid, entry ->> 'outcome', chain."hash", link_hash);
    end if;
    chain."hash" := link_hash;
    appended := appended || jsonb_build_object('sequence', chain."sequence", 'operationId', operation);
  end loop;
  update "access_chain" set "sequence" = chain."sequence", "hash" = chain."hash" where "administration_id" = administration;
  return appended;
end $$;

-- The register of sign-ins is kept for as long as the law says, and who took something out of it for ever.
create trigger "login_transaction_written_once" before update or truncate on "login_transaction" for each statement execute function refuse_change();
create trigger "login_transaction_kept" before delete on "login_transaction" for each row when (old."keep_until" > current_timestamp) execute function refuse_change();
create trigger "register_export_append_only" before update or delete or truncate on "register_export" for each statement execute function refuse_change();

-- Every process hears at once whose access changed, by the id of the session, member, partner or agreement: open sockets must not outlive it.
create function announce_access() returns trigger language plpgsql as $$
begin
  perform pg_notify('hub_access', changed) from (values (to_jsonb(old) ->> tg_argv[0]), (to_jsonb(new) ->> tg_argv[0])) ids (changed) where changed is not null;
  return null;
end $$;
create trigger "session_ended" after update of "ended_at" on "session" for each row execute function announce_access('id');
create trigger "delegation_changed" after insert or update of "ended_at" on "delegation" for each row execute function announce_access('session_id');
create trigger "staff_member_changed" after update or delete on "staff_member" for each row execute function announce_access('id');
create trigger "staff_assignment_changed" after insert or update or delete on "staff_assignment" for each row execute function announce_access('member_id');
create trigger "partner_changed" after update or delete on "partner" for each row execute function announce_access('id');
create trigger "agreement_changed" after update or delete on "agreement" for each row execute function announce_access('id');
`;
