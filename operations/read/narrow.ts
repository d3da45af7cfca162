import { isInputObjectType } from "graphql";
import type { Narrowing, Planned } from "../../kernel/stored.ts";
import type { Row } from "./row.ts";
import type { PagedLeaf } from "./selection.ts";
import type { Statement } from "./statement.ts";

/** The predicates of a connection's `filter` argument: one for each of its fields that was given a value. */
export function narrow(statement: Statement, paged: PagedLeaf, args: Readonly<Record<string, unknown>>, row: Row): string[] {
  const filter = args["filter"] as Readonly<Record<string, unknown>> | null | undefined;
  if (!filter || !isInputObjectType(paged.filter)) return [];
  const fields = paged.filter.getFields();
  return Object.keys(filter).filter(key => filter[key] !== null && filter[key] !== undefined).map(key => {
    const narrowing = (fields[key]!.extensions as Planned).narrows!;
    const value = (cast: string) => statement.parameter(({ args: all }) => (all[paged.index]!["filter"] as Record<string, unknown>)[key], cast);
    return predicate(narrowing, row.column(narrowing.property), row.type(narrowing.property), value);
  });
}

function predicate({ by }: Narrowing, column: string, type: string, value: (cast: string) => string): string {
  switch (by) {
    case "equals": return `${column} = ${value(type)}`;
    case "in": return `${column} = any(${value(`${type}[]`)})`;
    case "from": return `${column} >= ${value(type)}`;
    case "before": return `${column} < ${value(type)}`;
    // The text is looked for as it stands: position() knows no wildcards to escape.
    case "contains": return `position(lower(${value("text")}) in lower(${column})) > 0`;
  }
}
