import { Migration } from "@mikro-orm/migrations";

/** Credits are found by the provider's reference of the transfer too, taken back, and said to be ambiguous. */
export class BankReferences extends Migration {
  override up(): void {
    this.addSql(`
alter table "bank_credit" add "references" text[] not null default '{}';
alter table "bank_credit" drop constraint "bank_credit_match_check";
alter table "bank_credit" add constraint "bank_credit_match_check" check ("match" in ('OPEN', 'MATCHED', 'AMOUNT_DIFFERS', 'CREDITED_TWICE', 'AMBIGUOUS', 'UNKNOWN', 'REVERSED', 'OTHER'));
alter table "flow" add "trn" text null;
update "flow" set "trn" = n."text" from (select "id", upper(regexp_replace("regulation", '[^A-Za-z0-9]', '', 'g')) as "text" from "flow") n
where n."id" = "flow"."id" and length(n."text") between 10 and 35 and n."text" ~ '[0-9]' and n."text" !~ '^(.)\\1*$';
create index "flow_administration_id_trn_index" on "flow" ("administration_id", "trn");
alter table "discrepancy" drop constraint "discrepancy_reason_check";
alter table "discrepancy" add constraint "discrepancy_reason_check" check ("reason" in ('AMOUNT_DIFFERS', 'REPORTED_TWICE', 'IDENTIFIERS_DIFFER', 'RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT', 'UNKNOWN_NOTICE', 'REVOKED', 'NOT_REPORTED', 'FLOWS_NOT_LISTED', 'FLOW_FAILED', 'FLOW_SUM_DIFFERS', 'FLOW_WITHOUT_CREDIT', 'STATEMENT_DIFFERS', 'CREDITED_TWICE', 'CREDIT_AMBIGUOUS', 'CREDIT_UNKNOWN'));
`);
  }
}
