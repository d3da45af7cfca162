import pg from "pg";

/**
 * Options of connections whose statements are planned once: an index leads to every row, and values are keys, so that
 * planning anew for each value finds nothing better. The pages that they touch are in memory, which the default price of
 * a random page does not know.
 */
export const planOnce = "-c plan_cache_mode=force_generic_plan -c random_page_cost=1.1 -c jit=off";

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
