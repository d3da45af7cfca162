import type { EntityManager } from "@mikro-orm/postgresql";
import { problem } from "../../entities/problem.ts";
import { ReconciliationDay } from "../../entities/reconciliation-day.ts";
import { daysBetween, daysFrom } from "../../rules/dated.ts";
import type { Hub } from "../hub.ts";

/** The most days that one question may be about. */
const mostDays = 366;

const amounts = ["received", "reported", "credited", "notReported", "difference", "notCredited"] as const;

type DayRow = { readonly day: string; readonly ties: boolean } & Readonly<Record<(typeof amounts)[number], string>>;

/**
 * What was paid on each day from one to another, both included, by receipts, flows and bank, in cents. What a flow reports of
 * a payment counts to the day of its receipt, so that the three are about the same; only what has no receipt counts to the
 * day that the provider says. Throws `INVALID_INPUT` for days in the wrong order, or too many.
 */
export async function reconciliationDays({ em, administration }: Pick<Hub, "em" | "administration">, from: string, to: string): Promise<object[]> {
  const span = daysBetween(from, to);
  if (span < 0 || span >= mostDays) throw problem("INVALID_INPUT", { path: ["to"], reason: "RANGE", details: { most: mostDays - 1 } });
  const rows = await em.fork().execute<DayRow[]>(sums, [administration.id, JSON.stringify(daysFrom(from, to))]);
  const shown = (cents: string) => ({ cents: Number(cents), currency: "EUR" });
  return rows.map(row => ({ day: row.day, ties: row.ties, ...Object.fromEntries(amounts.map(name => [name, shown(row[name])])) }));
}

/** A day that an event tells of, as it stands now; null when it is none of this administration's. */
export async function showDay(hub: Pick<Hub, "em" | "administration">, id: string): Promise<object | null> {
  const told = await hub.em.fork().findOne(ReconciliationDay, { id, administration: hub.administration.id });
  return told && ((await reconciliationDays(hub, told.day, told.day))[0] ?? null);
}

/** A day that nothing was told of has nothing that is missing, or was settled before days were told of. */
const sums = `
with given as (select ?::uuid as "administration", ?::jsonb as "days"), wanted as (
  select w."day"::date as "day" from given g cross join lateral jsonb_array_elements_text(g."days") as w("day")
), promised as (
  select c."paid_on" as "day", sum(c."amount_cents") as "received", sum(c."amount_cents") filter (where l."id" is null and s."id" is null) as "notReported",
    sum(coalesce(l."amount_cents", s."amount_cents")) as "reported", sum(coalesce(l."amount_cents", s."amount_cents") - c."amount_cents") as "difference",
    sum(coalesce(l."amount_cents", s."amount_cents")) filter (where b."id" is not null or s."match" = 'MATCHED') as "credited"
  from given g cross join wanted w join "collection" c on c."administration_id" = g."administration" and c."paid_on" = w."day"
  left join "flow_payment" l on l."collection_id" = c."id" left join "bank_credit" b on b."flow_id" = l."flow_id" and b."match" = 'MATCHED' left join "bank_credit" s on s."collection_id" = c."id"
  group by c."paid_on"
), beyond as (
  select l."paid_on" as "day", sum(l."amount_cents") as "reported", sum(l."amount_cents") filter (where b."id" is not null) as "credited"
  from given g cross join wanted w join "flow_payment" l on l."administration_id" = g."administration" and l."paid_on" = w."day" and l."collection_id" is null and l."match" not in ('OPEN', 'SUPERSEDED')
  left join "bank_credit" b on b."flow_id" = l."flow_id" and b."match" = 'MATCHED'
  group by l."paid_on"
), sums as (
  select w."day", coalesce(p."received", 0) as "received", coalesce(p."notReported", 0) as "notReported", coalesce(p."reported", 0) + coalesce(b."reported", 0) as "reported",
    coalesce(p."difference", 0) + coalesce(b."reported", 0) as "difference", coalesce(p."credited", 0) + coalesce(b."credited", 0) as "credited"
  from wanted w left join promised p on p."day" = w."day" left join beyond b on b."day" = w."day"
)
select s."day"::text, s."received", s."notReported", s."reported", s."difference", s."credited", s."reported" - s."credited" as "notCredited",
  coalesce(d."ties", s."notReported" = 0 and s."difference" = 0 and s."reported" = s."credited") as "ties"
from sums s cross join given g left join "reconciliation_day" d on d."administration_id" = g."administration" and d."day" = s."day" order by s."day"`;

/**
 * Finds out which days tie now, and tells of those that did not before, and of those that do not any more. Part of the
 * transaction that matched; `fresh` are the days of what receipts promised in it.
 */
export async function tellDays(em: EntityManager, administrationId: string, now: Date, fresh: ReadonlySet<string>): Promise<void> {
  await em.execute(moved, [administrationId, now, JSON.stringify([...fresh])]);
}

/** What keeps a day from tying is at hand by its state, however many payments there are besides. */
const moved = `
with given as (select ?::uuid as "administration", ?::timestamptz(3) as "now", ?::jsonb as "fresh"), differing as (
  select c."paid_on" as "day" from given g join "collection" c on c."administration_id" = g."administration" and c."state" in ('AWAITED', 'REPORTED')
union
  select c."paid_on" from given g join "flow_payment" l on l."administration_id" = g."administration" and l."match" = 'AMOUNT_DIFFERS' join "collection" c on c."id" = l."collection_id"
union
  select l."paid_on" from given g join "flow_payment" l on l."administration_id" = g."administration"
    and l."match" in ('REPORTED_TWICE', 'IDENTIFIERS_DIFFER', 'RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT', 'UNKNOWN_NOTICE', 'REVOKED')
), looked as (
  select w."day"::date as "day" from given g cross join lateral jsonb_array_elements_text(g."fresh") as w("day")
union
  select d."day" from given g join "reconciliation_day" d on d."administration_id" = g."administration" and not d."ties"
), found as (
  select "day", false as "ties" from differing union all select "day", true from (select "day" from looked except select "day" from differing) o
), changed as (
  insert into "reconciliation_day" as d ("id", "administration_id", "day", "ties", "since")
  select gen_random_uuid(), g."administration", f."day", f."ties", g."now" from given g cross join found f
  on conflict ("administration_id", "day") do update set "ties" = excluded."ties", "since" = excluded."since" where d."ties" <> excluded."ties"
  returning d."id", d."ties"
)
insert into "event" ("id", "administration_id", "kind", "subject_id", "occurred_at")
select gen_random_uuid(), g."administration", case when d."ties" then 'DAY_TIES' else 'DAY_DIFFERS' end, d."id", g."now" from given g cross join changed d`;
