import { ReferenceKind, type EntityMetadata, type EntityName, type EntityProperty } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { remembered } from "../kernel/remember.ts";
import { name } from "./sql.ts";
import { writesOf, type Values } from "./writes.ts";

type Where = Readonly<Record<string, string | null>>;
type Columns = Readonly<Record<string, unknown>>;

/**
 * The row whose properties have these values, locked for the rest of the transaction so that a decision on its state
 * holds; null when there is none. It becomes an entity like any other; only the statement is not left to the ORM, whose
 * query builder takes longer to write it than PostgreSQL to answer.
 */
export async function lockOne<Entity extends object>(em: EntityManager, entity: EntityName<Entity>, where: Where): Promise<Entity | null> {
  const row = await lockRow(em, em.getMetadata().get<Entity>(entity), where);
  return row && em.map(entity, row as never);
}

/**
 * The same for a mutation that changes this one row by a verb of its entity: an object with the row's values and the
 * verbs, of which the ORM knows nothing. What a verb changes is written at the end with all else that the mutation
 * writes of itself (`Writes`). Rows that it refers to are known by their ids alone. Of use within `once` only.
 */
export async function takeOne<Entity extends { id: string; version: number }>(em: EntityManager, entity: EntityName<Entity>, where: Where): Promise<Entity | null> {
  const writes = writesOf(em);
  if (!writes) throw new Error("a row is taken in the transaction of a mutation");
  const meta = em.getMetadata().get<Entity>(entity) as EntityMetadata;
  const row = await lockRow(em, meta, where);
  if (!row) return null;
  const { verbs, fields } = shapeOf(meta);
  const taken = Object.create(verbs) as Record<string, unknown>;
  for (const { property, column, read } of fields) taken[property] = read(row[column]);
  const before = { ...taken };
  writes.watch({ meta, id: before["id"] as string, version: before["version"] as number, changed: () => difference(before, taken) });
  return taken as Entity;
}

async function lockRow(em: EntityManager, { tableName, properties }: Pick<EntityMetadata, "tableName" | "properties">, where: Where): Promise<Columns | null> {
  const conditions = Object.entries(where).map(([key, value]) => `${name(properties[key]!.fieldNames[0]!)} ${value === null ? "is null" : "= ?"}`);
  const [row] = await em.execute<Columns[]>(`select * from ${name(tableName)} where ${conditions.join(" and ")} for update`, Object.values(where).filter(value => value !== null));
  return row ?? null;
}

/** Those values that are others than before. */
function difference(before: Columns, now: Columns): Values {
  const changed: Record<string, Values[string]> = {};
  for (const [property, value] of Object.entries(now)) if (value !== before[property]) changed[property] = value as Values[string];
  return changed;
}

/** How a row becomes an object: its verbs, and where each value comes from. */
interface Shape {
  readonly verbs: object;
  readonly fields: readonly { readonly property: string; readonly column: string; readonly read: (value: unknown) => unknown }[];
}

const shapeOf = remembered((meta: EntityMetadata): Shape => {
  // The ORM watches over each property of its entities; of the class nothing is taken but the methods.
  const methods = Object.entries(Object.getOwnPropertyDescriptors(meta.class.prototype as object)).filter(([key, { value }]) => typeof value === "function" && key !== "constructor");
  const fields = meta.props.filter(({ fieldNames, persist }) => fieldNames?.length === 1 && persist !== false).map(property => ({ property: property.name, column: property.fieldNames[0]!, read: readerOf(property) }));
  return { verbs: Object.defineProperties({}, Object.fromEntries(methods)), fields };
});

/** How a value of a column becomes that of its property. */
function readerOf({ kind, runtimeType }: EntityProperty): (value: unknown) => unknown {
  const read = kind !== ReferenceKind.SCALAR ? (id: unknown) => ({ id }) : runtimeType === "Date" ? (text: unknown) => new Date(text as string) : undefined;
  return read ? value => (value === null ? null : read(value)) : value => value;
}
