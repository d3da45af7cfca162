import { SourceRefused } from "../../connectors/upstream.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { nextNumber } from "../next-number.ts";
import { registryOffice } from "./office.ts";

/** What the registry says of a number that no table has. */
const noSuchTable = "EN148";

/** The highest number of a table that the registry has had. */
const lastTable = 999;

/** One of the registry's tables of codes, at most a day old, or the one that it gave last. Throws NOT_FOUND, INVALID_INPUT for a number that is none, NOT_ELIGIBLE, and as the registry does. */
export async function showCodeTable(hub: Hub, number: number): Promise<object> {
  const office = registryOffice(hub);
  if (number < 1 || number > lastTable) throw problem("INVALID_INPUT", { path: ["number"], reason: "NUMBER", details: { least: 1, most: lastTable } });
  const { rows, readAt, stale } = await office.codeTable(number, { operationId: await operationId(hub), signal: hub.signal }).catch((error: unknown) => {
    throw error instanceof SourceRefused && error.diagnosis === noSuchTable ? problem("NOT_FOUND", { path: ["number"] }) : error;
  });
  return { __typename: "CodeTable", number, rows, readAt: readAt.toISOString(), stale };
}

/**
 * The number of an operation that is about nobody: counted and kept before it is used, as those in the register of
 * accesses are, and told apart from them by a letter that sorts after digits.
 */
async function operationId({ em, administration, clock }: Hub): Promise<string> {
  const count = await em.fork().transactional(inner => nextNumber(inner, `${administration.id}/registry-operation`));
  return `${clock.now().toISOString().replace(/\D/g, "").slice(0, 14)}T${String(count).padStart(11, "0")}`;
}
