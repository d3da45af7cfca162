import { DriverException, type EntityMetadata, type EntityName } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { problem } from "../entities/problem.ts";
import { name } from "./sql.ts";

/** A statement that ends so is the last of its transaction: whoever sends it sends the commit along. */
export const andCommit = "/* and commit */";

const divisionByZero = "22012";

/** A value as a column keeps it; an object is kept as JSON. */
type Value = string | number | boolean | Date | object | null;

/** Values by the names of an entity's properties. */
export type Values = Readonly<Record<string, Value>>;

/** A row that may be changed until the transaction ends: `changed` says then what of it was. */
interface Changing {
  readonly meta: EntityMetadata;
  readonly id: string;
  readonly version: number;
  readonly changed: () => Values;
}

/**
 * What a mutation writes of itself, kept until its end and then written by one statement: its record, what happened, and
 * the row that it was about. The unit of work of the ORM would ask one statement for each, and work longer on each than
 * PostgreSQL does.
 */
export class Writes {
  private readonly created = new Map<EntityMetadata, Values[]>();
  private readonly changing: Changing[] = [];

  constructor(private readonly em: EntityManager) {}

  /** Adds a row, of which every value is given that has no default of the table's. */
  create<Entity extends object>(entity: EntityName<Entity>, values: Values): void {
    const meta = this.em.getMetadata().get<Entity>(entity) as EntityMetadata;
    this.created.set(meta, [...(this.created.get(meta) ?? []), values]);
  }

  /** Watches over a row that was locked: it must be written where it was changed. */
  watch(row: Changing): void {
    this.changing.push(row);
  }

  /** Writes all of it and commits: nothing can follow in the transaction. Throws CHANGED_MEANWHILE, and nothing is kept, when a row is not what it was. */
  async writeAndCommit(): Promise<void> {
    const values: Value[] = [];
    const steps = [...this.created].map(([meta, rows]) => insertOf(meta, rows, values));
    const changes = this.changing.map(row => ({ ...row, values: row.changed() })).filter(row => Object.keys(row.values).length > 0);
    for (const change of changes) steps.push(updateOf(change, values));
    if (steps.length === 0) return;
    const found = changes.map((_, index) => `(select count(*) from w${steps.length - changes.length + index})`);
    // The commit is on its way already when the answer comes: what must not be kept has to fail.
    const all = changes.length > 0 ? `select 1 / case when ${found.join(" + ")} = ${changes.length} then 1 else 0 end` : "select 1";
    try {
      await this.em.execute(`with ${steps.map((step, index) => `w${index} as (${step})`).join(", ")} ${all} ${andCommit}`, values);
    } catch (error) {
      throw error instanceof DriverException && error.code === divisionByZero ? problem("CHANGED_MEANWHILE", { cause: error }) : error;
    }
  }
}

const columnOf = ({ properties }: EntityMetadata, property: string): string => name(properties[property]!.fieldNames[0]!);

/** A value on its way to a placeholder. */
const kept = (value: Value): Value => (value === null || typeof value !== "object" || value instanceof Date ? value : JSON.stringify(value));

function insertOf(meta: EntityMetadata, rows: readonly Values[], values: Value[]): string {
  const properties = Object.keys(rows[0]!);
  for (const row of rows) values.push(...properties.map(property => kept(row[property]!)));
  const places = `(${properties.map(() => "?").join(", ")})`;
  return `insert into ${name(meta.tableName)} (${properties.map(property => columnOf(meta, property)).join(", ")}) values ${rows.map(() => places).join(", ")}`;
}

function updateOf({ meta, id, version, values: changed }: Changing & { readonly values: Values }, values: Value[]): string {
  const sets = Object.entries(changed).map(([property, value]) => {
    values.push(kept(value));
    return `${columnOf(meta, property)} = ?`;
  });
  values.push(id, version);
  return `update ${name(meta.tableName)} set ${sets.join(", ")}, "version" = "version" + 1 where "id" = ? and "version" = ? returning 1`;
}

const collected = new WeakMap<EntityManager, Writes>();

/** What the transaction of a mutation will have written at its end; undefined in other transactions, which the ORM writes alone. */
export const writesOf = (em: EntityManager): Writes | undefined => collected.get(em);

/** Begins to collect what a transaction writes. */
export function collectWrites(em: EntityManager): Writes {
  const writes = new Writes(em);
  collected.set(em, writes);
  return writes;
}
