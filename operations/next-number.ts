import type { EntityManager } from "@mikro-orm/postgresql";

/**
 * The next number of a series, from 1, without gaps: the row stays locked until the transaction ends, and a rollback
 * gives the number back. Take it as late in the transaction as possible, for others wait.
 */
export async function nextNumber(em: EntityManager, key: string): Promise<bigint> {
  const [row] = await em.execute<{ value: string }[]>(
    `insert into "counter" as c ("key", "value") values (?, 1) on conflict ("key") do update set "value" = c."value" + 1 returning "value"`, [key],
  );
  return BigInt(row!.value);
}
