import { Migration } from "@mikro-orm/migrations";

/** Applications that are handed in by their payment wait for it. */
export class ApplicationAwaitsPayment extends Migration {
  override up(): void {
    this.addSql(`
alter table "application" drop constraint "application_state_check";
alter table "application" add constraint "application_state_check" check ("state" in ('DRAFT', 'AWAITING_PAYMENT', 'SUBMITTED', 'IN_PROGRESS', 'ACCEPTED', 'REJECTED', 'WITHDRAWN'));
`);
  }
}
