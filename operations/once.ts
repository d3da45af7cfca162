import { createHash } from "node:crypto";
import { LockMode, OptimisticLockError, UniqueConstraintViolationException } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { IdempotencyRecord } from "../entities/idempotency-record.ts";
import { problem } from "../entities/problem.ts";
import { HubError } from "../kernel/errors.ts";
import type { Hub } from "./hub.ts";

/** What a mutation answers: ids and constants, from which the shown answer is read under the caller's permission. */
export type Outcome = Readonly<Record<string, unknown>> & { readonly __typename: string };

/** Runs the last step of a mutation in one transaction with its record. */
export type Commit<Result extends Outcome> = (work: (em: EntityManager) => Promise<Result>) => Promise<Result>;

/**
 * Does a mutation once for a caller's key: a repeat answers what the first one did, whenever it comes and whatever broke
 * in between.
 *
 * `act` does what must stand outside a transaction (reading, asking other systems) and then calls `commit` once; what
 * that writes and the record of the key become true together. Throws `IDEMPOTENCY_CONFLICT` when the key was used with
 * another input, `CHANGED_MEANWHILE` when somebody else wrote the same row first, and whatever `act` throws; a mutation
 * that throws leaves no record, so that it can be mended and tried again with the same key.
 */
export async function once<Result extends Outcome>(
  hub: Hub, mutation: string, input: { readonly idempotencyKey: string }, act: (commit: Commit<Result>) => Promise<Result>,
): Promise<Result> {
  const { idempotencyKey: key } = input;
  if (key.length < 8 || key.length > 255) throw problem("INVALID_INPUT", { path: ["input", "idempotencyKey"], reason: "FORMAT" });
  const inputHash = createHash("sha256").update(canonical({ mutation, input })).digest("hex");
  const caller = hub.caller.key;

  const earlier = async (): Promise<Result | undefined> => {
    const record = await hub.em.fork().findOne(IdempotencyRecord, { caller, key });
    if (!record) return undefined;
    if (record.inputHash !== inputHash) throw problem("IDEMPOTENCY_CONFLICT", { path: ["input", "idempotencyKey"] });
    return record.outcome as Result;
  };

  const done = await earlier();
  if (done) return done;
  try {
    const outcome = await act(work => hub.em.transactional(async em => {
      const result = await work(em);
      em.create(IdempotencyRecord, { administration: hub.administration.id, caller, key, mutation, inputHash, outcome: result, createdAt: hub.clock.now() });
      return result;
    }));
    hub.bus.announce();
    return outcome;
  } catch (error) {
    // Two at once with one key: the second, whatever it ran into, finds the first's record and answers the same.
    const first = error instanceof UniqueConstraintViolationException || error instanceof OptimisticLockError || error instanceof HubError ? await earlier() : undefined;
    if (first) return first;
    if (error instanceof OptimisticLockError) throw problem("CHANGED_MEANWHILE", { cause: error });
    throw error;
  }
}

/** JSON with its keys in order, so that equal inputs have equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`;
}

/** Locks a row for the rest of a transaction, so that a decision on its state holds. */
export const forUpdate = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
