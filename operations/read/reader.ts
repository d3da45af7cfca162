import type { MetadataStorage } from "@mikro-orm/core";
import type { Hub } from "../hub.ts";
import { Compiler } from "./compile.ts";
import type { Row } from "./row.ts";
import { storedTypeOf, Walk, type Branch, type FieldInfo } from "./selection.ts";
import type { Columns } from "./shape.ts";
import type { Run, Source } from "./statement.ts";

/** Runs one read-only statement and gives the only column of its first row. */
export type RunStatement = (name: string, text: string, values: readonly unknown[], signal: AbortSignal) => Promise<string | null>;

interface Plan {
  readonly name: string;
  readonly text: string;
  readonly sources: readonly Source[];
  readonly read: (answer: string) => Columns[];
  readonly show: Show;
}

/** Makes what the executor walks of what a statement answered. */
type Show = (answer: readonly Columns[], run: Run) => unknown;

type Where = Readonly<Record<string, unknown>>;

/** Plans already made, by the field that asked and the shape of what it asked: documents are cached, so their fields last. */
export class Plans {
  private readonly byField = new WeakMap<object, Map<string, Plan>>();
  private made = 0;

  constructor(private readonly metadata: MetadataStorage, private readonly run: RunStatement) {}

  /**
   * Reads what a field asked for: one row, or null. `proved` says that the operation itself made sure that the row is the
   * caller's, for those who own rows by something else than who they are.
   */
  async one(hub: Hub, info: FieldInfo, where: Where, { proved = false }: { proved?: boolean } = {}): Promise<unknown> {
    return this.read(hub, info, where, `one${proved ? "!" : ""}`, walk => oneRow(walk.branch(), where, proved));
  }

  /** Reads the row of a global id, of whichever type its prefix says; null when there is no such type in the caller's slice. */
  async node(hub: Hub, info: FieldInfo, prefix: string, id: string): Promise<unknown> {
    const type = storedTypeOf(info.schema, prefix);
    if (!type) return null;
    const row = await this.read(hub, info, { id }, `node ${prefix}`, walk => oneRow(walk.branchOfType(type), { id }, false));
    // A table that keeps one type has no column to tell it.
    return row === null ? null : { __typename: type.name, ...(row as object) };
  }

  /** Reads what a field asked for: every row that meets `where`, in order. For lists that cannot grow. */
  async list(hub: Hub, info: FieldInfo, where: Where, order: readonly (readonly [string, "asc" | "desc"])[]): Promise<unknown[]> {
    return (await this.read(hub, info, where, "list", walk => {
      const branch = walk.branch();
      return compiler => {
        const rows = compiler.rows(branch, { conditions: row => equalities(compiler, where, row), order });
        return (answer, run) => rows(answer, run).rows;
      };
    })) as unknown[];
  }

  /** Reads what a field asked for: one page of a connection. */
  async page(hub: Hub, info: FieldInfo, where: Where): Promise<unknown> {
    return this.read(hub, info, where, "page", walk => {
      const paged = walk.page();
      return compiler => compiler.page(paged, row => equalities(compiler, where, row));
    });
  }

  private async read(hub: Hub, info: FieldInfo, where: Where, mode: string, plan: (walk: Walk) => (compiler: Compiler) => Show): Promise<unknown> {
    const walk = new Walk(info);
    const compile = plan(walk);
    const shape = `${mode}|${hub.caller.kind}|${Object.keys(where).map(key => `${key}${Array.isArray(where[key]) ? "*" : ""}`).join()}|${conditions(info)}|${walk.args.map(shapeOf).join("|")}`;
    const plans = this.byField.get(info.fieldNodes[0]!) ?? new Map<string, Plan>();
    this.byField.set(info.fieldNodes[0]!, plans);
    let found = plans.get(shape);
    if (!found) {
      const compiler = new Compiler(this.metadata, hub.caller.kind, walk.args);
      const show = compile(compiler);
      this.made += 1;
      found = { name: `plan_${this.made}`, text: compiler.text, sources: compiler.statement.sources, read: compiler.read, show };
      plans.set(shape, found);
    }
    const run: Run = { hub, args: walk.args, where };
    const answer = await this.run(found.name, found.text, found.sources.map(source => source(run)), hub.signal);
    return answer === null ? null : found.show(found.read(answer), run);
  }
}

const oneRow = (branch: Branch, where: Where, proved: boolean) => (compiler: Compiler): Show => {
  const rows = compiler.rows(branch, { conditions: row => equalities(compiler, where, row), limit: "1", proved });
  return (answer, run) => rows(answer, run).rows[0] ?? null;
};

const equalities = (compiler: Compiler, where: Where, row: Row): string[] =>
  Object.keys(where).map(key => {
    const value = ({ where: given }: Run) => given[key];
    const several = Array.isArray(where[key]);
    const parameter = compiler.statement.parameter(value, several ? `${row.type(key)}[]` : row.type(key));
    return `${row.column(key)} = ${several ? `any(${parameter})` : parameter}`;
  });

/** Which arguments were given, not what they were: that alone shapes the statement. */
const shapeOf = (args: Readonly<Record<string, unknown>>): string => {
  const given = (values: Readonly<Record<string, unknown>>) => Object.keys(values).filter(key => values[key] !== null && values[key] !== undefined);
  const filter = args["filter"] as Readonly<Record<string, unknown>> | null | undefined;
  return `${given(args).join()};${filter ? given(filter).join() : ""}`;
};

/** The values of Boolean variables: they may stand in @skip and @include. */
const conditions = ({ variableValues }: FieldInfo): string =>
  Object.entries(variableValues).filter(([, value]) => typeof value === "boolean").map(([key, value]) => `${key}=${String(value)}`).join();
