import { Migration } from "@mikro-orm/migrations";

/**
 * Indexes without entries that nobody looks for: events before they have a position, columns that are empty in almost every row,
 * and the administration alone, which is the same in all of them.
 */
export class LeanIndexes extends Migration {
  override up(): void {
    this.addSql(`
alter table "event" drop constraint "event_position_unique";
drop index "event_administration_id_position_index";
drop index "event_citizen_id_position_index";
drop index "event_office_id_position_index";
create unique index "event_position_unique" on "event" ("position") where "position" is not null;
create index "event_administration_id_position_index" on "event" ("administration_id", "position") where "position" is not null;
create index "event_citizen_id_position_index" on "event" ("citizen_id", "position") where "position" is not null;
create index "event_office_id_position_index" on "event" ("office_id", "position") where "position" is not null;
drop index "payment_event_administration_id_index";
drop index "payment_event_member_id_index";
create index "payment_event_member_id_index" on "payment_event" ("member_id") where "member_id" is not null;
drop index "application_event_administration_id_index";
drop index "application_administration_id_index";
drop index "payment_option_id_instalment_id_index";
create index "payment_option_id_instalment_id_index" on "payment" ("option_id", "instalment", "id") where "option_id" is not null;
drop index "payment_replaced_by_id_index";
create index "payment_replaced_by_id_index" on "payment" ("replaced_by_id") where "replaced_by_id" is not null;
`);
  }
}
