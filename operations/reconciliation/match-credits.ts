import type { EntityManager } from "@mikro-orm/postgresql";

/** Runs a statement about one administration, given as `given`, and answers its rows. */
export type Run = <Row extends object>(statement: string) => Promise<Row[]>;

/** How the statements of a pass are run. */
export const runFor = (em: EntityManager, administrationId: string): Run => <Row extends object>(statement: string) =>
  em.execute<Row[]>(`with given as (select ?::uuid as "administration") ${statement}`, [administrationId]);

/**
 * Has sets held against each other as sets, however few the database believes there are: after a first import nobody has
 * counted the tables yet, and tens of thousands would be looked up one in the other. Ends with the work, or the transaction.
 */
export async function asSets(em: EntityManager, work: () => Promise<void>): Promise<void> {
  await em.execute("set local enable_nestloop = off");
  await work();
  await em.execute("set local enable_nestloop = on");
}

/** What was matched at another amount, or could not be told apart, is looked at anew: what decides it may have come since. */
export async function letGoCredits(run: Run): Promise<void> {
  for (const statement of [letGoDiffering, recognise, letGoSingles]) await run(statement);
}

/**
 * Finds what each credit is: first which of them the bank takes back; then the flow whose transfer it is, by the name in its
 * causale and by the provider's reference of the transfer (TRN), or else the single payment, by its IUV. Of several that
 * could be meant the right amount decides, then how much speaks for it; where that does not decide either, nothing is
 * matched. Each statement is repeated until it finds nothing more, for what one credit takes another cannot.
 */
export async function matchCredits(run: Run): Promise<void> {
  for (const statement of [takeBack, matchFlows, matchSingles]) while ((await run(statement)).length > 0);
  await run(explain);
}

const letGoDiffering = `
update "bank_credit" b set "flow_id" = null, "collection_id" = null, "match" = 'OPEN' from given g where b."administration_id" = g."administration" and b."match" = 'AMOUNT_DIFFERS'`;

/** The CRO within a TRN: eleven digits from the sixth place of thirty. */
const croOf = (trn: string): string => `substring(${trn} from '^.{5}(\\d{11}).{14}$')`;

/** The flows that a credit may be the transfer of. Banks write causali in capitals, whatever was sent. */
const flows = `"flows" as materialized (
  select f."id", f."trn", ${croOf('f."trn"')} as "cro", upper(f."name") as "name", f."payments_cents" from given g join "flow" f on f."administration_id" = g."administration" and f."state" = 'COMPLETE')`;

/**
 * Which flows some credits bear the TRN of; or only its part that identified transfers before SEPA and that some banks show
 * alone, the CRO. Eleven digits may be somebody else's too, so they count with the right amount only, and not beside the
 * whole TRN; where they fit several flows nothing is matched by them.
 */
const byTrn = (credits: string): string => `
  select b."id" as "credit", f."id" as "flow" from (${credits}) b cross join lateral unnest(b."references") r("trn") join "flows" f on f."trn" = r."trn"
  union all
  select b."id", f."id" from (${credits}) b cross join lateral unnest(b."references") r("cro") join "flows" f on f."cro" = r."cro" and f."payments_cents" = b."amount_cents"
  where not exists (select 1 from unnest(b."references") w("trn") where ${croOf('w."trn"')} = r."cro")`;

/** What was taken for somebody else's is pagoPA's all the same when a flow names its TRN: its statement counts it so from now on. */
const recognise = `, ${flows}, found as (
  update "bank_credit" b set "match" = 'OPEN' from (select distinct "credit" from (${byTrn(`select b.* from given g join "bank_credit" b on b."administration_id" = g."administration" and b."match" = 'OTHER'`)}) t) n
  where b."id" = n."credit" returning b."statement_id", b."amount_cents"
), sums as (select "statement_id", count(*) as "count", sum("amount_cents") as "cents" from found group by "statement_id")
update "bank_statement" s set "others_count" = s."others_count" - f."count", "others_cents" = s."others_cents" - f."cents" from sums f where s."id" = f."statement_id"`;

/** A payment that was wired alone may be all of a flow that comes later: the flow's TRN says so, and the payment is the flow's. */
const letGoSingles = `, ${flows}, freed as (
  update "bank_credit" b set "collection_id" = null, "match" = 'OPEN' from (${byTrn(`select b.* from given g join "bank_credit" b on b."administration_id" = g."administration" and b."collection_id" is not null`)}) n
  join "flows" f on f."id" = n."flow" join "bank_credit" o on o."id" = n."credit" and o."amount_cents" = f."payments_cents"
  where b."id" = n."credit" and not exists (select 1 from "bank_credit" x where x."flow_id" = f."id") returning o."collection_id")
update "collection" c set "state" = 'AWAITED' from freed f where c."id" = f."collection_id"`;

/** A credit and its reversal: the same account, causale or reference, and the same amount below zero, not booked before it. */
const takeBack = `, pairs as (
  select distinct on (r."id") r."id" as "reversal", b."id" as "credit" from given g
  join "bank_credit" r on r."administration_id" = g."administration" and r."amount_cents" < 0 and r."match" not in ('REVERSED', 'OTHER') join "bank_statement" rs on rs."id" = r."statement_id"
  join "bank_credit" b on b."administration_id" = g."administration" and b."amount_cents" = -r."amount_cents" and b."match" not in ('REVERSED', 'OTHER') and b."booked_on" <= r."booked_on"
  join "bank_statement" bs on bs."id" = b."statement_id" and bs."iban" = rs."iban"
  where upper(b."flow_name") = upper(r."flow_name") or b."iuv" = r."iuv" or b."references" && r."references"
  order by r."id", b."booked_on" desc, b."id"
), one as (select distinct on ("credit") * from pairs order by "credit", "reversal"), freed as (
  update "collection" c set "state" = 'AWAITED' from one o join "bank_credit" b on b."id" = o."credit" left join "flow_payment" l on l."flow_id" = b."flow_id"
  where c."id" in (l."collection_id", b."collection_id"))
update "bank_credit" b set "match" = 'REVERSED', "flow_id" = null, "collection_id" = null from one o where b."id" in (o."credit", o."reversal") returning b."id"`;

/** Credits that stand for nothing yet. */
const unmatched = `select b.* from given g join "bank_credit" b on b."administration_id" = g."administration" and b."match" in ('OPEN', 'CREDITED_TWICE', 'AMBIGUOUS', 'UNKNOWN') and b."amount_cents" > 0`;

/** Which flow each could be the transfer of, by any reading of the name and by TRN, and by how many of the two. */
const named = `
  select "credit", "flow", count(*) as "strength" from (
    select b."id" as "credit", f."id" as "flow" from (${unmatched}) b cross join lateral unnest(array_append(b."other_flow_names", b."flow_name")) n("name") join "flows" f on f."name" = upper(n."name")
    union all
    ${byTrn(unmatched)}
  ) each group by "credit", "flow"`;

/** The best of them that are still to be credited: more than one where nothing decides. */
const best = `, ${flows}, named as materialized (${named}), candidates as (
  select n."credit", n."flow", b."amount_cents" = f."payments_cents" as "equal", n."strength", b."booked_on" from named n
  join "flows" f on f."id" = n."flow" join "bank_credit" b on b."id" = n."credit" where not exists (select 1 from "bank_credit" x where x."flow_id" = n."flow")
), ranked as (
  select *, rank() over (partition by "credit" order by "equal" desc, "strength" desc) as "rank" from candidates
), best as (select *, count(*) over (partition by "credit") as "several" from ranked where "rank" = 1)`;

const matchFlows = `${best}, one as (
  select distinct on ("flow") * from best where "several" = 1 order by "flow", "equal" desc, "strength" desc, "booked_on", "credit")
update "bank_credit" b set "flow_id" = o."flow", "match" = case when o."equal" then 'MATCHED' else 'AMOUNT_DIFFERS' end from one o where b."id" = o."credit" returning b."id"`;

const matchSingles = `, found as (
  select distinct on (b."id") b."id" as "credit", c."id" as "collection", b."amount_cents" = c."amount_cents" as "equal", b."booked_on" from (${unmatched}) b
  join "collection" c on c."administration_id" = b."administration_id" and c."iuv" = b."iuv"
  where not exists (select 1 from "flow_payment" x where x."collection_id" = c."id") and not exists (select 1 from "bank_credit" x where x."collection_id" = c."id")
  order by b."id", (b."amount_cents" = c."amount_cents") desc, c."transfer_index", c."id"), one as (select distinct on ("collection") * from found order by "collection", "equal" desc, "booked_on", "credit")
update "bank_credit" b set "collection_id" = o."collection", "match" = case when o."equal" then 'MATCHED' else 'AMOUNT_DIFFERS' end from one o where b."id" = o."credit" returning b."id"`;

/** Says of each credit that stands for nothing why. What names several things at once stays ambiguous. */
const explain = `${best}, said as (
  select b."id", case
    when b."id" in (select "credit" from best) or (b."match" = 'AMBIGUOUS' and b."flow_name" is null and b."iuv" is null) then 'AMBIGUOUS'
    when b."id" in (select "credit" from named)
      or exists (select 1 from "collection" c where c."administration_id" = b."administration_id" and c."iuv" = b."iuv") then 'CREDITED_TWICE'
    else 'UNKNOWN' end as "match"
  from (${unmatched}) b
  union all
  select b."id", 'UNKNOWN' from given g join "bank_credit" b on b."administration_id" = g."administration" and b."match" = 'OPEN' and b."amount_cents" < 0)
update "bank_credit" b set "match" = s."match" from said s where b."id" = s."id" and b."match" <> s."match"`;
