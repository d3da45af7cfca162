import pg from "pg";
import type { RunStatement } from "../../operations/read/reader.ts";
import { connectionsOf, type Connections } from "./connections.ts";
import type { DatabaseOptions } from "./orm.ts";
import { openPool, planOnce } from "./pool.ts";

/** The connections over which plans are read. */
export interface Reads {
  /** Runs a statement; when the signal aborts, the statement is cancelled in the database and the call rejects with its reason. */
  readonly run: RunStatement;
  connections(): Connections;
  /** Whether the database answers, in at most a second. */
  alive(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens the pool of the planned reads: read-only sessions of their own, with the plans as prepared statements, so that
 * PostgreSQL parses and plans each once for a connection: planning them anew takes longer than running them (0.7 of 0.9 ms
 * for a page of the desk). It may point at a replica.
 */
export function openReads({ url, poolSize, statementTimeoutMs }: DatabaseOptions): Reads {
  const pool = openPool({
    connectionString: url, max: poolSize, application_name: "sportello-hub reads",
    options: `-c default_transaction_read_only=on -c statement_timeout=${statementTimeoutMs} -c timezone=UTC ${planOnce}`,
  });
  // What was given up must not go on in the database; who says so must not wait for a connection among those that hang.
  const stops = openPool({ connectionString: url, max: 1, application_name: "sportello-hub stops" });
  return {
    async run(name, text, values, signal) {
      signal.throwIfAborted();
      const connecting = pool.connect();
      const client = await untilAborted(connecting, signal, () => void connecting.then(late => late.release(), () => undefined));
      const asking = client.query<[string | null]>({ name, text, values: values as unknown[], rowMode: "array" });
      try {
        const { rows } = await untilAborted(asking, signal, () => void stop(stops, client, asking));
        client.release();
        return rows[0]?.[0] ?? null;
      } catch (error) {
        // A refused statement leaves its connection as good as it was.
        if (!signal.aborted) client.release(!(error instanceof pg.DatabaseError));
        throw error;
      }
    },
    connections: () => connectionsOf(pool),
    async alive() {
      const late = new Promise<false>(resolve => setTimeout(resolve, 1_000, false).unref());
      return Promise.race([pool.query("select 1").then(() => true, () => false), late]);
    },
    close: async () => void (await Promise.all([pool.end(), stops.end()])),
  };
}

/** Waits for work, or for the signal if that comes first: then `given` says what becomes of the work. */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal, given: () => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      given();
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", aborted, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
  });
}

/** Stops the statement of a client, and lets go of its connection: a late cancellation must not meet somebody else's statement. */
async function stop(stops: pg.Pool, client: pg.PoolClient, asking: Promise<unknown>): Promise<void> {
  const { processID } = client as pg.PoolClient & { readonly processID: number };
  await stops.query("select pg_cancel_backend($1)", [processID]).catch(() => undefined);
  await asking.catch(() => undefined);
  client.release(true);
}
