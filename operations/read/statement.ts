import type { Hub } from "../hub.ts";

/** Where a parameter's value comes from when the statement is run: the caller, or the arguments of the request. */
export type Source = (run: Run) => unknown;

/** What one run of a statement reads its parameters from. */
export interface Run {
  readonly hub: Pick<Hub, "caller" | "administration">;
  /** Coerced arguments of the fields that have some, by the planner's number for the field. */
  readonly args: readonly Readonly<Record<string, unknown>>[];
  /** Conditions that the operation adds to the root rows. */
  readonly where: Readonly<Record<string, unknown>>;
}

/** The text and parameters of one SQL statement while it is written. */
export class Statement {
  readonly sources: Source[] = [];
  private readonly shared = new Map<string, string>();
  private aliases = 0;

  /** A placeholder whose value is read at each run. */
  parameter(source: Source, type: string): string {
    this.sources.push(source);
    return `$${this.sources.length}::${type}`;
  }

  /** A placeholder for a value that stands in several places of the statement under one name. */
  once(key: string, source: Source, type: string): string {
    const placeholder = this.shared.get(key) ?? this.parameter(source, type);
    this.shared.set(key, placeholder);
    return placeholder;
  }

  /** A name for a table that nothing else in the statement has. */
  alias(): string {
    this.aliases += 1;
    return `t${this.aliases}`;
  }
}
