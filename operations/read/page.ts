import { problem } from "../../entities/problem.ts";
import type { Order } from "../../kernel/stored.ts";
import type { Row } from "./row.ts";
import type { PagedLeaf } from "./selection.ts";
import type { Rows } from "./shape.ts";
import type { Run, Statement } from "./statement.ts";

/** The most rows that one page of a connection may hold. */
export const maximumPage = 100;

type Args = Readonly<Record<string, unknown>>;

/** How many rows a page asks for. Refuses a size outside 1–100, and both directions at once. */
export function pageLimit(args: Args): number {
  const { first, last } = args;
  if (typeof first === "number" && typeof last === "number") throw problem("INVALID_INPUT", { path: ["last"], reason: "ONE_DIRECTION" });
  const size = (first ?? last ?? 20) as number;
  if (size < 1 || size > maximumPage) throw problem("INVALID_INPUT", { path: [typeof last === "number" ? "last" : "first"], reason: "PAGE_SIZE" });
  return size;
}

/** Reading pages of one list in one direction of a total order, and making connections of their rows. */
export interface Page {
  readonly order: Order;
  /** The predicates that let a page begin after its cursor. */
  after(row: Row, statement: Statement): string[];
  /** The connection of a page's rows: they are one more than asked when the list goes on. */
  connection(rows: Rows, total: unknown, run: Run): unknown;
}

/** How the pages of a connection are read; `args` tells the direction by which arguments there are, not by their values. */
export function pageOf({ order: declared, index, edges: asked }: PagedLeaf, args: Args): Page {
  const backward = typeof args["last"] === "number";
  const key = backward ? "before" : "after";
  const total: Order = [...declared, ["id", declared.at(-1)?.[1] ?? "asc"]];
  const order: Order = backward ? total.map(([property, direction]) => [property, direction === "asc" ? "desc" : "asc"]) : total;

  return {
    order,
    after(row, statement) {
      if (args[key] === undefined || args[key] === null) return [];
      const values = order.map(([property], place) =>
        statement.parameter(({ args: all }) => readCursor(all[index]![key] as string, order.length, key)[place], row.type(property)));
      return [beyond(order, row, values)];
    },
    connection({ rows, cursor }, totalCount, { args: all }) {
      const given = all[index]!;
      const size = pageLimit(given);
      const more = rows.length > size;
      const nodes = more ? rows.slice(0, size) : rows;
      if (backward) nodes.reverse();
      const cursorAt = (place: number): string | null => (nodes.length === 0 ? null : writeCursor(cursor(backward ? nodes.length - 1 - place : place)));
      const continued = given[key] !== undefined && given[key] !== null;
      return {
        nodes, totalCount, ...(asked ? { edges: nodes.map((node, place) => ({ node, cursor: cursorAt(place) })) } : {}),
        pageInfo: { hasNextPage: backward ? continued : more, hasPreviousPage: backward ? more : continued, startCursor: cursorAt(0), endCursor: cursorAt(nodes.length - 1) },
      };
    },
  };
}

/** The rows beyond a place in an order. */
function beyond(order: Order, row: Row, values: readonly string[]): string {
  const [[, first]] = order as [Order[number]];
  const columns = order.map(([property]) => row.column(property));
  const sign = (direction: "asc" | "desc"): string => (direction === "asc" ? ">" : "<");
  // One comparison of rows leads the index straight to the place, however deep it lies.
  if (order.every(([, direction]) => direction === first)) return `(${columns.join(", ")}) ${sign(first)} (${values.join(", ")})`;
  const steps = order.map(([, direction], place) => {
    const equal = columns.slice(0, place).map((column, at) => `${column} = ${values[at]}`);
    return `(${[...equal, `${columns[place]} ${sign(direction)} ${values[place]}`].join(" and ")})`;
  });
  return `(${steps.join(" or ")})`;
}

const writeCursor = (values: readonly unknown[]): string => Buffer.from(JSON.stringify(values)).toString("base64url");

function readCursor(cursor: string, length: number, path: string): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(values) && values.length === length && values.every(value => ["string", "number"].includes(typeof value))) return values;
  } catch {
    // Falls through to the one answer for every cursor that is not ours.
  }
  throw problem("INVALID_INPUT", { path: [path], reason: "CURSOR" });
}
