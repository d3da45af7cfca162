import { ApplicationState, applicationMoves } from "../../entities/application.ts";
import { statesBefore } from "../../entities/common.ts";
import { EventKind } from "../../entities/event.ts";
import { PaymentState, paymentMoves } from "../../entities/payment.ts";
import { ReceiptMeaning, ReceiptSource } from "../../entities/receipt.ts";
import { among } from "../sql.ts";
import { alternatives, handOverAgain, settling } from "./settle-debt.ts";

const settleable = `in ${among(statesBefore(paymentMoves, PaymentState.PAID))}`;
const startable = `in ${among(statesBefore(applicationMoves, ApplicationState.IN_PROGRESS))}`;
const settled = `"meaning" = '${ReceiptMeaning.SETTLED}'`;

/** What differs between the statements: what stands before `fact`, which facts are not kept, and what else is done and found. */
interface Variant {
  readonly before: string;
  readonly apart: string;
  readonly onConflict: string;
  readonly besides: string;
  readonly found: string;
  readonly earlier: string;
}

/** The payment hands its application in, which takes more than a statement. */
const awaiting = `coalesce(i."paid" and p."state" ${settleable} and w."state" = '${ApplicationState.AWAITING_PAYMENT}', false)`;

/** A receipt is one of ours when it is of this administration; whatever is locked is so in one order, so that nobody waits for the other for ever. */
const statement = ({ before, apart, onConflict, besides, found, earlier }: Variant): string => `
with "input" as materialized (
  select * from jsonb_to_recordset($3::jsonb) i ("place" int, "receiptId" text, "noticeNumber" text, "creditorFiscalCode" text, "iuv" text, "amountCents" bigint, "paid" boolean, "pspName" text, "paymentMethod" text, "paidAt" timestamptz,
    "source" text, "at" timestamptz, "from" int, "bytes" int, "stamps" jsonb, "reason" text, "memberId" uuid, "id" uuid, "stepId" uuid, "lineId" uuid, "moveId" uuid, "paidId" uuid, "startedId" uuid)
), "position" as materialized (
  select i."place", p."id", p."state", p."iuv", p."citizen_id", p."application_id", p."option_id", p."replaced_by_id", p."transfers", p."due_on"
  from "input" i join "payment" p on p."administration_id" = $2::uuid and p."notice_number" = i."noticeNumber" where i."creditorFiscalCode" = $1::text order by p."id" for update of p
), "work" as materialized (
  select a."id", a."state", a."office_id" from "application" a where a."id" = any(array(select "application_id" from "position")) order by a."id" for update
), ${before}"fact" as materialized (
  select i.*, p."id" as "payment_id", p."state", p."iuv" as "due_iuv", p."citizen_id", p."application_id", p."transfers", p."due_on", w."state" as "work", w."office_id", ${awaiting} as "awaiting", ${apart} as "apart",
    case when not i."paid" then '${ReceiptMeaning.NOT_PAID}' when p."id" is null then '${ReceiptMeaning.UNKNOWN_NOTICE}' when p."state" ${settleable} then '${ReceiptMeaning.SETTLED}' else '${ReceiptMeaning.PAID_TWICE}' end as "meaning"
  from "input" i left join "position" p on p."place" = i."place" left join "work" w on w."id" = p."application_id"
), "kept" as (
  insert into "receipt" ("id", "administration_id", "payment_id", "receipt_id", "notice_number", "creditor_fiscal_code", "iuv", "amount_cents", "meaning", "psp_name", "payment_method", "paid_at", "received_at", "message", "source")
  select f."id", $2::uuid, case when f."paid" then f."payment_id" end, f."receiptId", f."noticeNumber", f."creditorFiscalCode", f."iuv", f."amountCents", f."meaning",
    f."pspName", f."paymentMethod", f."paidAt", f."at", substring($4::bytea from f."from" for f."bytes"), f."source" from "fact" f where not f."apart" order by f."receiptId"
  on conflict ("administration_id", "receipt_id") ${onConflict} returning "id", "receipt_id"
), "news" as materialized (
  select f."id", f."receiptId", f."meaning", f."payment_id", f."state", f."citizen_id", f."application_id", f."work", f."office_id", f."amountCents", f."paidAt", f."at", f."reason", f."memberId", f."stepId", f."lineId", f."moveId", f."paidId", f."startedId"
  from "kept" k join "fact" f on f."id" = k."id" where f."paid"
), "paid" as (
  update "payment" set "state" = '${PaymentState.PAID}', "hand_over" = ${handOverAgain}, "paid_cents" = n."amountCents", "paid_at" = coalesce(n."paidAt", n."at"), "version" = "payment"."version" + 1
  from "news" n where n.${settled} and "payment"."id" = n."payment_id"
), "recorded" as (
  insert into "payment_event" ("id", "administration_id", "payment_id", "from_state", "to_state", "reason", "member_id", "at")
  select n."stepId", $2::uuid, n."payment_id", n."state", '${PaymentState.PAID}', n."reason", n."memberId", n."at" from "news" n where n.${settled}
), "entered" as (
  insert into "ledger_entry" ("id", "administration_id", "payment_id", "receipt_id", "amount_cents", "at")
  select n."lineId", $2::uuid, n."payment_id", n."id", n."amountCents", n."at" from "news" n where n.${settled}
), "started" as (
  update "application" set "state" = '${ApplicationState.IN_PROGRESS}', "updated_at" = n."at", "version" = "application"."version" + 1
  from (select distinct on ("application_id") * from "news" where ${settled} and "work" ${startable} order by "application_id", "receiptId") n where "application"."id" = n."application_id"
  returning n."application_id", n."work", n."office_id", n."citizen_id", n."at", n."moveId", n."startedId"
), "moved" as (
  insert into "application_event" ("id", "administration_id", "application_id", "from_state", "to_state", "at")
  select s."moveId", $2::uuid, s."application_id", s."work", '${ApplicationState.IN_PROGRESS}', s."at" from "started" s
), ${besides}"told" as (
  insert into "event" ("id", "administration_id", "kind", "subject_id", "citizen_id", "office_id", "occurred_at")
  select n."paidId", $2::uuid, case n."meaning" when '${ReceiptMeaning.SETTLED}' then '${EventKind.PAYMENT_PAID}' when '${ReceiptMeaning.PAID_TWICE}' then '${EventKind.PAYMENT_PAID_TWICE}' else '${EventKind.RECEIPT_UNPLACED}' end,
    coalesce(n."payment_id", n."id"), n."citizen_id", n."office_id", n."at" from "news" n
  union all select s."startedId", $2::uuid, '${EventKind.APPLICATION_STARTED}', s."application_id", s."citizen_id", s."office_id", s."at" from "started" s
)
select json_agg(r order by r."place")::text from (
  select f."place", case when k."id" = f."id" then f."meaning" end as "meaning", ${found}, f."state", f."due_iuv" as "iuv", f."transfers", f."due_on" as "dueOn"
  from "fact" f left join "kept" k on k."receipt_id" = f."receiptId"${earlier}) r`;

/**
 * Keeps receipts with all that follows from them, each as if it came alone: one statement, which is the whole transaction,
 * for most of what receipts cost is the way to the database and back, and the beginning of so large a plan.
 *
 * The positions are locked first, so that their receipts are taken one after the other, whichever process they come to, and
 * their states are the latest. What is written depends on `kept`: without a new receipt nothing changes, for what was known
 * from somebody else and is now delivered by the node is the receipt of the same payment: only its message is kept. Which
 * states lead to PAID, and from which an office begins, is what the entities' moves say.
 *
 * The plan is made once for a connection, perhaps while tables are empty, and must not begin by reading what will be a large
 * one: hence `limit 1` where a key finds one row, and lists of keys.
 *
 * No two have the same identifier or notice. Those that are `apart` are not kept, for they must be on their own: of several
 * ways to pay one debt that come together; and, unless $5, what hands an application in, which takes more than this statement.
 *
 * $1 is the administration's fiscal code, $2 its id, $3 a JSON list as `input` reads it, $4 the messages one behind the
 * other. The answer is a JSON list of what became of each, by their places.
 */
export const receiptStatement = statement({
  before: `"way" as materialized (
  select p."id" as "paid_id", s."id" from "position" p cross join lateral (${alternatives}) s where s."id" <> p."id"
), "earlier" as materialized (
  select i."place", r."id", r."notice_number" = i."noticeNumber" and r."creditor_fiscal_code" = i."creditorFiscalCode" and r."iuv" = i."iuv" and r."amount_cents" = i."amountCents" and (r."meaning" <> '${ReceiptMeaning.NOT_PAID}') = i."paid" as "same"
  from "input" i cross join lateral (select * from "receipt" where "administration_id" = $2::uuid and "receipt_id" = i."receiptId" limit 1) r
), `,
  apart: `${awaiting} and not $5::boolean or exists (select from "way" x join "position" o on o."id" = x."id" where x."paid_id" = p."id")`,
  onConflict: `do update set "source" = excluded."source", "message" = excluded."message", "psp_name" = excluded."psp_name", "payment_method" = excluded."payment_method", "paid_at" = coalesce(excluded."paid_at", "receipt"."paid_at")
    where "receipt"."source" <> '${ReceiptSource.NODE}' and excluded."source" = '${ReceiptSource.NODE}' and "receipt"."notice_number" = excluded."notice_number" and "receipt"."creditor_fiscal_code" = excluded."creditor_fiscal_code"`,
  besides: `${settling}, `,
  found: `coalesce(k."id", e."id") as "id", k."id" is distinct from f."id" and k."id" is not null as "delivered", coalesce(e."same", true) as "same", case when f."awaiting" then f."application_id" end as "awaiting"`,
  earlier: ` left join "earlier" e on e."place" = f."place"`,
});

/**
 * The same for most receipts, in half of the plan: new ones that concern no other way to pay the same debt, bring no stamps and
 * hand no application in. All others are `apart`, and receipts that are known already are not found either.
 */
export const plainReceiptStatement = statement({
  before: "",
  // Asked of one row each: a list of all that was replaced would be long one day.
  apart: `${awaiting} or i."stamps" is not null or p."option_id" is not null or p."replaced_by_id" is not null or (select 1 from "payment" o where o."replaced_by_id" = p."id" limit 1) is not null`,
  onConflict: "do nothing",
  besides: "",
  found: `k."id", false as "delivered", true as "same", null as "awaiting"`,
  earlier: "",
});
