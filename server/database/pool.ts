import pg from "pg";

/**
 * Opens a pool whose connections may be lost at any moment, also while somebody holds one: whoever waits for a statement
 * is told by its rejection, and the pool replaces the connection. Without a listener of its own on every client, the end
 * of one that is held would end the process.
 */
export function openPool(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ connectionTimeoutMillis: 5_000, ...options });
  pool.on("error", () => undefined);
  pool.on("connect", client => client.on("error", () => undefined));
  return pool;
}
