import { Migration } from "@mikro-orm/migrations";

/** The name of a flow that a bank broke over lines can be read in more than one way. */
export class BrokenFlowNames extends Migration {
  override up(): void {
    this.addSql(`alter table "bank_credit" add "other_flow_names" text[] not null default '{}'`);
  }
}
