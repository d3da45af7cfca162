import { problem } from "../../entities/problem.ts";
import type { Order } from "../../kernel/stored.ts";
import type { Row } from "./row.ts";
import type { PagedLeaf } from "./selection.ts";
import type { Rows } from "./shape.ts";
import type { Run, Statement } from "./statement.ts";

/** The most rows that one page of a connection may hold. */
export const maximumPage = 100;

type Args = Readonly<Record<string, unknown>>;

const given = (value: unknown): boolean => value !== undefined && value !== null;

/** How many rows a page asks for. Refuses a size outside 1–100, and arguments of both directions at once. */
export function pageLimit(args: Args): number {
  const { first, last } = args;
  const other = given(last) ? ["first", "after"] : ["before"];
  const mixed = other.find(key => given(args[key]));
  if (mixed) throw problem("INVALID_INPUT", { path: [mixed === "first" ? "last" : mixed], reason: "ONE_DIRECTION" });
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
export function pageOf({ order: declared, index, edges: asked, branch }: PagedLeaf, args: Args): Page {
  const backward = typeof args["last"] === "number";
  const key = backward ? "before" : "after";
  const total: Order = [...declared, ["id", declared.at(-1)?.[1] ?? "asc"]];
  const list = branch.entity().name;
  const order: Order = backward ? total.map(([property, direction]) => [property, direction === "asc" ? "desc" : "asc"]) : total;

  return {
    order,
    after(row, statement) {
      if (!given(args[key])) return [];
      const types = order.map(([property]) => row.type(property));
      const values = types.map((type, place) => statement.parameter(({ args: all }) => readCursor(all[index]![key] as string, list, types, key)[place], type));
      return [beyond(order, row, values)];
    },
    connection({ rows, cursor }, totalCount, { args: all }) {
      const size = pageLimit(all[index]!);
      const more = rows.length > size;
      const nodes = more ? rows.slice(0, size) : rows;
      if (backward) nodes.reverse();
      const cursorAt = (place: number): string | null => (nodes.length === 0 ? null : writeCursor(list, cursor(backward ? nodes.length - 1 - place : place)));
      const continued = given(all[index]![key]);
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

/** A place in a list: of what, and the values that the order goes by. */
const writeCursor = (list: string, values: readonly unknown[]): string => Buffer.from(JSON.stringify([list, ...values])).toString("base64url");

/** The values of a cursor of ours; anybody can make one up, so each must be what its column takes. */
function readCursor(cursor: string, list: string, types: readonly string[], path: string): unknown[] {
  const [of, ...values] = listIn(cursor);
  if (of === list && values.length === types.length && types.every((type, place) => fits(values[place], type))) return values;
  throw problem("INVALID_INPUT", { path: [path], reason: "CURSOR" });
}

function listIn(cursor: string): unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}

function fits(value: unknown, type: string): boolean {
  if (type.startsWith("int")) return typeof value === "number" && (value | 0) === value;
  if (typeof value !== "string") return false;
  if (type === "uuid") return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
  if (type.startsWith("timestamptz")) return /^\d{4}-/.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value;
  return type === "text";
}
