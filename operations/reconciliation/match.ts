import type { EntityManager } from "@mikro-orm/postgresql";
import { asSets, letGoCredits, matchCredits, runFor } from "./match-credits.ts";

/*
 * Matching is said in sets: a flow may hold a hundred thousand payments, and what belongs together is a matter of equal keys,
 * which is what the database is for. Each statement does what is left to do and nothing when there is nothing; run again, it
 * changes nothing. All are part of one transaction that no other reconciliation overlaps.
 */

/**
 * Holds receipts, flows and credits of an administration against each other, as far as they have come.
 *
 * A payment of a flow belongs to a collection by its two identifiers and the index of the transfer; a credit to a flow by the
 * name in its causale or its TRN, or to a collection by the IUV there. Each stands for at most one, and of several that could the one
 * with the right amount does. Answers the IUVs of notices of ours that turn out to be paid without their receipt having come.
 */
export async function matchAll(em: EntityManager, administrationId: string): Promise<{ readonly receiptsMissing: readonly string[] }> {
  const run = runFor(em, administrationId);
  await asSets(em, () => letGoCredits(run));
  for (const statement of [letGoPayments, matchPayments]) await run(statement);
  const explained = await run<{ iuv: string; match: string }>(explainPayments);
  await asSets(em, () => matchCredits(run));
  await run(moveCollections);
  return { receiptsMissing: [...new Set(explained.filter(({ match }) => match === "RECEIPT_MISSING").map(({ iuv }) => iuv))] };
}

/** What was matched at another amount makes room: the right one may have come since. */
const letGoPayments = `, freed as (
  update "collection" c set "state" = 'AWAITED' from given g join "flow_payment" l on l."administration_id" = g."administration" and l."match" = 'AMOUNT_DIFFERS' where c."id" = l."collection_id")
update "flow_payment" l set "collection_id" = null, "match" = 'OPEN' from given g where l."administration_id" = g."administration" and l."match" = 'AMOUNT_DIFFERS'`;

/** Payments of complete flows that stand for nothing yet; an index has them at hand among the millions that do. */
const unmatchedPayments = `
  select l.* from given g join "flow_payment" l on l."administration_id" = g."administration"
    and l."match" in ('OPEN', 'REPORTED_TWICE', 'IDENTIFIERS_DIFFER', 'RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT', 'UNKNOWN_NOTICE', 'REVOKED')
  join "flow" f on f."id" = l."flow_id" and f."state" = 'COMPLETE'`;

const matchPayments = `, found as (
  select distinct on (c."id") c."id" as "collection", l."id" as "payment", l."amount_cents" = c."amount_cents" as "equal" from (${unmatchedPayments}) l
  join "collection" c on c."administration_id" = l."administration_id" and c."iur" = l."iur" and c."transfer_index" = l."transfer_index" and c."iuv" = l."iuv"
  where l."outcome" <> 'REVOKED' and not exists (select 1 from "flow_payment" x where x."collection_id" = c."id") and not exists (select 1 from "bank_credit" x where x."collection_id" = c."id")
  order by c."id", (l."amount_cents" = c."amount_cents") desc, l."paid_on", l."id")
update "flow_payment" l set "collection_id" = f."collection", "match" = case when f."equal" then 'MATCHED' else 'AMOUNT_DIFFERS' end from found f where l."id" = f."payment"`;

/** Says of each payment that stands for nothing why. */
const explainPayments = `, said as (
  select l."id", case
    when l."outcome" = 'REVOKED' then 'REVOKED'
    when exists (select 1 from "collection" c where c."administration_id" = l."administration_id" and c."iur" = l."iur" and c."transfer_index" = l."transfer_index" and c."iuv" = l."iuv") then 'REPORTED_TWICE'
    when exists (select 1 from "collection" c where c."administration_id" = l."administration_id" and c."iur" = l."iur") then 'IDENTIFIERS_DIFFER'
    when not exists (select 1 from "payment" p where p."administration_id" = l."administration_id" and p."iuv" = l."iuv") then 'UNKNOWN_NOTICE'
    when l."outcome" in ('NO_RPT', 'STAND_IN_NO_RPT') then 'PAID_WITHOUT_RECEIPT'
    else 'RECEIPT_MISSING' end as "match"
  from (${unmatchedPayments}) l where l."collection_id" is null)
update "flow_payment" l set "match" = s."match" from said s where l."id" = s."id" and l."match" <> s."match" returning l."iuv", l."match"`;

/** Credited means to the cent: a credit of another sum leaves it open which payments it is short of. */
const moveCollections = `, said as (
  select c."id", case
    when exists (select 1 from "bank_credit" b where b."collection_id" = c."id" and b."match" = 'MATCHED') then 'CREDITED'
    when exists (select 1 from "flow_payment" l join "bank_credit" b on b."flow_id" = l."flow_id" and b."match" = 'MATCHED' where l."collection_id" = c."id") then 'CREDITED'
    when exists (select 1 from "flow_payment" l where l."collection_id" = c."id") then 'REPORTED'
    else 'AWAITED' end as "state"
  from given g join "collection" c on c."administration_id" = g."administration" and c."state" in ('AWAITED', 'REPORTED'))
update "collection" c set "state" = s."state" from said s where c."id" = s."id" and c."state" <> s."state"`;

/** Takes back all that a flow's earlier revisions stood for, so that a later one can; part of the transaction that completes it. */
export async function letGoOfFlows(em: EntityManager, flowIds: readonly string[]): Promise<void> {
  const ids = JSON.stringify(flowIds);
  for (const statement of [reopenCollections, supersedePayments, freeCredits]) {
    await em.execute(`with given as (select value::uuid as "flow" from jsonb_array_elements_text(?::jsonb)) ${statement}`, [ids]);
  }
}

const reopenCollections = `
update "collection" c set "state" = 'AWAITED' from given g join "flow_payment" l on l."flow_id" = g."flow" where c."id" = l."collection_id"`;

const supersedePayments = `
update "flow_payment" l set "collection_id" = null, "match" = 'SUPERSEDED' from given g where l."flow_id" = g."flow"`;

const freeCredits = `
update "bank_credit" b set "flow_id" = null, "match" = 'OPEN' from given g where b."flow_id" = g."flow"`;
