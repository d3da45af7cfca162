import { type EntityMetadata, type EntityProperty, type MetadataStorage, ReferenceKind } from "@mikro-orm/core";
import type { EntityClass, Order } from "../../kernel/stored.ts";
import type { Caller } from "../caller.ts";
import { ownership } from "./ownership.ts";
import type { Branch, Leaf, PagedLeaf } from "./selection.ts";
import { name, Statement, text } from "./statement.ts";
import { narrow } from "./narrow.ts";
import { pageLimit, pageOf, type RawPage } from "./page.ts";

/** Turns the raw JSON of a statement into what the executor walks: connections get their page around their rows. */
export type Decode = (value: unknown) => unknown;

const asItIs: Decode = value => value;

/** Writes one statement for a branch of a query: every related row comes nested in the same answer. */
export class Compiler {
  readonly statement = new Statement();

  constructor(
    private readonly metadata: MetadataStorage,
    private readonly caller: Caller["kind"],
    /** The arguments of this run: their presence shapes the statement, their values are parameters. */
    private readonly args: readonly Readonly<Record<string, unknown>>[],
  ) {}

  /** `select … as o` of the rows of a branch that meet `conditions`. */
  rows(branch: Branch, conditions: (row: Row) => readonly string[], tail: { order?: Order; limit?: string; proved?: boolean } = {}): [sql: string, decode: Decode] {
    const meta = this.meta(branch.entity());
    const row = new Row(meta, this.statement.alias());
    const [object, decode] = this.object(branch, row);
    const where = [...conditions(row), ...this.guard(branch.entity(), row, tail.proved)].join(" and ");
    const order = tail.order ? ` order by ${tail.order.map(([property, direction]) => `${row.column(property)} ${direction}`).join(", ")}` : "";
    return [`select ${object} as o from ${row.from} where ${where}${order}${tail.limit ? ` limit ${tail.limit}` : ""}`, decode];
  }

  /** One page of a connection, with the count only where it was asked. */
  page(paged: PagedLeaf, conditions: (row: Row) => readonly string[]): [sql: string, decode: Decode] {
    const args = this.args[paged.index]!;
    const page = pageOf(paged.order, args);
    const narrowed = (row: Row) => [...conditions(row), ...narrow(this.statement, paged, args, row)];
    const [rows, decode] = this.rows(
      { ...paged.branch, cursor: page.order },
      row => [...narrowed(row), ...page.after(row, this.statement, paged.index)],
      { order: page.order, limit: this.statement.parameter(({ args: all }) => pageLimit(all[paged.index]!) + 1, "int") },
    );
    const parts = [`'rows', (select coalesce(json_agg(r.o), '[]'::json) from (${rows}) r)`];
    if (paged.counted) {
      const row = new Row(this.meta(paged.branch.entity()), this.statement.alias());
      const where = [...narrowed(row), ...this.guard(paged.branch.entity(), row)].join(" and ");
      parts.push(`'total', (select count(*) from ${row.from} where ${where})`);
    }
    return [`json_build_object(${parts.join(", ")})`, raw => page.decode(raw as RawPage, args, decode)];
  }

  /** The predicates that no plan can leave out: the administration's rows, and of these the caller's. */
  private guard(entity: EntityClass, row: Row, proved = false): string[] {
    const rules = ownership.get(entity);
    if (!rules) throw new Error(`${row.meta.className} is shown but nobody said whose rows are seen`);
    const rule = rules[this.caller];
    const mine = (value: keyof typeof ownValues) => this.statement.parameter(({ hub }) => Reflect.get(hub.caller, value), ownValues[value]);
    const administration = this.statement.parameter(({ hub }) => hub.administration.id, "uuid");
    const belongs = row.column("administration" in row.meta.properties ? "administration" : "id");
    if (proved) return [`${belongs} = ${administration}`];
    return [`${belongs} = ${administration}`, rule ? rule(row.column, mine) : "false"];
  }

  private object(branch: Branch, row: Row): [sql: string, decode: Decode] {
    const pairs: string[] = [];
    const decoders: [key: string, decode: Decode][] = [];
    for (const leaf of branch.leaves) {
      const [sql, decode] = this.leaf(leaf, branch, row);
      pairs.push(`${text(leaf.key)}, ${sql}`);
      if (decode !== asItIs) decoders.push([leaf.key, decode]);
    }
    if (branch.cursor) pairs.push(`'$cursor', json_build_array(${branch.cursor.map(([property]) => row.json(property)).join(", ")})`);
    if (branch.typename) pairs.push(`'__typename', ${branch.typename(row.column)}`);
    const sql = `json_build_object(${pairs.join(", ")})`;
    if (decoders.length === 0) return [sql, asItIs];
    return [sql, value => {
      const decoded = value as Record<string, unknown> | null;
      if (decoded) for (const [key, decode] of decoders) decoded[key] = decode(decoded[key]);
      return decoded;
    }];
  }

  private leaf(leaf: Leaf, branch: Branch, row: Row): [sql: string, decode: Decode] {
    switch (leaf.kind) {
      case "id": return [`${text(`${branch.idPrefix}_`)} || ${row.column("id")}`, asItIs];
      case "sql": return [leaf.sql(row.column), asItIs];
      case "column": return [row.json(leaf.property), asItIs];
      case "related": return this.related(leaf, row);
      case "paged": {
        const { mappedBy } = row.property(leaf.property!);
        const [sql, decode] = this.page(leaf, child => [`${child.column(mappedBy)} = ${row.column("id")}`]);
        return [`(select ${sql})`, decode];
      }
    }
  }

  private related({ branch, order, property: relation }: Extract<Leaf, { kind: "related" }>, row: Row): [sql: string, decode: Decode] {
    const property = row.property(relation);
    switch (property.kind) {
      case ReferenceKind.MANY_TO_ONE: {
        const [sql, decode] = this.rows(branch, child => [`${child.column("id")} = ${row.column(relation)}`]);
        return [`(${sql})`, decode];
      }
      case ReferenceKind.ONE_TO_MANY:
        return this.list(branch, child => [`${child.column(property.mappedBy)} = ${row.column("id")}`], order);
      case ReferenceKind.MANY_TO_MANY: {
        const near = property.joinColumns[0]!;
        const far = property.inverseJoinColumns[0]!;
        const pivot = name(property.pivotTable);
        return this.list(branch, child => [`${child.column("id")} in (select j.${name(far)} from ${pivot} j where j.${name(near)} = ${row.column("id")})`], order);
      }
      default: throw new Error(`${property.name} is not a relation that can be shown`);
    }
  }

  private list(branch: Branch, conditions: (row: Row) => string[], order: Order | undefined): [sql: string, decode: Decode] {
    const [rows, decode] = this.rows(branch, conditions, order ? { order } : {});
    return [
      `(select coalesce(json_agg(r.o), '[]'::json) from (${rows}) r)`,
      decode === asItIs ? asItIs : value => (value as unknown[]).map(decode),
    ];
  }

  private meta(entity: EntityClass): EntityMetadata {
    return this.metadata.get(entity as never) as EntityMetadata;
  }
}

/** The values of a caller that ownership rules compare with, and their SQL types. */
const ownValues = { citizenId: "uuid", officeIds: "uuid[]", partnerId: "uuid", subjectKey: "text" } as const;

/** One row of a statement: its table under the name that it has there. */
export class Row {
  constructor(readonly meta: EntityMetadata, private readonly alias: string) {}

  /** The table, named. */
  get from(): string {
    return `${name(this.meta.tableName)} ${this.alias}`;
  }

  /** The column of a property. */
  readonly column = (property: string): string => `${this.alias}.${name(this.property(property).fieldNames[0]!)}`;

  /** The SQL type of a property. */
  type(property: string): string {
    return this.property(property).columnTypes[0]!;
  }

  /** A column as JSON shows it: instants in UTC with milliseconds, big integers as text, the rest as PostgreSQL writes it. */
  json(property: string): string {
    const type = this.type(property);
    if (type.startsWith("timestamptz")) return `to_char(${this.column(property)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    return type === "bigint" ? `${this.column(property)}::text` : this.column(property);
  }

  /** What the ORM knows of a property. A type that names none stops the hub at the schema guard. */
  property(property: string): EntityProperty {
    const found: EntityProperty | undefined = this.meta.properties[property as never];
    if (!found) throw new Error(`${this.meta.className} has no property ${property}`);
    return found;
  }
}
