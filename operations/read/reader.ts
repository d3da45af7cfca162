import type { MetadataStorage } from "@mikro-orm/core";
import type { FieldNode, GraphQLSchema } from "graphql";
import type { Hub } from "../hub.ts";
import { Compiler } from "./compile.ts";
import type { Row } from "./row.ts";
import { storedTypeOf, Walk, type Args, type Branch, type FieldInfo } from "./selection.ts";
import type { Columns } from "./shape.ts";
import type { Run, Source } from "./statement.ts";

/** Runs one read-only statement and gives the only column of its first row. */
export type RunStatement = (name: string, text: string, values: readonly unknown[], signal: AbortSignal) => Promise<string | null>;

interface Plan {
  /** Under which the statement is prepared; empty as long as it was asked for but once. */
  name: string;
  readonly text: string;
  readonly sources: readonly Source[];
  readonly read: (answer: string) => Columns[];
  readonly show: Show;
}

/** How many statements each connection may come to keep prepared: what has been prepared stays so. */
const mostPrepared = 1_000;

/** Makes what the executor walks of what a statement answered. */
type Show = (answer: readonly Columns[], run: Run) => unknown;

type Where = Readonly<Record<string, unknown>>;

/** A selection that was walked: what its variables say of arguments, and the plans for the arguments that were given so far. */
interface Walked {
  /** Null where nothing needs to be read. */
  readonly compile: ((compiler: Compiler) => Show) | null;
  readonly argumentsOf: (variables: Where) => Args[];
  readonly plans: Map<string, Plan>;
}

/** Selections already walked and plans already made, by the field that asked: documents are cached, so their fields last. */
export class Plans {
  private readonly walked = new WeakMap<FieldNode, WeakMap<GraphQLSchema, Map<string, Walked>>>();
  /** Names of prepared statements, by their texts: other documents may come to the same. */
  private readonly names = new Map<string, string>();

  constructor(private readonly metadata: MetadataStorage, private readonly run: RunStatement) {}

  /**
   * Reads what a field asked for: one row, or null. `proved` says that the operation itself made sure that the row is the
   * caller's, for those who own rows by something else than who they are.
   */
  async one(hub: Hub, info: FieldInfo, where: Where, { proved = false }: { proved?: boolean } = {}): Promise<unknown> {
    return this.read(hub, info, where, `one${proved ? "!" : ""}`, walk => oneRow(walk.branch(), where, proved));
  }

  /** Reads what a field asked for of the caller's own row, which is there, or they would be nobody: where nothing that it keeps is asked, nothing is read. */
  async self(hub: Hub, info: FieldInfo, where: Where): Promise<unknown> {
    return this.read(hub, info, where, "self", walk => {
      const branch = walk.branch();
      return branch.leaves.length > 0 ? oneRow(branch, where, false) : null;
    });
  }

  /** Reads the row of a global id, of whichever type its prefix says; null when there is no such type in the caller's slice. */
  async node(hub: Hub, info: FieldInfo, prefix: string, id: string): Promise<unknown> {
    const type = storedTypeOf(info, prefix);
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

  private async read(hub: Hub, info: FieldInfo, where: Where, mode: string, plan: (walk: Walk) => Walked["compile"]): Promise<unknown> {
    const { compile, argumentsOf, plans } = this.walk(info, `${mode}|${Object.keys(where).map(key => `${key}${Array.isArray(where[key]) ? "*" : ""}`).join()}|${conditions(info)}`, plan);
    if (!compile) return {};
    const args = argumentsOf(info.variableValues);
    const shape = `${hub.caller.kind}|${args.map(shapeOf).join("|")}`;
    let found = plans.get(shape);
    if (found) found.name ||= this.nameOf(found.text);
    else {
      const compiler = new Compiler(this.metadata, hub.caller.kind, args);
      const show = compile(compiler);
      found = { name: "", text: compiler.text, sources: compiler.statement.sources, read: compiler.read, show };
      plans.set(shape, found);
    }
    const run: Run = { hub, args, where };
    const answer = await this.run(found.name, found.text, found.sources.map(source => source(run)), hub.signal);
    return answer === null ? null : found.show(found.read(answer), run);
  }

  /** A name to prepare a statement under; none when there are so many that the connections' memory would suffer. */
  private nameOf(text: string): string {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= mostPrepared) return known ?? "";
    const name = `plan_${this.names.size + 1}`;
    this.names.set(text, name);
    return name;
  }

  /** Walks a selection, once for each way in which it is read and each outcome of its conditions. */
  private walk(info: FieldInfo, way: string, plan: (walk: Walk) => Walked["compile"]): Walked {
    const bySchema = this.walked.get(info.fieldNodes[0]!) ?? new WeakMap<GraphQLSchema, Map<string, Walked>>();
    this.walked.set(info.fieldNodes[0]!, bySchema);
    const byWay = bySchema.get(info.schema) ?? new Map<string, Walked>();
    bySchema.set(info.schema, byWay);
    const known = byWay.get(way);
    if (known) return known;
    const walk = new Walk(info);
    const walked = { compile: plan(walk), argumentsOf: walk.argumentsOf, plans: new Map<string, Plan>() };
    byWay.set(way, walked);
    return walked;
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
const shapeOf = (args: Args): string => {
  const given = (values: Readonly<Record<string, unknown>>) => Object.keys(values).filter(key => values[key] !== null && values[key] !== undefined);
  const filter = args["filter"] as Readonly<Record<string, unknown>> | null | undefined;
  return `${given(args).join()};${filter ? given(filter).join() : ""}`;
};

/** The values of Boolean variables: they may stand in @skip and @include. */
const conditions = ({ variableValues }: FieldInfo): string =>
  Object.entries(variableValues).filter(([, value]) => typeof value === "boolean").map(([key, value]) => `${key}=${String(value)}`).join();
