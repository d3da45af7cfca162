import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { newId } from "../../../kernel/ids.ts";
import { hashOf, type Link } from "../../../operations/registry/access-link.ts";
import { verifyAccessChain, type Anchor, type ChainFault } from "../../../operations/registry/verify-access-chain.ts";
import { entry, openChainWorld, type ChainWorld } from "./chain-world.ts";

let world: ChainWorld;
let links: Link[];
let anchor: Anchor;

beforeAll(async () => { world = await openChainWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  const chain = world.chain();
  for (let count = 0; count < 20; count += 1) {
    const access = entry({ purposeReference: `2026/${count}` });
    await chain.append(access);
    await chain.append({ kind: "OUTCOME", id: newId(), access: access.id, outcome: "FOUND" });
  }
  links = (await world.sql(`select 'ACCESS' as kind, id, sequence, hash from access_record union all select 'OUTCOME', id, sequence, hash from access_outcome order by sequence`)) as unknown as Link[];
  const end = links.at(-1)!;
  anchor = { administration: world.administration, sequence: end.sequence, hash: end.hash, at: new Date().toISOString() };
});
afterEach(() => asOwner("truncate access_outcome, access_record, access_chain cascade"));

/** What somebody does who owns the tables and has switched their guards off. */
async function asOwner(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await world.sql(`do $owner$ begin set local session_replication_role = replica; ${statement}; end $owner$`);
}
const verdict = (anchors: readonly Anchor[] = [anchor]) => verifyAccessChain(world.orm.em.fork(), world.administration, anchors);
const idAt = (sequence: number) => links[sequence - 1]!.id;
const tableAt = (sequence: number) => (links[sequence - 1]!.kind === "ACCESS" ? "access_record" : "access_outcome");
const row = (sequence: number) => `where id = '${idAt(sequence)}'`;

test("a chain that nobody touched holds, with anchors and without", async () => {
  expect(await verdict()).toEqual({ links: 40, anchors: 1, fault: null });
  expect(await verdict([])).toEqual({ links: 40, anchors: 0, fault: null });
  expect(await verdict([{ ...anchor, administration: newId(), sequence: 999 }])).toEqual({ links: 40, anchors: 0, fault: null });
});

test("a chain longer than a page holds", async () => {
  await world.chain().append(...Array.from({ length: 4_100 }, () => entry()));
  expect(await verdict()).toEqual({ links: 4_140, anchors: 1, fault: null });
});

/** The row of a link with other values, and a hash that is right for them. */
async function rehashed(sequence: number, set: string, previousHash?: string): Promise<string> {
  const table = tableAt(sequence);
  await asOwner(`update ${table} set ${set}${previousHash ? `, previous_hash = '${previousHash}'` : ""} ${row(sequence)}`);
  const [found] = (await world.sql(`select *, administration_id as administration, access_id as access from ${table === "access_record" ? "(select *, null::uuid as access_id from access_record)" : table} t ${row(sequence)}`)) as Record<string, never>[];
  const value = found!;
  const link = {
    kind: links[sequence - 1]!.kind, id: value["id"], administration: value["administration"], sequence, at: value["at"], previousHash: value["previous_hash"], access: value["access"], outcome: value["outcome"],
    subjectKey: value["subject_key"], actor: value["actor"], actorKey: value["actor_key"], actorName: value["actor_name"], source: value["source"], dataSets: value["data_sets"],
    purpose: value["purpose"], purposeText: value["purpose_text"], purposeReference: value["purpose_reference"], operationId: value["operation_id"],
  } as unknown as Link;
  const hash = hashOf(link);
  await asOwner(`update ${table} set hash = '${hash}' ${row(sequence)}`);
  return hash;
}

describe("names the first link at fault", () => {
  test.each<[string, () => Promise<unknown>, ChainFault, number]>([
    ["a purpose was edited", () => asOwner(`update access_record set purpose_text = 'altro' ${row(7)}`), "EDITED", 7],
    ["a data set was added", () => asOwner(`update access_record set data_sets = '["IDENTITY", "RESIDENCE", "DEATH"]' ${row(9)}`), "EDITED", 9],
    ["an instant was moved by a millisecond", () => asOwner(`update access_record set at = at + interval '1 millisecond' ${row(11)}`), "EDITED", 11],
    ["an outcome was edited", () => asOwner(`update access_outcome set outcome = 'NOT_FOUND' ${row(8)}`), "EDITED", 8],
    ["another person was made the reader", () => asOwner(`update access_record set actor_key = 'staff:2' ${row(1)}`), "EDITED", 1],
    ["a link was edited and hashed anew", () => rehashed(7, "purpose_text = 'altro'"), "REPLACED", 7],
    ["the last link was edited and hashed anew", () => rehashed(40, "outcome = 'NOT_FOUND'"), "REWRITTEN", 40],
    ["a link was deleted", () => asOwner(`delete from access_outcome ${row(12)}`), "MISSING", 12],
    ["the first link was deleted", () => asOwner(`delete from access_record ${row(1)}`), "MISSING", 1],
    ["a link was deleted and the others closed up", () => asOwner(`delete from access_outcome ${row(12)}`, "update access_record set sequence = sequence - 1 where sequence > 12", "update access_outcome set sequence = sequence - 1 where sequence > 12"), "EDITED", 12],
    ["two links changed places", () => asOwner(`update access_record set sequence = 5000 ${row(13)}`, `update access_record set sequence = 13 ${row(15)}`, `update access_record set sequence = 15 ${row(13)}`), "EDITED", 13],
    ["the tail was cut off", () => asOwner("delete from access_outcome where sequence > 30", "delete from access_record where sequence > 30"), "TRUNCATED", 31],
    ["the tail was cut off, and the end of the chain moved back", () => asOwner("delete from access_outcome where sequence > 30", "delete from access_record where sequence > 30", `update access_chain set sequence = 30, hash = '${links[29]!.hash}'`), "TRUNCATED", 31],
    ["everything was deleted", () => asOwner("truncate access_outcome, access_record, access_chain cascade"), "TRUNCATED", 1],
  ])("%s", async (_, tamper, kind, sequence) => {
    await tamper();
    const { fault } = await verdict();
    expect(fault).toMatchObject({ kind, sequence });
    const present = kind === "EDITED" || kind === "REPLACED" || kind === "REWRITTEN";
    if (!present) expect(fault!.id).toBeNull();
    else if (sequence !== 12 && sequence !== 13) expect(fault!.id).toBe(idAt(sequence));
  });

  test("all that follows an edit was written anew: the anchors tell from where", async () => {
    const early = { ...anchor, sequence: 10, hash: links[9]!.hash };
    let hash = await rehashed(25, "purpose_text = 'altro'");
    for (let sequence = 26; sequence <= 40; sequence += 1) hash = await rehashed(sequence, "at = at", hash);
    await asOwner(`update access_chain set hash = '${hash}'`);
    expect(await verdict([])).toEqual({ links: 40, anchors: 0, fault: null });
    expect(await verdict([early, anchor])).toEqual({ links: 39, anchors: 1, fault: { kind: "REWRITTEN", sequence: 40, id: idAt(40), goodUntil: 10 } });
  });

  test("an old backup was restored, and the chain went on from there", async () => {
    await asOwner("delete from access_outcome where sequence > 20", "delete from access_record where sequence > 20", `update access_chain set sequence = 20, hash = '${links[19]!.hash}'`);
    expect((await verdict()).fault).toMatchObject({ kind: "TRUNCATED", sequence: 21 });
    await world.chain().append(...Array.from({ length: 25 }, () => entry()));
    expect((await verdict()).fault).toMatchObject({ kind: "REWRITTEN", sequence: 40, goodUntil: 0 });
    expect(await verdict([])).toEqual({ links: 45, anchors: 0, fault: null });
  });
});
