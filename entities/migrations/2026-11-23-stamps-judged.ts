import { Migration } from "@mikro-orm/migrations";

/** What a digital stamp that came is worth. The stamp itself stays as it came; what is held of it may change. */
export class StampsJudged extends Migration {
  override up(): void {
    this.addSql(`
alter table "digital_stamp" add column "verdict" text null;
alter table "digital_stamp" add constraint "digital_stamp_verdict_check" check ("verdict" in ('UNREADABLE', 'OTHER_DOCUMENT', 'OTHER_AMOUNT', 'REPEATED', 'UNSIGNED', 'BROKEN', 'UNTRUSTED', 'UNVERIFIED', 'GENUINE'));
drop index "digital_stamp_administration_id_index";
create index "digital_stamp_administration_id_verdict_index" on "digital_stamp" ("administration_id", "verdict");
create index "digital_stamp_administration_id_serial_number_index" on "digital_stamp" ("administration_id", "serial_number");
drop trigger "digital_stamp_written_once" on "digital_stamp";
create trigger "digital_stamp_written_once" before update on "digital_stamp" for each row
  when ((old."document", old."document_hash", old."payment_id", old."transfer_index", old."province") is distinct from (new."document", new."document_hash", new."payment_id", new."transfer_index", new."province")
    or (old."attachment" is not null and (old."attachment", old."receipt_id", old."serial_number", old."bought_at", old."stamped_hash", old."amount_cents") is distinct from (new."attachment", new."receipt_id", new."serial_number", new."bought_at", new."stamped_hash", new."amount_cents")))
  execute function refuse_change();
`);
  }
}
