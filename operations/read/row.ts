import type { EntityMetadata, EntityProperty } from "@mikro-orm/core";
import { name } from "../sql.ts";

/** One row of a statement: its table, under the name that it has there. */
export class Row {
  private readonly used = new Set<string>();

  constructor(readonly meta: EntityMetadata, readonly alias: string) {}

  /** The table, quoted. */
  get table(): string {
    return name(this.meta.tableName);
  }

  /** The column of a property. */
  readonly column = (property: string): string => {
    const column = `${this.alias}.${name(this.property(property).fieldNames[0]!)}`;
    this.used.add(column);
    return column;
  };

  /** Every column that was spoken of so far: what has to be selected for them to be spoken of outside. */
  get columns(): string {
    return [...this.used].join(", ") || "1";
  }

  /** The SQL type of a property. */
  type(property: string): string {
    return this.property(property).columnTypes[0]!;
  }

  /** A column as JSON carries it: big integers as text, the rest as PostgreSQL writes it. */
  json(property: string): string {
    return this.type(property) === "bigint" ? `${this.column(property)}::text` : this.column(property);
  }

  /** Whether a property is an instant, which PostgreSQL writes otherwise than the graph. */
  isInstant(property: string): boolean {
    return this.type(property).startsWith("timestamptz");
  }

  /** What the ORM knows of a property. A type that names none stops the hub at the schema guard. */
  property(property: string): EntityProperty {
    const found: EntityProperty | undefined = this.meta.properties[property as never];
    if (!found) throw new Error(`${this.meta.className} has no property ${property}`);
    return found;
  }
}
