import pg from "pg";
import type { RunStatement } from "../../operations/read/reader.ts";
import type { DatabaseOptions } from "./orm.ts";

/** The connections over which plans are read. */
export interface Reads {
  readonly run: RunStatement;
  /** Whether the database answers, in at most a second. */
  alive(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens the pool of the planned reads: read-only sessions of their own, with the plans as prepared statements, so that
 * PostgreSQL parses each once for a connection. It may point at a replica.
 */
export function openReads({ url, poolSize, statementTimeoutMs }: DatabaseOptions): Reads {
  const pool = new pg.Pool({
    connectionString: url, max: poolSize, connectionTimeoutMillis: 5_000, application_name: "sportello-hub reads",
    options: `-c default_transaction_read_only=on -c statement_timeout=${statementTimeoutMs} -c timezone=UTC`,
  });
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => undefined);
  return {
    async run(name, text, values, signal) {
      signal.throwIfAborted();
      const { rows } = await pool.query<[string | null]>({ name, text, values: values as unknown[], rowMode: "array" });
      return rows[0]?.[0] ?? null;
    },
    async alive() {
      const late = new Promise<false>(resolve => setTimeout(resolve, 1_000, false).unref());
      return Promise.race([pool.query("select 1").then(() => true, () => false), late]);
    },
    close: () => pool.end(),
  };
}
