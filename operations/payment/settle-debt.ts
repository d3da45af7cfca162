import { statesBefore } from "../../entities/common.ts";
import { EventKind } from "../../entities/event.ts";
import { PaymentState, paymentMoves } from "../../entities/payment.ts";
import { ReceiptMeaning } from "../../entities/receipt.ts";
import { among } from "../sql.ts";

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

const settled = `"meaning" = '${ReceiptMeaning.SETTLED}'`;

/** What the register of positions must still be told, of a position that it was ever told of. */
export const handOverAgain = `case "payment"."hand_over" when 'NONE' then 'NONE' else 'WAITING' end`;

/**
 * The ids of the positions by which the debt of a position `p` may be paid as well: other options of its plan, notices that it
 * replaced or that replaced it. A notice that was replaced before a plan was offered is part of no option: what took its
 * place is, so it belongs there with it.
 */
export const alternatives = `
    select "id" from "payment" where "replaced_by_id" = p."id"
    union all select p."replaced_by_id" where p."replaced_by_id" is not null
    union all select "id" from "payment" where "replaced_by_id" = p."replaced_by_id"
    union all select unnest(array[b."id"] || array(select x."id" from "payment" x where x."replaced_by_id" = b."id" and x."option_id" is null))
      from (select coalesce(p."option_id", (select r."option_id" from "payment" r where r."id" = p."replaced_by_id")) as "id") mine
        join "payment_option" o on o."plan_id" = (select "plan_id" from "payment_option" where "id" = mine."id") and o."id" <> mine."id" join "payment" b on b."option_id" = o."id"`;

/**
 * What the first receipt of a position brings about besides closing it, as parts of the statement that keeps receipts:
 * the stamps that it bought, and the end of every other way to pay the same debt, with its history: the other options of its
 * plan, and the notices that it replaced or that replaced it.
 *
 * Reads `input`, `fact`, the `way`s of positions, `kept` and `news` (`receipt-statement.ts`); $2 is the administration. A
 * receipt that was known from somebody else brings its stamps when the node delivers it. Two receipts for two ways at once
 * lock each other's positions: one is told so by PostgreSQL, is done again, and then finds itself shut out.
 */
export const settling = `
"others" as materialized (
  select "id", "state", "citizen_id", "application_id" from "payment"
  where "id" = any(array(select w."id" from "way" w join "news" n on n."payment_id" = w."paid_id" and n.${settled})) and "administration_id" = $2::uuid and "state" in ${among(statesBefore(paymentMoves, "EXCLUDED"))} order by "id" for update
), "excluded" as (
  update "payment" set "state" = '${PaymentState.EXCLUDED}', "hand_over" = ${handOverAgain}, "version" = "payment"."version" + 1
  from "others" o where "payment"."id" = o."id" returning o."id", o."state" as "from", o."citizen_id", o."application_id", (select max("at") from "input") as "at"
), "shut" as (
  insert into "payment_event" ("id", "administration_id", "payment_id", "from_state", "to_state", "at")
  select gen_random_uuid(), $2::uuid, "id", "from", '${PaymentState.EXCLUDED}', "at" from "excluded"
), "closed" as (
  insert into "event" ("id", "administration_id", "kind", "subject_id", "citizen_id", "office_id", "occurred_at")
  select gen_random_uuid(), $2::uuid, '${EventKind.PAYMENT_CLOSED}', e."id", e."citizen_id", a."office_id", e."at" from "excluded" e left join "application" a on a."id" = e."application_id"
), "stamped" as (
  update "digital_stamp" d set "receipt_id" = k."id", "attachment" = decode(s."attachment", 'base64'), "serial_number" = s."serialNumber", "bought_at" = s."boughtAt", "stamped_hash" = s."documentHash"
  from "kept" k join "fact" f on f."receiptId" = k."receipt_id"
    cross join lateral jsonb_to_recordset(f."stamps") s ("index" int, "attachment" text, "serialNumber" text, "boughtAt" timestamptz, "documentHash" text)
  where d."payment_id" = f."payment_id" and d."payment_id" = any(array(select "id" from "position")) and d."transfer_index" = s."index" and d."attachment" is null
    and ((k."id" = f."id" and f.${settled}) or exists (select 1 from "receipt" r where r."id" = k."id" and r."payment_id" = f."payment_id" and r.${settled}))
)`;
