import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type EntityMetadata, type MikroORM, ReferenceKind } from "@mikro-orm/core";
import { getNamedType, type GraphQLInterfaceType, type GraphQLObjectType, isCompositeType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import pg from "pg";
import type { Order, Planned } from "../../kernel/stored.ts";
import { ownership } from "../../operations/read/ownership.ts";
import { openOrm } from "../../server/database/orm.ts";
import { buildGraph } from "../../server/graph/schema.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../helpers/postgres.ts";

const schema = buildGraph();
const shownTypes = Object.values(schema.getTypeMap()).filter(type => isObjectType(type) || isInterfaceType(type));
const planned = (thing: { readonly extensions: object }): Planned => thing.extensions;
/** A kind of an interface is stored as the interface says. */
const storedOf = (type: GraphQLObjectType | GraphQLInterfaceType): Planned["stored"] =>
  planned(type).stored ?? type.getInterfaces().map(one => planned(one).stored).find(Boolean);
const storedTypes = shownTypes.filter(type => storedOf(type));

let database: TestDatabase;
let orm: MikroORM;
let catalog: pg.Client;
beforeAll(async () => {
  database = await createDatabase(await demonstrationTemplate());
  orm = await openOrm({ url: database.url, poolSize: 2, statementTimeoutMs: 20_000 });
  catalog = new pg.Client(database.url);
  await catalog.connect();
});
afterAll(async () => {
  await catalog.end();
  await orm.close(true);
  await database.drop();
});

const metaOf = (type: GraphQLObjectType | GraphQLInterfaceType): EntityMetadata => orm.getMetadata().get(storedOf(type)!.entity() as never);

/** What a field reads of its row that the row does not have. */
function missingProperties(type: GraphQLObjectType | GraphQLInterfaceType): string[] {
  const meta = metaOf(type);
  const missing: string[] = [];
  const has = (property: string, where: string): string => {
    if (!(property in meta.properties)) missing.push(`${where}: ${meta.className} has no ${property}`);
    return property;
  };
  for (const field of Object.values(type.getFields())) {
    const where = `${type.name}.${field.name}`;
    const { field: stored, paged } = planned(field);
    if (paged) {
      for (const [property] of paged.property ? paged.order : []) {
        const target = meta.properties[has(paged.property!, where) as never] as { targetMeta?: EntityMetadata } | undefined;
        if (!target?.targetMeta || !(property in target.targetMeta.properties)) missing.push(`${where}: no order by ${property}`);
      }
    } else if (stored?.needs) stored.needs.forEach(property => has(property, where));
    else if (stored?.sql) stored.sql(property => has(property, where));
    else if (field.name !== "id" || stored?.property) {
      has(stored?.property ?? field.name, where);
      const target = getNamedType(field.type);
      const relation = (meta.properties[(stored?.property ?? field.name) as never] as { kind?: ReferenceKind } | undefined)?.kind;
      if (isCompositeType(target) && planned(target).stored && (relation === undefined || relation === ReferenceKind.SCALAR)) missing.push(`${where}: is no relation`);
    }
  }
  return missing;
}

describe("what is shown", () => {
  test("reads only properties that its entity has", () => {
    expect(storedTypes.length).toBeGreaterThan(8);
    expect(storedTypes.flatMap(missingProperties)).toEqual([]);
  });

  test("filters only by properties that its entity has", () => {
    const narrowed = shownTypes.flatMap(type => Object.values(type.getFields())).flatMap(field => {
      const { paged } = planned(field);
      const filter = paged?.filter ? schema.getType(paged.filter) : undefined;
      const nodes = planned(getNamedType(field.type)).nodes;
      if (!isInputObjectType(filter) || !nodes) return [];
      const meta = metaOf(schema.getType(nodes) as GraphQLObjectType);
      return Object.values(filter.getFields()).map(({ name, extensions }) => ({ name: `${filter.name}.${name}`, narrows: (extensions as Planned).narrows, meta }));
    });
    expect(narrowed.length).toBeGreaterThan(5);
    expect(narrowed.filter(({ narrows, meta }) => !narrows || !(narrows.property in meta.properties)).map(({ name }) => name)).toEqual([]);
  });

  test("has a rule that says whose rows are seen", () => {
    expect(storedTypes.filter(type => !ownership.has(storedOf(type)!.entity())).map(({ name }) => name)).toEqual([]);
  });

  test("has ids that begin with letters of its own", () => {
    const kinds = storedTypes.filter(type => type.getInterfaces().some(one => planned(one).stored));
    const prefixes = storedTypes.filter(type => !kinds.includes(type)).map(type => storedOf(type)!.idPrefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    expect(prefixes.filter(prefix => !/^[a-z]{3}$/.test(prefix))).toEqual([]);
  });
});

describe("the tables", () => {
  /** What the database has besides the entities, because the ORM cannot say it: indexes and constraints by name, and triggers; and the queues, which keep their own tables. */
  const beyond = /"(?:event_unpublished_index|event_reconciliation_index|receipt_paid_twice_index|service_office_office_id_index|appointment_counter_free|delegation_one_at_a_time|representation_one_pending)"|^drop (?:trigger|function) if exists |^(?:alter table|drop table if exists|drop schema if exists) "job"/;

  test("are as the entities say, but for what only the database can say", async () => {
    const statements = (await orm.schema.getUpdateSchemaSQL({ wrap: false })).split(";\n").map(text => text.trim()).filter(Boolean);
    expect(statements.filter(text => !beyond.test(text))).toEqual([]);
  });

  test("can be made again by the migrations on an empty database, without a step left over", async () => {
    const empty = await createDatabase();
    const other = await openOrm({ url: empty.url, poolSize: 2, statementTimeoutMs: 20_000 });
    const done = await other.migrator.up();
    expect(done.length).toBeGreaterThan(0);
    expect(await other.migrator.getPending()).toEqual([]);
    await other.close(true);
    await empty.drop();
  });

  interface Index { readonly table: string; readonly columns: readonly string[] }

  const indexes = async (): Promise<readonly Index[]> => (await catalog.query<Index>(`
    select c.relname as "table", array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(n, place) join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n order by k.place) as "columns"
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public'
      -- Nobody looks for rows that refer to nothing.
      and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', (select attname from pg_attribute where attrelid = i.indrelid and attnum = i.indkey[0])))`)).rows;

  test("have an index on every foreign key but the administration's, which is hardly ever more than one and never goes", async () => {
    const all = await indexes();
    const { rows } = await catalog.query<Index & { name: string }>(`
      select k.conname as "name", c.relname as "table", array(select a.attname::text from unnest(k.conkey) n join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n) as "columns"
      from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace where k.contype = 'f' and n.nspname = 'public' and k.confrelid <> 'administration'::regclass`);
    expect(rows.length).toBeGreaterThan(25);
    const unindexed = rows.filter(({ table, columns }) => !all.some(index => index.table === table && columns.every(column => index.columns.slice(0, columns.length).includes(column))));
    expect(unindexed.map(({ name }) => name)).toEqual([]);
  });

  /** By which columns the rows of a list are found before they are put in order; for lists of a relation it is the relation. */
  const foundBy: Readonly<Record<string, readonly string[]>> = {
    "Query.services": ["administration"], "Desk.applications": ["office"], "Desk.appointments": ["office"], "Desk.payments": ["administration"], "Reconciliation.flows": ["administration"], "Reconciliation.discrepancies": ["administration"], "Reconciliation.statements": ["administration"], "Desk.refusedPayments": ["administration", "handOver"], "Desk.representations": ["administration"],
    "Citizen.whoReadMyData": ["administration", "subjectKey"],
  };

  test("have an index for the order of every list, up to the key that makes it total", async () => {
    const all = await indexes();
    const paged = shownTypes.flatMap(type => Object.values(type.getFields()).map(field => ({ coordinate: `${type.name}.${field.name}`, type, ...planned(field), nodes: planned(getNamedType(field.type)).nodes }))).filter(({ paged: list }) => list);
    expect(paged.length).toBeGreaterThanOrEqual(8);
    const without = paged.filter(({ coordinate, type, paged: list, nodes }) => {
      const meta = metaOf(schema.getType(nodes!) as GraphQLObjectType);
      const column = (property: string): string => (meta.properties[property as never] as { fieldNames: string[] }).fieldNames[0]!;
      const by = list!.property ? [(metaOf(type).properties[list!.property as never] as { mappedBy: string }).mappedBy] : foundBy[coordinate] ?? ["—"];
      const order: Order = [...list!.order, ["id", "asc"]];
      const wanted = [...by, ...order.map(([property]) => property)].map(property => (property === "—" ? property : column(property)));
      return !all.some(index => index.table === meta.tableName && wanted.every((name, place) => index.columns[place] === name));
    });
    expect(without.map(({ coordinate }) => coordinate)).toEqual([]);
  });

  test("each belong to an administration, but for those that count and those that join", async () => {
    const without = orm.getMetadata().getAll();
    const names = [...without.values()].filter(meta => !meta.pivotTable && !("administration" in meta.properties)).map(({ className }) => className).sort();
    expect(names).toEqual(["Administration", "Counter"]);
  });

  test.each(["access_record", "ledger_entry"])("%s takes no change and no deletion", async table => {
    for (const statement of [`update "${table}" set "at" = now()`, `delete from "${table}"`, `truncate "${table}" cascade`]) {
      await expect(catalog.query(statement)).rejects.toMatchObject({ code: "42501" });
    }
  });
});
