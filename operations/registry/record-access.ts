import { createHash } from "node:crypto";
import { AccessRecord, type AccessActor } from "../../entities/access-record.ts";
import { newId } from "../../kernel/ids.ts";
import type { Hub } from "../hub.ts";
import { nextNumber } from "../next-number.ts";
import type { Purpose } from "./reads.ts";

interface Access {
  readonly fiscalCode: string;
  readonly source: string;
  readonly dataSets: readonly string[];
  readonly purpose: Purpose;
}

/** The hash before the first record of a chain. */
export const chainStart = "0".repeat(64);

/**
 * Writes that the caller is about to read somebody's registry data, in a transaction of its own, and gives the number
 * under which to ask: letters and digits, at most 30, increasing per administration.
 */
export async function recordAccess(hub: Hub, { fiscalCode, source, dataSets, purpose }: Access): Promise<string> {
  const administration = hub.administration.id;
  return hub.em.fork().transactional(async em => {
    // Its counter row is the lock of the chain: records of one administration are written one after the other.
    const sequence = Number(await nextNumber(em, `${administration}/access`));
    const previous = sequence === 1 ? null : await em.findOneOrFail(AccessRecord, { administration, sequence: sequence - 1 }, { fields: ["hash"] });
    const at = hub.clock.now();
    const record = {
      id: newId(), administration, sequence, at, subjectKey: hub.pseudonym(fiscalCode), ...actorOf(hub), source, dataSets: [...dataSets],
      purpose: purpose.kind, purposeText: purpose.text, purposeReference: purpose.reference, operationId: operationIdOf(at, sequence),
      previousHash: previous?.hash ?? chainStart,
    };
    em.create(AccessRecord, { ...record, hash: hashOf(record) });
    return record.operationId;
  });
}

/** Time and place in the chain, 26 digits: unique and increasing even when a database is begun anew, for registries remember old numbers. */
const operationIdOf = (at: Date, sequence: number): string => at.toISOString().replace(/\D/g, "").slice(0, 14) + sequence.toString().padStart(12, "0");

function actorOf({ caller, administration }: Hub): { actor: AccessActor; actorName: string } {
  switch (caller.kind) {
    case "partner": return { actor: "PARTNER", actorName: caller.partnerName };
    case "staff": return { actor: "STAFF", actorName: administration.name };
    default: return { actor: "SELF", actorName: "Tu" };
  }
}

/** The hash of a record: over every value that it holds, and the hash before it. */
export function hashOf(record: Omit<{ [Key in keyof AccessRecord]: unknown }, "hash" | "administration"> & { readonly administration: unknown; readonly at: Date }): string {
  const values = [
    record.id, record.administration, record.sequence, record.at.toISOString(), record.subjectKey, record.actor, record.actorName, record.source, record.dataSets,
    record.purpose, record.purposeText, record.purposeReference, record.operationId, record.previousHash,
  ];
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
}
