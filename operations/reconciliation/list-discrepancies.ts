import type { EntityManager } from "@mikro-orm/postgresql";
import { wrongStamps } from "../../entities/digital-stamp.ts";
import type { EventKind } from "../../entities/event.ts";
import { mostFailures } from "../../entities/flow.ts";
import { PaymentState } from "../../entities/payment.ts";
import { ReceiptMeaning } from "../../entities/receipt.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { addDays } from "../../rules/dated.ts";
import { among } from "../sql.ts";

/**
 * Days after which money is missed: what was paid must be reported by the second working day after, and may be corrected up
 * to the fourth (SACI, reporting flow); holidays and weekends leave room. The same for a credit and its flow to find each other.
 */
export const patienceDays = 7;

/**
 * Brings the work list up to date with what was matched: opens what is new, closes by itself what has no cause any more, and
 * leaves alone what a human has settled. Each that opens or closes is told of. Part of the transaction that matched.
 */
export async function listDiscrepancies(em: EntityManager, administrationId: string, now: Date): Promise<void> {
  const given = [administrationId, now, addDays(dayInRome(now), -patienceDays)];
  for (const statement of [open, close]) await em.execute(`with given as (select ?::uuid as "administration", ?::timestamptz(3) as "now", ?::date as "since"), causes as materialized (${causes}) ${statement}`, given);
}

/** Every cause there is now: reason, what it is about, what should be and what is. */
const causes = `
  select l."match" as "reason", l."id" as "subject", l."flow_id" as "flow_id", l."id" as "flow_payment_id", null::uuid as "credit_id", l."collection_id" as "collection_id", null::uuid as "receipt_id", null::uuid as "payment_id",
    c."amount_cents" as "expected_cents", l."amount_cents" as "found_cents"
  from given g join "flow_payment" l on l."administration_id" = g."administration"
    and l."match" in ('AMOUNT_DIFFERS', 'REPORTED_TWICE', 'IDENTIFIERS_DIFFER', 'RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT', 'UNKNOWN_NOTICE', 'REVOKED')
  left join "collection" c on c."id" = l."collection_id"
union all
  select 'NOT_REPORTED', c."id", null, null, null, c."id", null, null, c."amount_cents", 0
  from given g join "collection" c on c."administration_id" = g."administration" and c."state" = 'AWAITED' and c."paid_on" < g."since"
union all
  select 'FLOWS_NOT_LISTED', g."administration", null, null, null, null, null, null, null, null from given g join "flow_search" s on s."administration_id" = g."administration" and s."failures" >= ${mostFailures}
union all
  select 'FLOW_FAILED', f."id", f."id", null, null, null, null, null, null, null from given g join "flow" f on f."administration_id" = g."administration" and f."state" = 'FAILED'
union all
  select 'FLOW_SUM_DIFFERS', f."id", f."id", null, null, null, null, null, f."sum_cents", f."payments_cents"
  from given g join "flow" f on f."administration_id" = g."administration" and f."state" = 'COMPLETE' and (f."sum_cents", f."count") <> (f."payments_cents", f."payments_count")
union all
  -- Missed once the bank has told of that day and of a week more: before, it had no occasion to.
  select 'FLOW_WITHOUT_CREDIT', f."id", f."id", null, null, null, null, null, f."payments_cents", 0
  from given g join "flow" f on f."administration_id" = g."administration" and f."state" = 'COMPLETE' and f."regulation_date" < g."since"
    and exists (select 1 from "bank_statement" s where s."administration_id" = g."administration" and f."regulation_date" between s."from_day" and s."to_day")
    and exists (select 1 from "bank_statement" s where s."administration_id" = g."administration" and s."to_day" >= f."regulation_date" + ${patienceDays})
    and f."payments_cents" > 0
  where not exists (select 1 from "bank_credit" b where b."flow_id" = f."id")
union all
  select case b."match" when 'AMOUNT_DIFFERS' then 'STATEMENT_DIFFERS' when 'CREDITED_TWICE' then 'CREDITED_TWICE' when 'AMBIGUOUS' then 'CREDIT_AMBIGUOUS' else 'CREDIT_UNKNOWN' end, b."id", b."flow_id", null, b."id", b."collection_id", null, null,
    coalesce(f."payments_cents", c."amount_cents"), b."amount_cents"
  from given g join "bank_credit" b on b."administration_id" = g."administration" and (b."match" in ('AMOUNT_DIFFERS', 'CREDITED_TWICE', 'AMBIGUOUS') or (b."match" = 'UNKNOWN' and b."booked_on" < g."since"))
  left join "flow" f on f."id" = b."flow_id" left join "collection" c on c."id" = b."collection_id"
union all
  select 'PAID_TWICE', r."id", null, null, null, null, r."id", r."payment_id", 0, r."amount_cents" from given g join "receipt" r on r."administration_id" = g."administration" and r."meaning" = '${ReceiptMeaning.PAID_TWICE}'
union all
  select 'STAMP_WRONG', s."id", null, null, null, null, s."receipt_id", s."payment_id", null, null
  from given g join "digital_stamp" s on s."administration_id" = g."administration" and s."verdict" in ${among(wrongStamps)}
union all
  -- What was told of by others than the node brings its stamps only with the node's own message.
  select 'STAMP_MISSING', s."id", null, null, null, null, null, s."payment_id", null, null
  from given g join "digital_stamp" s on s."administration_id" = g."administration" and s."verdict" is null and s."attachment" is null
  join "payment" p on p."id" = s."payment_id" and p."state" = '${PaymentState.PAID}' and p."paid_at" < g."since"`;

/** Adds an event about each `d`, as `recordEvent` would; `g` is what was given. */
const tellOf = (kind: EventKind): string =>
  `insert into "event" ("id", "administration_id", "kind", "subject_id", "occurred_at") select gen_random_uuid(), g."administration", '${kind}', d."id", g."now"`;

/** Sets are subtracted, not looked up: after a first import there may be tens of thousands, of which nobody has counted any yet. */
const open = `, listed as (
  select d."id" from given g join "discrepancy" d on d."administration_id" = g."administration" and d."state" = 'OPEN'
), opened as (
insert into "discrepancy" as d ("id", "administration_id", "reason", "state", "subject_id", "flow_id", "flow_payment_id", "credit_id", "collection_id", "receipt_id", "payment_id", "expected_cents", "found_cents", "opened_at", "version")
select gen_random_uuid(), g."administration", c."reason", 'OPEN', c."subject", c."flow_id", c."flow_payment_id", c."credit_id", c."collection_id", c."receipt_id", c."payment_id", c."expected_cents", c."found_cents", g."now", 1 from given g cross join causes c
on conflict ("administration_id", "reason", "subject_id") do update set
  "state" = 'OPEN', "opened_at" = case when d."state" = 'OPEN' then d."opened_at" else excluded."opened_at" end, "resolved_at" = null,
  "flow_id" = excluded."flow_id", "collection_id" = excluded."collection_id", "receipt_id" = excluded."receipt_id", "expected_cents" = excluded."expected_cents", "found_cents" = excluded."found_cents", "version" = d."version" + 1
where d."resolved_by_id" is null and (d."state", d."flow_id", d."collection_id", d."receipt_id", d."expected_cents", d."found_cents")
  is distinct from ('OPEN', excluded."flow_id", excluded."collection_id", excluded."receipt_id", excluded."expected_cents", excluded."found_cents")
returning d."id")
${tellOf("DISCREPANCY_OPENED")} from given g cross join (select "id" from opened except select "id" from listed) d`;

const close = `, gone as (
  select d."reason", d."subject_id" from given g join "discrepancy" d on d."administration_id" = g."administration" and d."state" = 'OPEN' except select "reason", "subject" from causes
), closed as (
update "discrepancy" d set "state" = 'RESOLVED', "resolved_at" = g."now", "version" = d."version" + 1
from given g cross join gone x where d."administration_id" = g."administration" and d."reason" = x."reason" and d."subject_id" = x."subject_id" returning d."id")
${tellOf("DISCREPANCY_RESOLVED")} from given g cross join closed d`;
