import type { EntityManager } from "@mikro-orm/postgresql";
import { chainStart, hashOf, type Link } from "./access-link.ts";

/** Where a chain ended at some time, noted where whoever changes the tables does not come. */
export interface Anchor {
  /** Key of the administration. */
  readonly administration: string;
  readonly sequence: number;
  readonly hash: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * What is wrong with a chain.
 *
 * - `EDITED`: a link is not what it was when it was written;
 * - `MISSING`: a link was taken out;
 * - `REPLACED`: a link is whole in itself, but not the one that its successor, or the end of the chain, was linked to;
 * - `TRUNCATED`: the chain once went on: its tail was cut off, or an old copy of the database put in its place;
 * - `REWRITTEN`: the chain is whole, but not the one that was anchored: it was written anew somewhere after `goodUntil`.
 */
export type ChainFault = "EDITED" | "MISSING" | "REPLACED" | "TRUNCATED" | "REWRITTEN";

export interface ChainVerdict {
  /** How many links were found whole before the first fault, or in all. */
  readonly links: number;
  /** How many anchors were found to hold. */
  readonly anchors: number;
  /** The first link at fault: its place, and its row where there is one. */
  readonly fault: { readonly kind: ChainFault; readonly sequence: number; readonly id: string | null; readonly goodUntil: number } | null;
}

/** Follows the chain of an administration from its first link to its end, beside the anchors, and names the first link at fault. */
export async function verifyAccessChain(em: EntityManager, administration: string, anchors: readonly Anchor[]): Promise<ChainVerdict> {
  const anchored = Map.groupBy(anchors.filter(anchor => anchor.administration === administration), ({ sequence }) => sequence);
  let last: Pick<Link, "sequence" | "hash"> & { readonly id: string | null } = { sequence: 0, hash: chainStart, id: null };
  let held = 0, goodUntil = 0;
  const fault = (kind: ChainFault, sequence: number, id: string | null): ChainVerdict => ({ links: last.sequence, anchors: held, fault: { kind, sequence, id, goodUntil } });

  for await (const link of linksOf(em, administration)) {
    const next = last.sequence + 1;
    if (link.sequence > next) return fault("MISSING", next, null);
    if (link.sequence < next || link.hash !== hashOf(link)) return fault("EDITED", link.sequence, link.id);
    if (link.previousHash !== last.hash) return fault("REPLACED", last.sequence, last.id);
    const here = anchored.get(link.sequence) ?? [];
    if (here.some(({ hash }) => hash !== link.hash)) return fault("REWRITTEN", link.sequence, link.id);
    held += here.length;
    if (here.length > 0) goodUntil = link.sequence;
    last = link;
  }
  const [head] = await em.execute<{ sequence: number; hash: string }[]>(`select "sequence", "hash" from "access_chain" where "administration_id" = ?`, [administration]);
  if (Math.max(head?.sequence ?? 0, ...anchored.keys()) > last.sequence) return fault("TRUNCATED", last.sequence + 1, null);
  if (head && (head.sequence !== last.sequence || (head.sequence > 0 && head.hash !== last.hash))) return fault("REPLACED", last.sequence, last.id);
  return { links: last.sequence, anchors: held, fault: null };
}

const pageSize = 2_000;

async function* linksOf(em: EntityManager, administration: string): AsyncGenerator<Link> {
  let page: Link[];
  let after: [number, string] = [0, "00000000-0000-0000-0000-000000000000"];
  do {
    const rows = await em.execute<(Omit<Link, "at"> & { at: string })[]>(pageOfLinks, [administration, administration, ...after, pageSize]);
    page = rows.map(row => ({ ...row, at: new Date(row.at) }) as Link);
    yield* page;
    const end = page.at(-1);
    if (end) after = [end.sequence, end.id];
  } while (page.length === pageSize);
}

const shared = (table: string): string => `${table}."id", ${table}."administration_id" as "administration", ${table}."sequence",
  to_char(${table}."at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "at", ${table}."previous_hash" as "previousHash", ${table}."hash"`;

const pageOfLinks = `
  select * from (
    select 'ACCESS' as "kind", ${shared("r")}, r."subject_key" as "subjectKey", r."actor", r."actor_key" as "actorKey", r."actor_name" as "actorName", r."source",
      r."data_sets" as "dataSets", r."purpose", r."purpose_text" as "purposeText", r."purpose_reference" as "purposeReference", r."operation_id" as "operationId",
      null::uuid as "access", null as "outcome"
    from "access_record" r where r."administration_id" = ?
    union all
    select 'OUTCOME', ${shared("o")}, null, null, null, null, null, null, null, null, null, null, o."access_id", o."outcome"
    from "access_outcome" o where o."administration_id" = ?
  ) l where (l."sequence", l."id") > (?, ?::uuid) order by l."sequence", l."id" limit ?`;
