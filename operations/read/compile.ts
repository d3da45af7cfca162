import { type MetadataStorage, ReferenceKind } from "@mikro-orm/core";
import type { EntityClass, Order } from "../../kernel/stored.ts";
import type { Caller } from "../caller.ts";
import { narrow } from "./narrow.ts";
import { ownership, type Among, type Mine } from "./ownership.ts";
import { maximumPage, pageLimit, pageOf, type Page } from "./page.ts";
import { Row } from "./row.ts";
import type { Branch, Leaf, PagedLeaf } from "./selection.ts";
import { allRows, instantOf, type Columns, type Rows, type Shape } from "./shape.ts";
import { name, text } from "../sql.ts";
import { Statement, type Run } from "./statement.ts";

type Conditions = (row: Row) => readonly string[];

/** Which rows a level has, and in which order. */
interface Wanted {
  readonly conditions: Conditions;
  readonly order?: Order;
  /** The placeholder of how many are asked. */
  readonly limit?: string;
  /** The operation itself made sure that the rows are the caller's. */
  readonly proved?: boolean;
  /** The level to which the rows belong, and a join of the tables through which. */
  readonly parent?: { readonly level: string; readonly single: boolean; readonly through?: (row: Row) => string };
}

/** The limit of a level that has one row at most: what hangs on it needs no join with it, and nothing of it has to be put in order. */
const oneRow = "1";

/** A level while it is written: the rows of one table, with columns of theirs and of rows that stand beside them. */
interface Level {
  readonly alias: string;
  readonly place: number;
  readonly single: boolean;
  readonly columns: string[];
  readonly joins: string[];
  /** What the levels that hang on this one find their rows by. */
  readonly keys: string[];
  /** Those levels, which are written after it. */
  readonly hanging: (() => void)[];
}

/**
 * Writes one statement for a branch of a query.
 *
 * Rows that are nested in the answer are flat in the statement: every place of the query that has many rows is a level,
 * whose rows name the row above by its number. A level is answered by columns, one JSON list for each: so PostgreSQL
 * looks up how a type is written once for a column, and not for every key and value of every object, which costs more
 * than finding the rows does. `shape.ts` makes the objects.
 */
export class Compiler {
  readonly statement = new Statement();
  private readonly levels: string[] = [];
  private readonly answers: string[] = [];
  private readonly instants: (readonly [level: number, column: number])[] = [];

  constructor(
    private readonly metadata: MetadataStorage,
    private readonly caller: Caller["kind"],
    /** The arguments of a run: which there are shapes the statement, their values are parameters. */
    private readonly args: readonly Readonly<Record<string, unknown>>[],
  ) {}

  /** The rows of a branch that meet conditions, with all that hangs on them. */
  rows(branch: Branch, wanted: Omit<Wanted, "parent">): (answer: readonly Columns[], run: Run) => Rows {
    const shape = this.level(branch, wanted);
    return (answer, run) => allRows(answer, shape, run);
  }

  /** One page of a connection, with the count only where it was asked. */
  page(paged: PagedLeaf, conditions: Conditions): (answer: readonly Columns[], run: Run) => unknown {
    const { page, branch, wanted } = this.paged(paged, conditions);
    const shape = this.level(branch, wanted);
    const counted = paged.counted ? this.answers.push(`select json_build_array(json_build_array((${this.count(paged, conditions)})))`) - 1 : undefined;
    return (answer, run) => page.connection(allRows(answer, shape, run), counted === undefined ? undefined : answer[counted]![0]![0], run);
  }

  /** The statement. Its only value is a JSON list with the columns of each level. */
  get text(): string {
    return `with ${this.levels.join(", ")} select ${listOf(this.answers.map(answer => `(${answer})`))}::text`;
  }

  /** Reads what the statement answered. */
  get read(): (answer: string) => Columns[] {
    const { instants } = this;
    return answer => {
      const levels = JSON.parse(answer) as Columns[];
      for (const [level, column] of instants) levels[level]![column] = levels[level]![column]?.map(instantOf) ?? null;
      return levels;
    };
  }

  private paged(paged: PagedLeaf, conditions: Conditions): { page: Page; branch: Branch; wanted: Wanted } {
    const args = this.args[paged.index]!;
    const page = pageOf(paged, args);
    return {
      page, branch: paged.cursors ? { ...paged.branch, cursor: page.order } : paged.branch,
      wanted: {
        conditions: row => [...conditions(row), ...narrow(this.statement, paged, args, row), ...page.after(row, this.statement)],
        order: page.order, limit: this.statement.parameter(({ args: all }) => pageLimit(all[paged.index]!) + 1, "int"),
      },
    };
  }

  private count(paged: PagedLeaf, conditions: Conditions): string {
    const row = this.newRow(paged.branch.entity());
    const where = [...conditions(row), ...narrow(this.statement, paged, this.args[paged.index]!, row), ...this.guard(row, paged.branch.entity())];
    return `select count(*) from ${row.table} ${row.alias} where ${where.join(" and ")}`;
  }

  /** Writes a level, and then those that hang on it. */
  private level(branch: Branch, wanted: Wanted): Shape {
    const row = this.newRow(branch.entity());
    const place = this.answers.push("") - 1;
    const level: Level = { alias: `l${place}`, place, single: wanted.limit === oneRow, columns: wanted.parent ? [`${row.alias}.p`] : [], joins: [], keys: [], hanging: [] };
    const shape = this.shape(branch, level, row);
    // Somebody may ask for nothing but whether there are rows.
    if (level.columns.length === 0) level.columns.push("true");

    const rows = this.base(branch.entity(), row, wanted);
    const numbered = level.joins.length > 0 || level.hanging.length > 0;
    const joined = [row.alias, ...level.joins].join(" ");
    const several = numbered ? `(select row_number() over () as i, b.* from (${rows}) b) ${joined} order by ${row.alias}.i` : `(${rows}) ${row.alias}`;
    const from = level.single ? `(select 1 as i, b.* from (${rows}) b) ${joined}` : several;
    const shown = [...level.columns.map((column, index) => `${column} as c${index}`), ...(level.hanging.length > 0 ? [`${row.alias}.i`] : []), ...level.keys.map((key, index) => `${key} as k${index}`)];
    this.levels.push(`${level.alias} as (select ${shown.join(", ")} from ${from})`);
    this.answers[place] = `select ${listOf(level.columns.map((_, index) => `json_agg(c${index})`))} from ${level.alias}`;
    for (const hang of level.hanging) hang();
    return shape;
  }

  /** The rows of a level alone, in order. */
  private base(entity: EntityClass, row: Row, { conditions, order = [], limit, proved = false, parent }: Wanted): string {
    const among = limit && order.length > 0 && !parent && !proved ? this.among(entity) : undefined;
    const where = [...conditions(row), ...this.guard(row, entity, proved, among && "mine.value")].join(" and ");
    const by = order.map(([property, direction]) => `${row.column(property)} ${direction}`);
    const ordered = by.length > 0 ? ` order by ${by.join(", ")}` : "";
    // A parameter tells the planner nothing; that no page is larger than the largest does.
    const limited = (select: string): string => (limit ? `select b.* from (${select}${ordered} limit ${limit}) b limit ${maximumPage + 1}` : `${select}${ordered}`);
    const select = `select ${row.columns} from ${row.table} ${row.alias} where ${where}`;
    // An index has the rows of each value in order, but not those of all: so each is read as far as the page may reach.
    if (among) return limited(`select ${row.alias}.* from unnest(${this.mine(among.among)}) mine(value) cross join lateral (${limited(select)}) ${row.alias}`);
    if (!parent) return limited(select);
    if (parent.single && !parent.through) return `select 1 as p, b.* from (${limited(select)}) b`;
    const nested = ` order by ${["p.i", ...by].join(", ")}`;
    if (limit) return `select p.i as p, ${row.alias}.* from ${parent.level} p cross join lateral (${limited(select)}) ${row.alias}${nested}`;
    return `select p.i as p, ${row.columns} from ${parent.level} p${parent.through?.(row) ?? `, ${row.table} ${row.alias}`} where ${where}${nested}`;
  }

  /** The predicates that no plan can leave out: the administration's rows, and of these the caller's; `one` stands for the one value that is meant where the rule has several. */
  private guard(row: Row, entity: EntityClass, proved = false, one?: string): string[] {
    const rules = ownership.get(entity);
    if (!rules) throw new Error(`${row.meta.className} is shown but nobody said whose rows are seen`);
    const rule = rules[this.caller];
    const administration = this.statement.once("administration", ({ hub }) => hub.administration.id, "uuid");
    const belongs = `${row.column("administration" in row.meta.properties ? "administration" : "id")} = ${administration}`;
    if (proved) return [belongs];
    if (!rule) return [belongs, "false"];
    const mine = (value: Mine): string => this.mine(value);
    if (typeof rule === "function") return [belongs, rule(row.column, mine)];
    return [belongs, `${row.column(rule.property)} = ${one ?? `any(${mine(rule.among)})`}`, ...(rule.only ? [rule.only(row.column, mine)] : [])];
  }

  private among(entity: EntityClass): Among | undefined {
    const rule = ownership.get(entity)?.[this.caller];
    return typeof rule === "object" ? rule : undefined;
  }

  private mine(value: Mine): string {
    return this.statement.once(value, ({ hub }) => Reflect.get(hub.caller, value), ownValues[value]);
  }

  private shape(branch: Branch, level: Level, row: Row): Shape {
    const shape: Shape = { level: level.place, fields: [], ones: [], lists: [], cursor: [] };
    for (const leaf of branch.leaves) this.leaf(leaf, branch, level, row, shape);
    for (const [property] of branch.cursor ?? []) shape.cursor.push(this.column(level, row, property));
    if (branch.typename) shape.fields.push(["__typename", add(level.columns, branch.typename(row.column))]);
    return shape;
  }

  private leaf(leaf: Leaf, branch: Branch, level: Level, row: Row, shape: Shape): void {
    switch (leaf.kind) {
      case "id": return void shape.fields.push([leaf.key, add(level.columns, `${text(`${branch.idPrefix}_`)} || ${row.column("id")}`)]);
      case "sql": return void shape.fields.push([leaf.key, add(level.columns, leaf.sql(row.column))]);
      case "column": return void shape.fields.push([leaf.key, this.column(level, row, leaf.property)]);
      case "related": return this.related(leaf, level, row, shape);
      case "paged": {
        const of = (key: string): Conditions => child => [`${child.column(row.property(leaf.property!).mappedBy)} = ${key}`];
        const total = leaf.counted ? add(level.columns, `(${this.count(leaf, of(row.column("id")))})`) : undefined;
        return this.hang(level, row, key => {
          const { page, branch: rows, wanted } = this.paged(leaf, of(key));
          shape.lists.push({ key: leaf.key, page, ...(total === undefined ? {} : { total }), shape: this.level(rows, { ...wanted, parent: { level: level.alias, single: level.single } }) });
        });
      }
    }
  }

  private related({ branch, order = [], property: relation, key: field }: Extract<Leaf, { kind: "related" }>, level: Level, row: Row, shape: Shape): void {
    const property = row.property(relation);
    const list = (conditions: (key: string) => Conditions, through?: (key: string) => (child: Row) => string) =>
      this.hang(level, row, key => {
        const parent = { level: level.alias, single: level.single, ...(through ? { through: through(key) } : {}) };
        shape.lists.push({ key: field, shape: this.level(branch, { conditions: conditions(key), order, parent }) });
      }, through !== undefined);
    switch (property.kind) {
      case ReferenceKind.MANY_TO_ONE: {
        const one = this.newRow(branch.entity());
        const on = [`${one.column("id")} = ${row.column(relation)}`, ...this.guard(one, branch.entity())];
        level.joins.push(`left join ${one.table} ${one.alias} on ${on.join(" and ")}`);
        return void shape.ones.push({ key: field, exists: add(level.columns, `${one.column("id")} is not null`), shape: this.shape(branch, level, one) });
      }
      case ReferenceKind.ONE_TO_MANY: return list(key => child => [`${child.column(property.mappedBy)} = ${key}`]);
      case ReferenceKind.MANY_TO_MANY: {
        const [near, far, pivot] = [name(property.joinColumns[0]!), name(property.inverseJoinColumns[0]!), name(property.pivotTable)];
        return list(() => () => [], key => child => ` join ${pivot} j on j.${near} = ${key} join ${child.table} ${child.alias} on ${child.column("id")} = j.${far}`);
      }
      default: throw new Error(`${property.name} is not a relation that can be shown`);
    }
  }

  /** Has a level written after this one, whose rows belong to rows of `row`; `write` is told by which key of the parent. */
  private hang(level: Level, row: Row, write: (key: string) => void, joined = false): void {
    const key = `k${add(level.keys, row.column("id"))}`;
    level.hanging.push(() => write(level.single && !joined ? `(select ${key} from ${level.alias})` : `p.${key}`));
  }

  private column(level: Level, row: Row, property: string): number {
    const index = add(level.columns, row.json(property));
    if (row.isInstant(property) && !this.instants.some(([place, column]) => place === level.place && column === index)) this.instants.push([level.place, index]);
    return index;
  }

  private newRow(entity: EntityClass): Row {
    return new Row(this.metadata.get<object>(entity as never), this.statement.alias());
  }
}

/** The values of a caller that ownership rules compare with, and their SQL types. */
const ownValues: Readonly<Record<Mine, string>> = { citizenId: "uuid", officeIds: "uuid[]", partnerId: "uuid", subjectKey: "text" };

/** A JSON list of JSON values, however many: a function takes no more than a hundred. */
const listOf = (values: readonly string[]): string => `array_to_json(array[${values.join(", ")}]::json[])`;

/** The place of a text in a list, where it is put unless it stands there already. */
function add(list: string[], item: string): number {
  const known = list.indexOf(item);
  return known >= 0 ? known : list.push(item) - 1;
}
