import { problem } from "../../entities/problem.ts";
import type { Order } from "../../kernel/stored.ts";
import type { Decode, Row } from "./compile.ts";
import type { Statement } from "./statement.ts";

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

/** A page as the statement answers it: one row more than asked, when there are more. */
export interface RawPage {
  readonly rows: Record<string, unknown>[];
  readonly total?: number;
}

/** Reading a page in one direction of a total order, and making the connection of its rows. */
export function pageOf(declared: Order, args: Args): {
  order: Order;
  after(row: Row, statement: Statement, index: number): string[];
  decode(raw: RawPage, args: Args, node: Decode): unknown;
} {
  const backward = typeof args["last"] === "number";
  const key = backward ? "before" : "after";
  const total: Order = [...declared, ["id", declared.at(-1)?.[1] ?? "asc"]];
  const order: Order = backward ? total.map(([property, direction]) => [property, direction === "asc" ? "desc" : "asc"]) : total;

  return {
    order,
    after(row, statement, index) {
      if (args[key] === undefined || args[key] === null) return [];
      const values = order.map(([property], place) =>
        statement.parameter(({ args: all }) => readCursor(all[index]![key] as string, order.length, key)[place], row.type(property)));
      // Directions may differ from column to column, so that a row comparison does not do.
      const steps = order.map(([property, direction], place) => {
        const equal = order.slice(0, place).map(([before], at) => `${row.column(before)} = ${values[at]}`);
        return `(${[...equal, `${row.column(property)} ${direction === "asc" ? ">" : "<"} ${values[place]}`].join(" and ")})`;
      });
      return [`(${steps.join(" or ")})`];
    },
    decode({ rows, total }, given, node) {
      const size = pageLimit(given);
      const more = rows.length > size;
      const page = more ? rows.slice(0, size) : rows;
      if (backward) page.reverse();
      const edges = page.map(row => ({ cursor: writeCursor(row["$cursor"] as unknown[]), node: node(row) }));
      const continued = given[key] !== undefined && given[key] !== null;
      return {
        edges,
        nodes: edges.map(edge => edge.node),
        totalCount: total,
        pageInfo: {
          hasNextPage: backward ? continued : more,
          hasPreviousPage: backward ? more : continued,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        },
      };
    },
  };
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
