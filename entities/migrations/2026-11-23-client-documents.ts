import { Migration } from "@mikro-orm/migrations";

/** Which registered documents are all that a client may send. */
export class ClientDocuments extends Migration {
  override up(): void {
    this.addSql(`alter table "oidc_client" add "documents" text null;`);
  }
}
