import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { newId } from "../../../kernel/ids.ts";
import type { OutcomeEntry } from "../../../operations/registry/access-link.ts";
import { entry, openChainWorld, type ChainWorld } from "./chain-world.ts";

let world: ChainWorld;

beforeAll(async () => { world = await openChainWorld(); });
afterAll(() => world.close());

const outcome = (access: string, value: OutcomeEntry["outcome"] = "FOUND"): OutcomeEntry => ({ kind: "OUTCOME", id: newId(), access, outcome: value });

/** Every row of the chain in its order, as text: what an auditor with a copy of the tables has. */
const rowsOfChain = `
  select sequence, previous_hash, hash, array['ACCESS', id::text, administration_id::text, sequence::text, at::text, subject_key, actor, actor_key, actor_name, source, data_sets::text, purpose, purpose_text, purpose_reference, operation_id] as values
  from access_record union all
  select sequence, previous_hash, hash, array['OUTCOME', id::text, administration_id::text, sequence::text, at::text, access_id::text, outcome] from access_outcome order by sequence`;

/** The hash of a row, written again from what the documentation of the chain says. */
function hashAgain({ values, previous_hash: before }: Record<string, unknown>): string {
  const texts = [...(values as string[]), before as string];
  texts[4] = new Date(texts[4]!).toISOString();
  if (texts[0] === "ACCESS") texts[10] = (JSON.parse(texts[10]!) as string[]).join(",");
  const hash = createHash("sha256");
  for (const text of texts) hash.update(String(Buffer.from(text).length)).update(":").update(text);
  return hash.digest("hex");
}

test("reads and outcomes of many writers at once stand in one chain without gaps, and who hashes the rows again finds the same", async () => {
  const writers = [world.chain(), world.chain(), world.chain()];
  await Promise.all(Array.from({ length: 150 }, async (_, index) => {
    const chain = writers[index % writers.length]!;
    const access = entry({ purposeReference: `2026/${index}` });
    const [link] = await chain.append(access);
    expect(link).toMatchObject({ operationId: expect.stringMatching(/^\d{26}$/) });
    await chain.append(outcome(access.id, index % 2 ? "FOUND" : "NOT_FOUND"));
  }));
  const rows = await world.sql(rowsOfChain);
  expect(rows).toHaveLength(300);
  expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(rows.filter(row => row["hash"] !== hashAgain(row))).toEqual([]);
  expect(rows.filter(({ previous_hash: before }, index) => before !== (index === 0 ? "0".repeat(64) : rows[index - 1]!["hash"]))).toEqual([]);
  expect(await world.sql("select sequence, hash from access_chain")).toEqual([{ sequence: 300, hash: rows.at(-1)!["hash"] }]);
  const operations = await world.sql(`select operation_id from access_record order by sequence`);
  const ids = operations.map(row => row["operation_id"] as string);
  expect(new Set(ids).size).toBe(150);
  expect([...ids].sort()).toEqual(ids);
});

test("what belongs together is written together, and an operation number that was given stays", async () => {
  const chain = world.chain();
  const access = { ...entry(), operationId: "20261123000000000000000099" };
  const [first, second] = await chain.append(access, outcome(access.id, "CACHED"));
  expect(second!.sequence).toBe(first!.sequence + 1);
  expect(first).toMatchObject({ operationId: "20261123000000000000000099" });
});

test("a link that cannot be written fails its batch, leaves no gap, and the next ones are written", async () => {
  const chain = world.chain();
  const before = (await world.sql("select sequence from access_chain"))[0]!["sequence"] as number;
  await expect(chain.append(outcome(newId()))).rejects.toThrow();
  const [link] = await chain.append(entry());
  expect(link!.sequence).toBe(before + 1);
});

test("the tables refuse to be changed, and the end of the chain to go back", async () => {
  for (const statement of [
    "update access_record set purpose_text = 'x'", "delete from access_record", "truncate access_record cascade",
    "update access_outcome set outcome = 'REFUSED'", "delete from access_outcome", "delete from access_chain", "update access_chain set sequence = sequence - 1",
  ]) await expect(world.sql(statement)).rejects.toMatchObject({ code: "42501" });
});
