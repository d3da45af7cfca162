import { Migration } from "@mikro-orm/migrations";

/** Who moved an application. Of what was written before, the move tells as much as is known. */
export class EventActors extends Migration {
  override up(): void {
    this.addSql(`
alter table "application_event" add "actor" text not null default 'SYSTEM', add "actor_name" text not null default 'Procedura automatica', add "actor_key" text null;
update "application_event" set "actor" = 'APPLICANT', "actor_name" = 'Il richiedente' where "from_state" = 'DRAFT' or "to_state" = 'WITHDRAWN';
update "application_event" set "actor" = 'STAFF', "actor_name" = 'L’ufficio' where "to_state" in ('ACCEPTED', 'REJECTED');
alter table "application_event" add constraint "application_event_actor_check" check ("actor" in ('APPLICANT', 'DELEGATE', 'STAFF', 'SYSTEM'));`);
  }
}
