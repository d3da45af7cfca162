import { Migration } from "@mikro-orm/migrations";

/** Acting for a company: declared by who does, verified by the staff, until a day. */
export class Representations extends Migration {
  override up(): void {
    this.addSql(`
create table "representation" ("id" uuid not null, "administration_id" uuid not null, "representative_id" uuid not null, "representative_name" text not null, "company_code" text not null, "company_name" text not null, "capacity" text not null, "state" text not null, "declared_at" timestamptz(3) not null, "decided_at" timestamptz(3) null, "decided_by_id" uuid null, "reason" text null, "valid_to" date null, "version" int not null default 1, primary key ("id"));
create index "representation_representative_id_declared_at_index" on "representation" ("representative_id", "declared_at");
create index "representation_administration_id_state_declared_at_id_index" on "representation" ("administration_id", "state", "declared_at", "id");
create index "representation_administration_id_declared_at_id_index" on "representation" ("administration_id", "declared_at", "id");
create index "representation_decided_by_id_index" on "representation" ("decided_by_id");
create unique index "representation_one_pending" on "representation" ("representative_id", "company_code") where "state" = 'PENDING';
alter table "representation" add constraint "representation_state_check" check ("state" in ('PENDING', 'APPROVED', 'REFUSED', 'REVOKED', 'WITHDRAWN'));
alter table "representation" add constraint "representation_administration_id_foreign" foreign key ("administration_id") references "administration" ("id");
alter table "representation" add constraint "representation_representative_id_foreign" foreign key ("representative_id") references "citizen" ("id");
alter table "representation" add constraint "representation_decided_by_id_foreign" foreign key ("decided_by_id") references "staff_member" ("id") on delete set null;
alter table "delegation" drop constraint "delegation_kind_check";
alter table "delegation" add constraint "delegation_kind_check" check ("kind" in ('PARENT', 'COMPANY'));
alter table "delegation" add "representation_id" uuid null, add "ends_at" timestamptz(3) null;
create index "delegation_representation_id_index" on "delegation" ("representation_id");
alter table "delegation" add constraint "delegation_representation_id_foreign" foreign key ("representation_id") references "representation" ("id") on delete set null;`);
  }
}
