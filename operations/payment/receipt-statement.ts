import { ApplicationState, applicationMoves } from "../../entities/application.ts";
import { statesBefore } from "../../entities/common.ts";
import { EventKind } from "../../entities/event.ts";
import { PaymentState, paymentMoves } from "../../entities/payment.ts";
import { ReceiptMeaning, ReceiptSource } from "../../entities/receipt.ts";
import { alternativesOf, handOverAgain, settling } from "./settle-debt.ts";

const among = (states: readonly string[]): string => `in (${states.map(state => `'${state}'`).join()})`;
const settleable = among(statesBefore(paymentMoves, PaymentState.PAID));
const startable = among(statesBefore(applicationMoves, ApplicationState.IN_PROGRESS));
const settled = `"meaning" = '${ReceiptMeaning.SETTLED}'`;

/**
 * Keeps receipts with all that follows from them, each as if it came alone: one statement, which is the whole transaction,
 * for most of what receipts cost is the way to the database and back, and the beginning of so large a plan.
 *
 * The positions are locked first, so that their receipts are taken one after the other, whichever process they come to, and
 * their states are the latest. Whatever is locked is so in one order, so that nobody waits for the other for ever. Parts
 * that write depend on `kept`: without a new receipt nothing changes, for what was known from somebody else and is now
 * delivered by the node is the receipt of the same payment: only its message is kept. Which states lead to PAID, and from
 * which an office begins, is what the entities' moves say.
 *
 * The plan is made once for a connection, perhaps while tables are empty, and must not begin by reading what will be a large
 * one: hence `limit 1` where a key finds one row, and lists of keys.
 *
 * No two have the same identifier or notice. Those in `apart` are not kept, for they must be on their own: of several ways
 * to pay one debt that come together; and, unless $5, what hands an application in, which takes more than this statement.
 *
 * $1 is the administration's fiscal code, $2 its id, $3 a JSON list as `input` reads it, $4 the messages one behind the
 * other. The answer is a JSON list of what became of each, by their places.
 */
export const receiptStatement = `
with "input" as materialized (
  select * from jsonb_to_recordset($3::jsonb) i ("place" int, "receiptId" text, "noticeNumber" text, "creditorFiscalCode" text, "iuv" text, "amountCents" bigint, "paid" boolean, "pspName" text, "paymentMethod" text, "paidAt" timestamptz,
    "source" text, "at" timestamptz, "from" int, "bytes" int, "stamps" jsonb, "reason" text, "memberId" uuid, "id" uuid, "stepId" uuid, "lineId" uuid, "moveId" uuid, "paidId" uuid, "startedId" uuid)
), "position" as materialized (
  select i."receiptId", i."paid", p."id", p."state", p."iuv", p."citizen_id", p."application_id", p."option_id", p."replaced_by_id", p."transfers", p."due_on"
  from "input" i join "payment" p on p."administration_id" = $2::uuid and p."notice_number" = i."noticeNumber" where i."creditorFiscalCode" = $1::text order by p."id" for update of p
), "way" as materialized (
  select p."id" as "paid_id", s."id" from "position" p cross join lateral (${alternativesOf("p")}) s where s."id" <> p."id"
), "awaiting" as materialized (
  select p."receiptId", a."id" from "position" p cross join lateral (select "id", "state" from "application" where "id" = p."application_id" limit 1) a where p."paid" and p."state" ${settleable} and a."state" = '${ApplicationState.AWAITING_PAYMENT}'
), "apart" as materialized (
  select p."receiptId" from "way" w join "position" p on p."id" = w."paid_id" join "position" o on o."id" = w."id" union all select "receiptId" from "awaiting" where not $5::boolean
), "earlier" as materialized (
  select r."receipt_id", r."id", r."notice_number" = i."noticeNumber" and r."creditor_fiscal_code" = i."creditorFiscalCode" and r."iuv" = i."iuv" and r."amount_cents" = i."amountCents" and (r."meaning" <> '${ReceiptMeaning.NOT_PAID}') = i."paid" as "same"
  from "input" i cross join lateral (select * from "receipt" where "administration_id" = $2::uuid and "receipt_id" = i."receiptId" limit 1) r
), "kept" as (
  insert into "receipt" ("id", "administration_id", "payment_id", "receipt_id", "notice_number", "creditor_fiscal_code", "iuv", "amount_cents", "meaning", "psp_name", "payment_method", "paid_at", "received_at", "message", "source")
  select i."id", $2::uuid, case when i."paid" then p."id" end, i."receiptId", i."noticeNumber", i."creditorFiscalCode", i."iuv", i."amountCents",
    case when not i."paid" then '${ReceiptMeaning.NOT_PAID}' when p."id" is null then '${ReceiptMeaning.UNKNOWN_NOTICE}' when p."state" ${settleable} then '${ReceiptMeaning.SETTLED}' else '${ReceiptMeaning.PAID_TWICE}' end,
    i."pspName", i."paymentMethod", i."paidAt", i."at", substring($4::bytea from i."from" for i."bytes"), i."source"
  from "input" i left join "position" p on p."receiptId" = i."receiptId" where not exists (select from "apart" a where a."receiptId" = i."receiptId") order by i."receiptId"
  on conflict ("administration_id", "receipt_id") do update set "source" = excluded."source", "message" = excluded."message", "psp_name" = excluded."psp_name", "payment_method" = excluded."payment_method", "paid_at" = coalesce(excluded."paid_at", "receipt"."paid_at")
    where "receipt"."source" <> '${ReceiptSource.NODE}' and excluded."source" = '${ReceiptSource.NODE}' and "receipt"."notice_number" = excluded."notice_number" and "receipt"."creditor_fiscal_code" = excluded."creditor_fiscal_code"
  returning "id", "receipt_id", "amount_cents", "paid_at", "received_at" as "at", case when xmax = 0 then "payment_id" end as "payment_id", case when xmax = 0 then "meaning" end as "meaning"
), "paid" as (
  update "payment" set "state" = '${PaymentState.PAID}', "hand_over" = ${handOverAgain}, "paid_cents" = k."amount_cents", "paid_at" = coalesce(k."paid_at", k."at"), "version" = "payment"."version" + 1
  from "kept" k where k.${settled} and "payment"."id" = k."payment_id"
), ${settling}, "entered" as (
  insert into "ledger_entry" ("id", "administration_id", "payment_id", "receipt_id", "amount_cents", "at")
  select i."lineId", $2::uuid, k."payment_id", k."id", k."amount_cents", k."at" from "kept" k join "input" i on i."receiptId" = k."receipt_id" where k.${settled}
), "work" as materialized (
  select a."id", a."state", a."office_id" from "application" a where a."id" = any(array(select p."application_id" from "position" p join "kept" k on k."payment_id" = p."id")) order by a."id" for update
), "starting" as materialized (
  select distinct on (w."id") w."id", w."state" as "from", w."office_id", p."citizen_id", p."receiptId", k."at"
  from "work" w join "position" p on p."application_id" = w."id" join "kept" k on k."payment_id" = p."id" where k.${settled} and w."state" ${startable} order by w."id", p."receiptId"
), "started" as (
  update "application" set "state" = '${ApplicationState.IN_PROGRESS}', "updated_at" = s."at", "version" = "application"."version" + 1
  from "starting" s where "application"."id" = s."id" returning s."id", s."from", s."office_id", s."citizen_id", s."receiptId", s."at"
), "moved" as (
  insert into "application_event" ("id", "administration_id", "application_id", "from_state", "to_state", "at")
  select i."moveId", $2::uuid, s."id", s."from", '${ApplicationState.IN_PROGRESS}', s."at" from "started" s join "input" i on i."receiptId" = s."receiptId"
), "told" as (
  insert into "event" ("id", "administration_id", "kind", "subject_id", "citizen_id", "office_id", "occurred_at")
  select i."paidId", $2::uuid, case when k.${settled} then '${EventKind.PAYMENT_PAID}' else '${EventKind.PAYMENT_PAID_TWICE}' end, p."id", p."citizen_id", w."office_id", k."at"
    from "kept" k join "position" p on p."id" = k."payment_id" join "input" i on i."receiptId" = k."receipt_id" left join "work" w on w."id" = p."application_id"
  union all select i."paidId", $2::uuid, '${EventKind.RECEIPT_UNPLACED}', k."id", null, null, k."at" from "kept" k join "input" i on i."receiptId" = k."receipt_id" where k."meaning" = '${ReceiptMeaning.UNKNOWN_NOTICE}'
  union all select i."startedId", $2::uuid, '${EventKind.APPLICATION_STARTED}', s."id", s."citizen_id", s."office_id", s."at" from "started" s join "input" i on i."receiptId" = s."receiptId"
)
select json_agg(f order by f."place")::text from (
  select i."place", coalesce(k."id", e."id") as "id", k."meaning", k."id" is not null and k."meaning" is null as "delivered", coalesce(e."same", true) as "same", a."id" as "awaiting",
    case when p."id" is not null then json_build_object('state', p."state", 'iuv', p."iuv", 'transfers', p."transfers", 'dueOn', p."due_on") end as "position"
  from "input" i left join "position" p on p."receiptId" = i."receiptId" left join "kept" k on k."receipt_id" = i."receiptId" left join "earlier" e on e."receipt_id" = i."receiptId" left join "awaiting" a on a."receiptId" = i."receiptId") f`;
