import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { ApplicationState, applicationMoves } from "../../entities/application.ts";
import { statesBefore } from "../../entities/common.ts";
import { EventKind } from "../../entities/event.ts";
import { PaymentState, paymentMoves } from "../../entities/payment.ts";
import { ReceiptMeaning, ReceiptSource } from "../../entities/receipt.ts";
import { newId } from "../../kernel/ids.ts";
import type { RunChange } from "../run-change.ts";
import { handInPaid } from "../application/hand-in-paid.ts";
import type { Registering } from "../application/register.ts";
import type { Owed } from "./amount-due.ts";
import { changeIn } from "./change-in.ts";
import { handOverAgain, settlingOf, type BoughtStamp } from "./settle-debt.ts";

/** What a receipt says, and the message that says it. */
export interface ReceiptFacts {
  readonly receiptId: string;
  readonly noticeNumber: string;
  /** Who issued the notice. */
  readonly creditorFiscalCode: string;
  readonly iuv: string;
  readonly amountCents: number;
  /** Whether money moved. */
  readonly paid: boolean;
  readonly pspName: string;
  readonly paymentMethod: string | null;
  readonly paidAt: Date | null;
  /** As it came; of what staff says, nothing. */
  readonly message: Uint8Array;
  readonly source: ReceiptSource;
  /** Why somebody holds it to be paid, and which member of staff; where no receipt says it. */
  readonly because?: { readonly reason: string; readonly memberId?: string };
  /** The digital stamps that it brings. */
  readonly stamps?: readonly BoughtStamp[];
}

/** What became of a receipt. */
export interface Kept {
  readonly id: string;
  /** What it meant; null when it was here before. */
  readonly meaning: ReceiptMeaning | null;
  /** Whether it was known from somebody else, and is now here as the node delivered it. */
  readonly delivered: boolean;
  /** Whether the one that was here before says the same. */
  readonly same: boolean;
  /** The application that the payment hands in, which takes more than this statement. */
  readonly awaiting: string | null;
  /** The position as it stood before; null when the notice is none of ours. */
  readonly position: (Owed & { readonly state: PaymentState; readonly iuv: string }) | null;
}

/**
 * Keeps a receipt with all that follows from it, in one statement: it is the whole transaction, for most of what a
 * receipt costs is the way to the database and back.
 *
 * The position is locked first, so that its receipts are taken one after the other, whichever process they come to, and
 * its state is the latest. Parts that write depend on `kept`: without a new receipt nothing changes, for what was known
 * from somebody else and is now delivered by the node is the receipt of the same payment: only its message is kept. Which
 * states lead to PAID, and from which an office begins, is what the entities' moves say.
 */
const statement = `
with "position" as materialized (
  select "id", "state", "iuv", "citizen_id", "application_id", "option_id", "replaced_by_id", "transfers", "due_on" from "payment"
  where $1::boolean and "administration_id" = $2::uuid and "notice_number" = $4::text for update
), "earlier" as (
  select "id", "notice_number" = $4::text and "creditor_fiscal_code" = $5::text and "iuv" = $6::text and "amount_cents" = $7::bigint and ("meaning" <> '${ReceiptMeaning.NOT_PAID}') = $8::boolean as "same"
  from "receipt" where "administration_id" = $2::uuid and "receipt_id" = $3::text
), "awaiting" as (
  select a."id" from "position" p join "application" a on a."id" = p."application_id" where $8::boolean and p."state" = any($19::text[]) and a."state" = '${ApplicationState.AWAITING_PAYMENT}'
), "kept" as (
  insert into "receipt" ("id", "administration_id", "payment_id", "receipt_id", "notice_number", "creditor_fiscal_code", "iuv", "amount_cents", "meaning", "psp_name", "payment_method", "paid_at", "received_at", "message", "source")
  select $14::uuid, $2::uuid, case when $8::boolean then p."id" end, $3::text, $4::text, $5::text, $6::text, $7::bigint,
    case when not $8::boolean then '${ReceiptMeaning.NOT_PAID}' when p."id" is null then '${ReceiptMeaning.UNKNOWN_NOTICE}' when p."state" = any($19::text[]) then '${ReceiptMeaning.SETTLED}' else '${ReceiptMeaning.PAID_TWICE}' end,
    $9::text, $10::text, $11::timestamptz, $12::timestamptz, $13::bytea, $22::text
  from (select) one left join "position" p on true where not ($25::boolean and exists (select from "awaiting"))
  on conflict ("administration_id", "receipt_id") do update set "source" = excluded."source", "message" = excluded."message", "psp_name" = excluded."psp_name", "payment_method" = excluded."payment_method", "paid_at" = coalesce(excluded."paid_at", "receipt"."paid_at")
    where "receipt"."source" <> '${ReceiptSource.NODE}' and excluded."source" = '${ReceiptSource.NODE}' and "receipt"."notice_number" = excluded."notice_number" and "receipt"."creditor_fiscal_code" = excluded."creditor_fiscal_code"
  returning "id", case when xmax = 0 then "payment_id" end as "payment_id", case when xmax = 0 then "meaning" end as "meaning"
), "paid" as (
  update "payment" set "state" = '${PaymentState.PAID}', "hand_over" = ${handOverAgain}, "paid_cents" = $7::bigint, "paid_at" = coalesce($11::timestamptz, $12::timestamptz), "version" = "payment"."version" + 1
  from "kept" k where k."meaning" = '${ReceiptMeaning.SETTLED}' and "payment"."id" = k."payment_id"
), ${settlingOf({ stamps: "$21", reason: "$23", member: "$24" })}, "entered" as (
  insert into "ledger_entry" ("id", "administration_id", "payment_id", "receipt_id", "amount_cents", "at")
  select $15::uuid, $2::uuid, k."payment_id", k."id", $7::bigint, $12::timestamptz from "kept" k where k."meaning" = '${ReceiptMeaning.SETTLED}'
), "work" as materialized (
  select a."id", a."state", a."office_id" from "application" a join "position" p on p."application_id" = a."id" join "kept" k on k."payment_id" = p."id" for update of a
), "started" as (
  update "application" set "state" = '${ApplicationState.IN_PROGRESS}', "updated_at" = $12::timestamptz, "version" = "application"."version" + 1
  from "work" w, "kept" k where k."meaning" = '${ReceiptMeaning.SETTLED}' and w."state" = any($20::text[]) and "application"."id" = w."id" returning w."id", w."state" as "from"
), "moved" as (
  insert into "application_event" ("id", "administration_id", "application_id", "from_state", "to_state", "at")
  select $16::uuid, $2::uuid, s."id", s."from", '${ApplicationState.IN_PROGRESS}', $12::timestamptz from "started" s
), "told" as (
  insert into "event" ("id", "administration_id", "kind", "subject_id", "citizen_id", "office_id", "occurred_at")
  select e."id", $2::uuid, e."kind", e."subject", p."citizen_id", (select "office_id" from "work"), $12::timestamptz from "position" p cross join (
    select $17::uuid as "id", case when "meaning" = '${ReceiptMeaning.SETTLED}' then '${EventKind.PAYMENT_PAID}' else '${EventKind.PAYMENT_PAID_TWICE}' end as "kind", "payment_id" as "subject" from "kept" where "payment_id" is not null
    union all select $18::uuid, '${EventKind.APPLICATION_STARTED}', "id" from "started") e
)
select json_build_object('id', coalesce(k."id", e."id"), 'meaning', k."meaning", 'delivered', k."id" is not null and k."meaning" is null, 'same', coalesce(e."same", true), 'awaiting', (select "id" from "awaiting"),
  'position', case when p."id" is not null then json_build_object('state', p."state", 'iuv', p."iuv", 'transfers', p."transfers", 'dueOn', p."due_on") end)::text
from (select) one left join "position" p on true left join "kept" k on true left join "earlier" e on true`;

/** What it takes to keep receipts: on their own each is one statement, unless it hands an application in. */
export interface Keeping extends Registering {
  readonly orm: MikroORM;
  /** Prepared changes, each a transaction of its own. */
  readonly change: RunChange;
}

/** Keeps a receipt, once, and says what it meant. Throws when it could not be kept: then nothing is. */
export const keepReceipt = (parts: Keeping, facts: ReceiptFacts): Promise<Kept> => afterOthers(async () => {
  const kept = await run(parts.change, parts, facts, true);
  return kept.awaiting === null ? kept : parts.orm.em.fork().transactional(em => keepReceiptIn(em as EntityManager, parts, facts));
});

/** Keeps a receipt as part of the present transaction of `em`, with the application that it hands in. */
export async function keepReceiptIn(em: EntityManager, parts: Registering, facts: ReceiptFacts): Promise<Kept> {
  const kept = await run(changeIn(em), parts, facts, false);
  if (kept.awaiting !== null && kept.meaning === ReceiptMeaning.SETTLED) await handInPaid(parts, em, kept.awaiting);
  return kept;
}

async function run(change: RunChange, { administration, clock }: Registering, facts: ReceiptFacts, alone: boolean): Promise<Kept> {
  const { receiptId, noticeNumber, creditorFiscalCode, iuv, amountCents, paid, pspName, paymentMethod, paidAt, message, source, because, stamps = [] } = facts;
  const kept = JSON.parse((await change("keep_receipt", statement, [
    creditorFiscalCode === administration.fiscalCode, administration.id, receiptId, noticeNumber, creditorFiscalCode, iuv, amountCents, paid, pspName, paymentMethod, paidAt?.toISOString() ?? null, clock.now().toISOString(), message,
    newId(), newId(), newId(), newId(), newId(), settleable, startable,
    stamps.length > 0 ? JSON.stringify(stamps) : null, source, because?.reason ?? null, because?.memberId ?? null, alone,
  ]))!) as Kept;
  // Neither new nor known: somebody else kept it while this statement ran, and the next sees it.
  if (kept.id === null && kept.awaiting === null) throw new OvertakenError();
  return kept;
}

const settleable = statesBefore(paymentMoves, PaymentState.PAID);
const startable = statesBefore(applicationMoves, ApplicationState.IN_PROGRESS);

/** Somebody else was first with the same receipt. */
class OvertakenError extends Error {}

/** Does it again when somebody else was first, with the receipt or with a lock: the second time it finds what they did. */
async function afterOthers<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OvertakenError || (error as { code?: unknown }).code === deadlock) return work();
    throw error;
  }
}

const deadlock = "40P01";
