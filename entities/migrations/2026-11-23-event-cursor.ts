import { Migration } from "@mikro-orm/migrations";

/** The cursor of messages becomes that of all that follows from events. */
export class EventCursors extends Migration {
  override up(): void {
    this.addSql(`
alter table "message_cursor" rename to "event_cursor";
alter table "event_cursor" rename constraint "message_cursor_pkey" to "event_cursor_pkey";
alter table "event_cursor" rename constraint "message_cursor_administration_id_foreign" to "event_cursor_administration_id_foreign";
`);
  }
}
