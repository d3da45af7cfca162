import type { RunChange } from "../../operations/run-change.ts";
import { connectionsOf, type Connections } from "./connections.ts";
import type { DatabaseOptions } from "./orm.ts";
import { openPool, planOnce } from "./pool.ts";

/** The connections for changes that are one statement each: what the node sends to the station, and the register of accesses. */
export interface Changes {
  /** Runs a prepared statement that is a whole transaction. */
  readonly run: RunChange;
  connections(): Connections;
  close(): Promise<void>;
}

/** Most of them at once: they wait for the disk together, and more would only wait for each other. */
const most = 8;

/** The longest that a receipt waits for its turn: the node waits 15 seconds, and comes again only after an hour. */
const patienceMs = 10_000;

/**
 * The plan is made once for a connection, perhaps while the tables are empty, and must still be good when they are not:
 * every row is found by a key, from the few that were found before it, and never by reading a table.
 */
const planning = `${planOnce} -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off`;

/**
 * Opens a pool of their own: receipts do not queue behind what people do at the counter, and each statement is planned
 * once for a connection, for its values are keys.
 */
export function openChanges({ url, poolSize, statementTimeoutMs }: DatabaseOptions): Changes {
  const pool = openPool({
    connectionString: url, max: Math.min(poolSize, most), application_name: "sportello-hub changes", connectionTimeoutMillis: patienceMs,
    options: `-c statement_timeout=${statementTimeoutMs} -c timezone=UTC ${planning}`,
  });
  return {
    async run(name, text, values) {
      const { rows } = await pool.query<[string | null]>({ name, text, values: values as unknown[], rowMode: "array" });
      return rows[0]?.[0] ?? null;
    },
    connections: () => connectionsOf(pool),
    close: () => pool.end(),
  };
}
