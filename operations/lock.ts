import type { EntityName, EntityProperty } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { name } from "./read/statement.ts";

/**
 * The row whose properties have these values, locked for the rest of the transaction so that a decision on its state
 * holds; null when there is none. It becomes an entity like any other; only the statement is not left to the ORM, whose
 * query builder takes longer to write it than PostgreSQL to answer.
 */
export async function lockOne<Entity extends object>(em: EntityManager, entity: EntityName<Entity>, where: Readonly<Record<string, string | null>>): Promise<Entity | null> {
  const { tableName, properties } = em.getMetadata().get<Entity>(entity);
  const column = (key: string): string => name((properties as Record<string, EntityProperty>)[key]!.fieldNames[0]!);
  const conditions = Object.entries(where).map(([key, value]) => `${column(key)} ${value === null ? "is null" : "= ?"}`);
  const [row] = await em.execute<Record<string, unknown>[]>(`select * from ${name(tableName)} where ${conditions.join(" and ")} for update`, Object.values(where).filter(value => value !== null));
  return row ? em.map(entity, row as never) : null;
}
