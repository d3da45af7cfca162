import { createHash } from "node:crypto";
import { LockMode, OptimisticLockError, UniqueConstraintViolationException } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { IdempotencyRecord } from "../entities/idempotency-record.ts";
import { problem } from "../entities/problem.ts";
import { HubError } from "../kernel/errors.ts";
import { newId } from "../kernel/ids.ts";
import type { Hub } from "./hub.ts";
import { collectWrites } from "./writes.ts";

/** What a mutation answers: ids and constants, from which the shown answer is read under the caller's permission. */
export type Outcome = Readonly<Record<string, unknown>> & { readonly __typename: string };

/** Runs the last step of a mutation in one transaction with its record. */
export type Commit<Result extends Outcome> = (work: (em: EntityManager) => Promise<Result>) => Promise<Result>;

type Input = { readonly idempotencyKey: string };
type Act<Result extends Outcome> = (commit: Commit<Result>) => Promise<Result>;

/**
 * Does a mutation once for a caller's key: a repeat answers what the first one did, whenever it comes and whatever broke
 * in between.
 *
 * `act` does what must stand outside a transaction (reading, asking other systems) and then calls `commit` once; what
 * that writes and the record of the key become true together. Throws `IDEMPOTENCY_CONFLICT` when the key was used with
 * another input, `CHANGED_MEANWHILE` when somebody else wrote the same row first, and whatever `act` throws; a mutation
 * that throws leaves no record, so that it can be mended and tried again with the same key.
 */
export async function once<Result extends Outcome>(hub: Hub, mutation: string, input: Input, act: Act<Result>): Promise<Result> {
  const { earlier, attempt } = keyed<Result>(hub, mutation, input);
  return (await earlier()) ?? attempt(act);
}

/**
 * The same for a mutation that is one transaction and nothing else. Nobody looks for the record first: a repeat does what
 * the first one did up to where the record is found to be there, or to what the first one left no room for, and then all
 * of it is undone and the record answers.
 */
export const changeOnce = async <Result extends Outcome>(hub: Hub, mutation: string, input: Input, work: (em: EntityManager) => Promise<Result>): Promise<Result> =>
  keyed<Result>(hub, mutation, input).attempt(commit => commit(work));

/** A mutation under its key: what it answered `earlier`, and how it is attempted. */
function keyed<Result extends Outcome>(hub: Hub, mutation: string, input: Input) {
  const { idempotencyKey: key } = input;
  if (key.length < 8 || key.length > 255) throw problem("INVALID_INPUT", { path: ["input", "idempotencyKey"], reason: "KEY", details: { least: 8, most: 255 } });
  const inputHash = createHash("sha256").update(canonical({ mutation, input })).digest("hex");
  const caller = hub.caller.key;

  const earlier = async (): Promise<Result | undefined> => {
    const [record] = await hub.em.getConnection().execute<RecordRow[]>(recorded, [caller, key]);
    if (!record) return undefined;
    if (record.input_hash !== inputHash) throw problem("IDEMPOTENCY_CONFLICT", { path: ["input", "idempotencyKey"] });
    return record.outcome as Result;
  };
  const commit: Commit<Result> = work => hub.em.transactional(async em => {
    const writes = collectWrites(em);
    const outcome = await work(em);
    writes.create(IdempotencyRecord, { id: newId(), administration: hub.administration.id, caller, key, mutation, inputHash, outcome, createdAt: hub.clock.now() });
    await em.flush();
    await writes.writeAndCommit();
    // The ORM flushes once more: it would go through every entity again, to find that nothing changed since.
    em.flush = async () => undefined;
    return outcome;
    // A request that is given up must not go on in the database, waiting for somebody else's lock.
  }, { signal: hub.signal, inflightQueryAbortStrategy: "cancel query" });

  const attempt = async (act: Act<Result>): Promise<Result> => {
    try {
      const outcome = await act(commit);
      hub.bus.announce();
      return outcome;
    } catch (error) {
      // Two at once with one key, or one after the other: the second, whatever it ran into, finds the first's record and answers the same.
      const first = error instanceof UniqueConstraintViolationException || error instanceof OptimisticLockError || error instanceof HubError ? await earlier() : undefined;
      if (first) return first;
      if (error instanceof OptimisticLockError) throw problem("CHANGED_MEANWHILE", { cause: error });
      throw error;
    }
  };
  return { earlier, attempt };
}

/** The record of a key, as the table keeps it. One row each, written once and never changed: no entity is made of it on the way of every mutation. */
interface RecordRow {
  readonly input_hash: string;
  readonly outcome: Readonly<Record<string, unknown>>;
}

const recorded = `select "input_hash", "outcome" from "idempotency_record" where "caller" = ? and "key" = ?`;

/** JSON with its keys in order, so that equal inputs have equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`;
}

/** Locks a row for the rest of a transaction, so that a decision on its state holds. */
export const forUpdate = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
