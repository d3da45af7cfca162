import { createHash } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { Remittance } from "../../connectors/bank/remittance.ts";
import { readStatements, type Credit, type Statement } from "../../connectors/bank/statement.ts";
import { type BankCreditMatch, BankStatement } from "../../entities/bank-statement.ts";
import { problem } from "../../entities/problem.ts";
import { newId } from "../../kernel/ids.ts";
import type { Hub } from "../hub.ts";
import { mayReconcile } from "./may-reconcile.ts";
import { lockReconciliation, reconcileWithin } from "./reconcile.ts";

/** A statement as it was taken. */
export interface Imported {
  readonly id: string;
  readonly reference: string;
  /** Whether the file had brought it before: nothing was changed then. */
  readonly known: boolean;
}

/**
 * Takes a file of bank statements from a member of staff: its credits are kept, each once whatever statements show it, and
 * those of pagoPA matched at once. The same file again changes nothing. Throws `NotAStatement` for another file, and `NOT_FOUND` for
 * callers who do not reconcile.
 */
export async function importStatements(hub: Hub, file: Uint8Array): Promise<Imported[]> {
  if (!mayReconcile(hub)) throw problem("NOT_FOUND");
  const { caller } = hub;
  const statements = await readStatements(file);
  const contentHash = createHash("sha256").update(file).digest("hex");
  const imported = await hub.em.transactional(async em => {
    await lockReconciliation(em, hub.administration.id);
    const imported: Imported[] = [];
    for (const [index, statement] of statements.entries()) imported.push(await keep(hub, em, statement, { contentHash, place: index + 1, importedBy: caller.memberId }));
    await reconcileWithin(em, hub);
    return imported;
  });
  hub.bus.announce();
  return imported;
}

async function keep({ administration, clock }: Hub, em: EntityManager, statement: Statement, from: { contentHash: string; place: number; importedBy: string }): Promise<Imported> {
  const { iban, reference, fromDay, toDay, credits } = statement;
  const { contentHash, place } = from;
  const earlier = await em.findOne(BankStatement, { administration: administration.id, contentHash, place });
  if (earlier) return { id: earlier.id, reference, known: true };
  const kept = em.create(BankStatement, {
    id: newId(), administration: administration.id, ...from, iban, reference, fromDay, toDay, creditsCount: credits.length, creditsCents: sum(credits), othersCount: 0, othersCents: 0, knownCount: 0, knownCents: 0, importedAt: clock.now(),
  });
  await em.flush();
  const rows = rowsOf(iban, credits);
  // Of another origin and without a reference by which a flow could name it: nobody will ever ask for it.
  const findable = rows.filter(row => row.match !== "OTHER" || row.references.length > 0);
  const fresh = await em.execute<{ place: number }[]>(insert, [administration.id, kept.id, JSON.stringify(findable)]);
  const places = new Set(fresh.map(row => row.place));
  const known = new Set(findable.filter(row => !places.has(row.place)));
  const others = rows.filter(row => row.match === "OTHER" && !known.has(row));
  Object.assign(kept, { othersCount: others.length, othersCents: sum(others), knownCount: known.size, knownCents: sum([...known]) });
  return { id: kept.id, reference, known: false };
}

const sum = (credits: readonly Pick<Credit, "amountCents">[]): number => credits.reduce((total, { amountCents }) => total + amountCents, 0);

/** Credits as they are kept; equal ones of a statement are told apart by how many of them came before. */
function rowsOf(iban: string, credits: readonly Credit[]) {
  const seen = new Map<string, number>();
  return credits.map(({ bookedOn, amountCents, reference, references, remittance }, index) => {
    const flowName = remittance && "flowName" in remittance ? remittance.flowName : null;
    const otherFlowNames = remittance && "flowName" in remittance ? (remittance.otherNames ?? []) : [];
    const iuv = remittance && "iuv" in remittance ? remittance.iuv : null;
    const same = JSON.stringify([iban, bookedOn, amountCents, reference, flowName, iuv, ...(remittance === null ? references : [])]);
    const before = seen.get(same) ?? 0;
    seen.set(same, before + 1);
    const identity = createHash("sha256").update(`${same}${before}`).digest("base64url");
    return { id: newId(), place: index + 1, identity, bookedOn, amountCents, reference, references, flowName, otherFlowNames, iuv, match: matchOf(remittance) };
  });
}

/** What a credit is before it is held against anything. */
function matchOf(remittance: Remittance | null): BankCreditMatch {
  if (remittance === null) return "OTHER";
  return "names" in remittance && remittance.names === "SEVERAL" ? "AMBIGUOUS" : "OPEN";
}

const insert = `
with given as (select ?::uuid as "administration", ?::uuid as "statement", ?::jsonb as "rows")
insert into "bank_credit" ("id", "administration_id", "statement_id", "place", "identity", "booked_on", "amount_cents", "flow_name", "other_flow_names", "iuv", "reference", "references", "match")
select r."id", g."administration", g."statement", r."place", r."identity", r."bookedOn", r."amountCents", r."flowName", r."otherFlowNames", r."iuv", r."reference", r."references", r."match" from given g
cross join lateral jsonb_to_recordset(g."rows") as r("id" uuid, "place" int, "identity" text, "bookedOn" date, "amountCents" bigint, "flowName" text, "otherFlowNames" text[], "iuv" text, "reference" text, "references" text[], "match" text)
on conflict do nothing returning "place"`;
