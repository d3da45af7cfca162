import type { EntityManager } from "@mikro-orm/postgresql";
import { receiptIn } from "../../connectors/pagopa/receipt-message.ts";
import { isStamp, type Transfer } from "../../entities/payment.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { newId } from "../../kernel/ids.ts";
import type { AdministrationInfo } from "../hub.ts";

/** How many receipts are read at a time: each may be half a megabyte. */
const batch = 250;

interface ReceiptRow {
  readonly id: string;
  readonly payment_id: string | null;
  readonly receipt_id: string;
  readonly iuv: string;
  readonly amount_cents: string;
  readonly paid_at: string | Date | null;
  readonly received_at: string | Date;
  readonly message: Buffer;
  /** What the position asked for, where there is one. */
  readonly transfers: readonly Transfer[] | null;
}

/** What is for one account. */
interface Share {
  readonly index: number;
  readonly creditor: string;
  readonly amountCents: number;
  readonly iban: string | null;
}

/**
 * Makes of every receipt that came since the last time the collections that it promises: those of its transfers that are
 * for this administration. Answers the days on which they were paid. Part of a transaction that no other reconciliation
 * overlaps.
 */
export async function noteCollections(em: EntityManager, administration: AdministrationInfo, now: Date): Promise<ReadonlySet<string>> {
  const days = new Set<string>();
  const [looked] = await em.execute<[{ from: Date | string }]>(lookedUpTo, [administration.id, new Date(now.getTime() - lookBackDays * 86_400_000)]);
  let after: readonly [Date | string, string] = [looked.from, "00000000-0000-0000-0000-000000000000"];
  for (;;) {
    const receipts = await em.execute<ReceiptRow[]>(unread, [administration.id, ...after, batch]);
    const rows = receipts.flatMap(receipt => rowsOf(administration, receipt));
    if (rows.length > 0) await em.execute(insert, [administration.id, now, JSON.stringify(rows)]);
    const last = receipts.at(-1);
    for (const { paidOn } of rows) days.add(paidOn);
    if (!last || receipts.length < batch) return days;
    after = [last.received_at, last.id];
  }
}

/** How far back receipts are looked for where none was noted yet: far more than lies between two rounds. */
const lookBackDays = 60;

/**
 * Whatever came before the last receipt that was noted has been looked at, whether or not it promises us anything; but for
 * those that were being kept at the same time, and clocks that differ: an hour is more than both.
 */
const lookedUpTo = `
with latest as (
  select r."received_at" from "receipt" r where r."administration_id" = ? and exists (select 1 from "collection" c where c."receipt_id" = r."id") order by r."received_at" desc, r."id" desc limit 1
)
select greatest(?::timestamptz, (select "received_at" - interval '1 hour' from latest)) as "from"`;

const unread = `
select r."id", r."payment_id", r."receipt_id", r."iuv", r."amount_cents", r."paid_at", r."received_at", r."message", p."transfers" from "receipt" r
left join "payment" p on p."id" = r."payment_id"
where r."administration_id" = ? and (r."received_at", r."id") > (?, ?) and r."meaning" <> 'NOT_PAID' and not exists (select 1 from "collection" c where c."receipt_id" = r."id")
order by r."received_at", r."id" limit ?`;

const insert = `
with given as (select ?::uuid as "administration", ?::timestamptz as "now", ?::jsonb as "rows")
insert into "collection" ("id", "administration_id", "receipt_id", "payment_id", "transfer_index", "iuv", "iur", "amount_cents", "iban", "paid_on", "state", "noted_at")
select r."id", g."administration", r."receipt", r."payment", r."index", r."iuv", r."iur", r."cents", r."iban", r."paidOn", 'AWAITED', g."now" from given g
cross join lateral jsonb_to_recordset(g."rows") as r("id" uuid, "receipt" uuid, "payment" uuid, "index" int, "iuv" text, "iur" text, "cents" bigint, "iban" text, "paidOn" date)`;

function rowsOf(administration: AdministrationInfo, receipt: ReceiptRow): readonly { readonly paidOn: string }[] {
  const paidOn = dayInRome(new Date(receipt.paid_at ?? receipt.received_at));
  const { id, payment_id: payment, iuv, receipt_id: iur } = receipt;
  const ours = sharesOf(receipt, administration.fiscalCode).filter(({ creditor }) => creditor === administration.fiscalCode);
  return byIndex(ours).map(({ index, amountCents: cents, iban }) => ({ id: newId(), receipt: id, payment, index, iuv, iur, cents, iban, paidOn }));
}

/**
 * One share for each index: reports and the bank know shares by it, but the contract lets a receipt number several alike, and
 * one such receipt must not keep the others from being noted. Together they promise their sum.
 */
function byIndex(shares: readonly Share[]): Share[] {
  const found = new Map<number, Share>();
  for (const share of shares) {
    const before = found.get(share.index);
    found.set(share.index, before ? { ...before, amountCents: before.amountCents + share.amountCents } : share);
  }
  return [...found.values()];
}

/**
 * The transfers of a receipt, but for those that buy a stamp: for these nothing is wired to anybody. A receipt that came by
 * another way than from the node brings no such message: it is then for what the position asked for, if that is what was
 * paid, and otherwise for us as a whole.
 */
function sharesOf({ message, transfers, amount_cents: amount }: ReceiptRow, creditor: string): readonly Share[] {
  const told = receiptIn(message)?.transfers.flatMap(({ index, fiscalCode, amountCents, iban }) => (iban === undefined ? [] : [{ index, creditor: fiscalCode, amountCents, iban }]));
  if (told) return told;
  const asked = transfers ?? [];
  if (asked.reduce((sum, { amountCents }) => sum + amountCents, 0) !== Number(amount)) return [{ index: 1, creditor, amountCents: Number(amount), iban: null }];
  return asked.flatMap((transfer, place) => (isStamp(transfer) ? [] : [{ index: place + 1, creditor: transfer.creditorFiscalCode, amountCents: transfer.amountCents, iban: transfer.iban }]));
}
