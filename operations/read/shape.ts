import type { Page } from "./page.ts";
import type { Run } from "./statement.ts";

/** What a statement answers of one level: its columns, each a list with the values of all rows, or null where there are no rows. */
export type Columns = (unknown[] | null)[];

/** How the rows of a level become the objects that the executor walks. */
export interface Shape {
  /** Where the level stands in the answer. */
  readonly level: number;
  /** The column of each field. */
  readonly fields: (readonly [key: string, column: number])[];
  /** Rows that stand beside these in the same level: there is one where the column `exists` says so. */
  readonly ones: { readonly key: string; readonly exists: number; readonly shape: Shape }[];
  /** Rows of a level of their own, whose first column numbers the row to which they belong, from 1. */
  readonly lists: { readonly key: string; readonly shape: Shape; readonly page?: Page; readonly total?: number }[];
  /** The columns that make a row's cursor. */
  readonly cursor: number[];
}

/** Some rows of a level, one after the other. */
export interface Rows {
  readonly rows: Record<string, unknown>[];
  /** The values that make the cursor of a row. */
  readonly cursor: (place: number) => unknown[];
}

/** All rows of a level that hangs on no other. */
export function allRows(answer: readonly Columns[], shape: Shape, run: Run): Rows {
  const count = answer[shape.level]![0]?.length ?? 0;
  const build = builderOf(answer, shape, run);
  return { rows: Array.from({ length: count }, (_, index) => build(index)), cursor: place => cursorOf(answer, shape, place) };
}

/** Makes the objects of a level, which must be asked for in order: what belongs to them is taken from its own level in that order. */
function builderOf(answer: readonly Columns[], shape: Shape, run: Run): (index: number) => Record<string, unknown> {
  const columns = answer[shape.level]!;
  const ones = shape.ones.map(one => ({ key: one.key, exists: columns[one.exists], build: builderOf(answer, one.shape, run) }));
  const lists = shape.lists.map(list => ({ ...list, take: takerOf(answer, list.shape, run) }));
  return index => {
    const row: Record<string, unknown> = {};
    for (const [key, column] of shape.fields) row[key] = columns[column]![index];
    for (const { key, exists, build } of ones) row[key] = exists![index] === true ? build(index) : null;
    for (const { key, take, page, total } of lists) {
      const belonging = take(index + 1);
      row[key] = page ? page.connection(belonging, total === undefined ? undefined : columns[total]![index], run) : belonging.rows;
    }
    return row;
  };
}

/** Takes the rows that belong to one row after the other. */
function takerOf(answer: readonly Columns[], shape: Shape, run: Run): (parent: number) => Rows {
  const parents = answer[shape.level]![0] ?? [];
  const build = builderOf(answer, shape, run);
  let next = 0;
  return parent => {
    const first = next;
    const rows: Record<string, unknown>[] = [];
    for (; parents[next] === parent; next += 1) rows.push(build(next));
    return { rows, cursor: place => cursorOf(answer, shape, first + place) };
  };
}

const cursorOf = (answer: readonly Columns[], { level, cursor }: Shape, index: number): unknown[] => cursor.map(column => answer[level]![column]![index]);

/** An instant as the graph writes it, from how PostgreSQL does in UTC: `2026-11-23T08:30:00.5+00:00` is `2026-11-23T08:30:00.500Z`. */
export const instantOf = (written: unknown): unknown =>
  typeof written !== "string" ? written : written.length === 25 ? `${written.slice(0, 19)}.000Z` : `${written.slice(0, -6).padEnd(23, "0")}Z`;
