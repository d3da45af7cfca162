import { Migration } from "@mikro-orm/migrations";

/** Who told of a receipt: until now it was always the node. */
export class ReceiptSources extends Migration {
  override up(): void {
    this.addSql(`
alter table "receipt" add column "source" text not null default 'NODE';
alter table "receipt" add constraint "receipt_source_check" check ("source" in ('NODE', 'BIZ_EVENTS', 'STAFF'));
`);
  }
}
