import type { Writable } from "node:stream";
import { isRaw } from "@mikro-orm/core";
import { PostgreSqlConnection, PostgreSqlDriver } from "@mikro-orm/postgresql";
import { CompiledQuery, type AbortableQueryOptions, type DatabaseConnection } from "kysely";
import pg from "pg";
import { andCommit } from "../../operations/writes.ts";

/** How many statements a connection may come to keep prepared: lists of values make many texts of one statement. */
const mostPrepared = 500;

/** How many values a statement may have that is kept prepared: one with more is about a list, and will hardly come again with one as long. */
const mostValues = 50;

/** What PostgreSQL answers to the beginning of a transaction, and to the end of one. */
const answered = (command: "BEGIN" | "COMMIT" | "ROLLBACK"): Promise<unknown> => Promise.resolve({ command, rowCount: null, rows: [] });

/**
 * A client that prepares whatever it is asked with values, and begins a transaction together with its first statement: one
 * that is over before it asked anything was never begun. It must be opened with `pipeline`, or would send the statement only
 * when it was told that the transaction has begun.
 */
export class PreparingClient extends pg.Client {
  private readonly names = new Map<string, string>();
  private begins = false;
  private committing: Promise<unknown> | undefined;

  override query(...args: unknown[]): never {
    const [text, values] = args;
    if (this.committing) return this.afterCommit(text) as never;
    if (typeof text === "string" && text.endsWith(andCommit)) return this.askAndCommit(args, text, values) as never;
    if (text === "begin") {
      this.begins = true;
      return answered("BEGIN") as never;
    }
    if (!this.begins) return this.ask(args, text, values);
    this.begins = false;
    if (text === "commit" || text === "rollback") return answered(text === "commit" ? "COMMIT" : "ROLLBACK") as never;
    // Where there is no transaction there is no answer either, so that nothing more is asked.
    return this.together(() => Promise.all([super.query("begin") as unknown as Promise<unknown>, this.ask(args, text, values) as Promise<unknown>])).then(([, answer]) => answer) as never;
  }

  private ask(args: unknown[], text: unknown, values: unknown): never {
    const name = typeof text === "string" && Array.isArray(values) && values.length > 0 && values.length <= mostValues ? this.nameOf(text) : undefined;
    return super.query(...((name === undefined ? args : [{ name, text, values }, ...args.slice(2)]) as [pg.QueryConfig])) as never;
  }

  /** Asks for the last time in a transaction. What is refused is not committed: PostgreSQL answers the commit with a rollback. */
  private askAndCommit(args: unknown[], text: unknown, values: unknown): Promise<unknown> {
    if (this.begins) {
      // The only statement of a transaction is one by itself.
      this.begins = false;
      this.committing = answered("COMMIT");
      return this.ask(args, text, values);
    }
    return this.together(() => {
      const asked = this.ask(args, text, values) as Promise<unknown>;
      this.committing = super.query("commit");
      // Whoever asks for the commit hears of it.
      this.committing.catch(() => undefined);
      return asked;
    });
  }

  /** How the commit ended that was sent before it was asked for. */
  private afterCommit(text: unknown): Promise<unknown> {
    const committed = this.committing!;
    this.committing = undefined;
    if (text === "commit") return committed;
    const ended = committed.catch(() => undefined);
    if (text === "rollback") return ended.then(() => answered("ROLLBACK"));
    return ended.then(() => Promise.reject(new Error("the transaction was committed with its last statement")));
  }

  /** Sends what is asked meanwhile in one piece. */
  private together<Result>(ask: () => Result): Result {
    const { stream } = (this as unknown as { readonly connection: { readonly stream: Writable } }).connection;
    stream.cork();
    try {
      return ask();
    } finally {
      stream.uncork();
    }
  }

  /** The name under which a text is prepared; undefined when there are so many that the connection's memory would suffer. */
  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= mostPrepared) return known;
    const name = `unit_${this.names.size + 1}`;
    this.names.set(text, name);
    return name;
  }
}

type Execute = PostgreSqlConnection["execute"];
type Asked = Parameters<Execute>;

/**
 * Sends what the ORM asks as a prepared statement and its values. By itself it would write the values into the text, so
 * that PostgreSQL parsed and planned every statement anew.
 */
class PreparingConnection extends PostgreSqlConnection {
  override async execute<Result extends Awaited<ReturnType<Execute>>>(...[query, params, method = "all", ctx, context]: Asked): Promise<Result> {
    const statement = parametrized(query, params);
    if (!statement) return super.execute<Result>(query, params, method, ctx, context);
    await this.ensureConnection();
    const asked = (ctx ?? this.getClient()) as ReturnType<typeof this.getClient>;
    return this.transformRawResult<Result>(await asked.executeQuery(CompiledQuery.raw(statement.text, statement.values), abortIn(context)), method);
  }
}

/** How a statement is given up, where the unit of work says when: the ORM hands it on beside what it would log. */
function abortIn(context: object | undefined): AbortableQueryOptions | undefined {
  const { signal, inflightQueryAbortStrategy } = (context ?? {}) as AbortableQueryOptions;
  return signal && { signal, ...(inflightQueryAbortStrategy ? { inflightQueryAbortStrategy } : {}) };
}

/**
 * Has a connection keep to itself how a statement ended that was given up: cancelled, mostly. Nobody waits for it any more,
 * and kysely, which has answered already, would write PostgreSQL's words to the terminal, values and all.
 */
export async function keepGivenUp(connection: DatabaseConnection): Promise<void> {
  const execute = connection.executeQuery.bind(connection);
  connection.executeQuery = async (query, options) => {
    try {
      return await execute(query, options);
    } catch (error) {
      if (options?.signal?.aborted) return { rows: [] };
      throw error;
    }
  };
}

/** The driver of the units of work. */
export class PreparingDriver extends PostgreSqlDriver {
  protected override readonly connection = new PreparingConnection(this.config);
}

/** A piece of SQL that stands where a value would, like the version of a row and one. */
const isPiece = (value: unknown): value is { readonly sql: string } => isRaw(value) && value.params.length === 0;

/** A statement with numbered placeholders and their values; undefined when it has none, or such as only the ORM can write. */
function parametrized(query: Asked[0], params: Asked[1]): { readonly text: string; readonly values: unknown[] } | undefined {
  const [text, given] = isRaw(query) ? [query.sql, query.params] : [query, params];
  if (typeof text !== "string" || !Array.isArray(given) || given.length === 0 || text.includes("??") || text.includes("\\?")) return undefined;
  const values: unknown[] = [];
  for (const value of given as readonly unknown[]) {
    if (isPiece(value)) continue;
    if (value instanceof Date) values.push(value.toISOString());
    else if (value === null || ["string", "number", "boolean", "bigint"].includes(typeof value)) values.push(value);
    else return undefined;
  }
  let place = 0;
  let number = 0;
  return { text: text.replaceAll("?", () => {
    const value: unknown = given[place++];
    return isPiece(value) ? value.sql : `$${(number += 1)}`;
  }), values };
}
