import { statesBefore } from "../../entities/common.ts";
import { EventKind } from "../../entities/event.ts";
import { PaymentState, paymentMoves } from "../../entities/payment.ts";
import { ReceiptMeaning } from "../../entities/receipt.ts";

/** A stamp as a receipt brings it: `attachment` in base64, and what could be read of it. */
export interface BoughtStamp {
  /** Which transfer of the receipt bought it, from 1. */
  readonly index: number;
  readonly attachment: string;
  readonly serialNumber: string | null;
  /** An ISO instant. */
  readonly boughtAt: string | null;
  /** The hash of the document that it was bought for, in base64. */
  readonly documentHash: string | null;
}

const states = (all: readonly PaymentState[]): string => `array[${all.map(state => `'${state}'`).join()}]`;
const settled = `"meaning" = '${ReceiptMeaning.SETTLED}'`;

/** What the register of positions must still be told, of a position that it was ever told of. */
export const handOverAgain = `case "payment"."hand_over" when 'NONE' then 'NONE' else 'WAITING' end`;

/** The ids of the positions by which the debt of a position `p` may be paid as well: other options of its plan, notices that it replaced or that replaced it. */
export const alternativesOf = (p: string): string => `
    select "id" from "payment" where "replaced_by_id" = ${p}."id"
    union all select ${p}."replaced_by_id" where ${p}."replaced_by_id" is not null
    union all select "id" from "payment" where "replaced_by_id" = ${p}."replaced_by_id"
    union all select b."id" from "payment_option" mine join "payment_option" o on o."plan_id" = mine."plan_id" and o."id" <> mine."id" join "payment" b on b."option_id" = o."id" where mine."id" = ${p}."option_id"`;

/**
 * What the first receipt of a position brings about besides closing it, as parts of the statement that keeps the receipt:
 * its history, the stamps that it bought, and the end of every other way to pay the same debt: the other options of its
 * plan, and the notices that it replaced or that replaced it.
 *
 * Reads `position` (with "option_id" and "replaced_by_id") and `kept`; $2 is the administration, $12 the instant. `stamps` is
 * the placeholder of a JSON list of `BoughtStamp`, or null; `reason` and `member` are those of why it is held to be paid and of
 * which member of staff says so, both null where a receipt says it. A receipt that was known from somebody
 * else brings its stamps when the node delivers it. Two receipts for two ways at once lock each other's positions: one is
 * told so by PostgreSQL, is done again, and then finds itself shut out.
 */
export const settlingOf = ({ stamps, reason, member }: Readonly<Record<"stamps" | "reason" | "member", string>>): string => `
"debt" as (
  select p."id" as "paid_id", s."id" from "position" p join "kept" k on k."payment_id" = p."id" and k.${settled} cross join lateral (${alternativesOf("p")}) s
), "others" as materialized (
  select "id", "state", "citizen_id", "application_id" from "payment"
  where "id" in (select "id" from "debt" where "id" <> "paid_id") and "administration_id" = $2::uuid and "state" = any(${states(statesBefore(paymentMoves, "EXCLUDED"))}) order by "id" for update
), "excluded" as (
  update "payment" set "state" = '${PaymentState.EXCLUDED}', "hand_over" = ${handOverAgain}, "version" = "payment"."version" + 1
  from "others" o where "payment"."id" = o."id" returning o."id", o."state" as "from", o."citizen_id", o."application_id"
), "recorded" as (
  insert into "payment_event" ("id", "administration_id", "payment_id", "from_state", "to_state", "reason", "member_id", "at")
  select gen_random_uuid(), $2::uuid, m."id", m."from", m."to", m."reason", m."member", $12::timestamptz from (
    select p."id", p."state" as "from", '${PaymentState.PAID}' as "to", ${reason}::text as "reason", ${member}::uuid as "member" from "position" p join "kept" k on k."payment_id" = p."id" and k.${settled}
    union all select "id", "from", '${PaymentState.EXCLUDED}', null, null from "excluded") m
), "closed" as (
  insert into "event" ("id", "administration_id", "kind", "subject_id", "citizen_id", "office_id", "occurred_at")
  select gen_random_uuid(), $2::uuid, '${EventKind.PAYMENT_CLOSED}', e."id", e."citizen_id", a."office_id", $12::timestamptz from "excluded" e left join "application" a on a."id" = e."application_id"
), "stamped" as (
  update "digital_stamp" d set "receipt_id" = k."id", "attachment" = decode(s."attachment", 'base64'), "serial_number" = s."serialNumber", "bought_at" = s."boughtAt", "stamped_hash" = s."documentHash"
  from "kept" k, "position" p, jsonb_to_recordset(${stamps}::jsonb) s ("index" int, "attachment" text, "serialNumber" text, "boughtAt" timestamptz, "documentHash" text)
  where d."payment_id" = p."id" and d."transfer_index" = s."index" and d."attachment" is null
    and (k.${settled} or (k."meaning" is null and exists (select 1 from "receipt" r where r."id" = k."id" and r."payment_id" = p."id" and r.${settled})))
)`;
