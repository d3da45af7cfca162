import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { MikroORM } from "@mikro-orm/postgresql";
import { execute, getNamedType, isLeafType, isNonNullType, isObjectType, parse, type GraphQLField, type GraphQLObjectType } from "graphql";
import { citizenPermissions, rolePermissions, visitorPermissions } from "../../../entities/permission.ts";
import type { Planned } from "../../../kernel/stored.ts";
import type { Caller } from "../../../operations/caller.ts";
import { Plans } from "../../../operations/read/reader.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { openReads, type Reads } from "../../../server/database/reads.ts";
import { buildGraph } from "../../../server/graph/schema.ts";
import { slicesOf } from "../../../server/graph/slices.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { fill } from "./rows.ts";

const slice = slicesOf(buildGraph());
const permissions = { visitor: new Set(visitorPermissions), citizen: new Set(citizenPermissions), staff: new Set(rolePermissions.SUPERVISOR) } as const;
type Kind = keyof typeof permissions;

const optional = ({ args }: GraphQLField<unknown, unknown>): boolean => args.every(argument => !isNonNullType(argument.type) || argument.defaultValue !== undefined);
const listed = (type: GraphQLObjectType) => Object.values(type.getFields()).filter(field => (field.extensions as Planned).paged && optional(field));
/** A list that follows no relation of the thing under which it stands is a statement of its own, beside the one that reads the thing; who asks is known, and not read. */
const statementsOf = (type: GraphQLObjectType, way: string, list: GraphQLField<unknown, unknown>): number =>
  ((type.extensions as Planned).stored && !(list.extensions as Planned).paged!.property && way !== "me" ? 2 : 1);

/** Every list of the graph that a kind of caller may page through: a way in that is one, or what hangs on one. */
const lists = (["visitor", "citizen", "staff"] as const).flatMap(kind =>
  Object.values(slice(permissions[kind]).schema.getQueryType()!.getFields()).filter(optional).flatMap((way): [Kind, string | null, string, number][] => {
    if ((way.extensions as Planned).paged) return [[kind, null, way.name, 1]];
    const target = getNamedType(way.type);
    return isObjectType(target) ? listed(target).map(list => [kind, way.name, list.name, statementsOf(target, way.name, list)]) : [];
  }));

let hub: TestHub;
let orm: MikroORM;
let reads: Reads;
let asked: string[] = [];
const names = new Set<string>();
const callers = {} as Record<Kind, Partial<Caller>>;
let context: (kind: Kind) => object;

beforeAll(async () => {
  hub = await startHub();
  await hub.citizen("ada.rossi");
  await fill(hub, 30);
  orm = await openOrm({ url: hub.databaseUrl, poolSize: 1, statementTimeoutMs: 60_000 });
  reads = openReads({ url: hub.databaseUrl, poolSize: 2, statementTimeoutMs: 60_000 });
  const plans = new Plans(orm.getMetadata(), (name, text, values, signal) => {
    asked.push(text);
    if (name) names.add(name);
    return reads.run(name, text, values, signal);
  });
  const [{ administration, citizen } = { administration: "", citizen: "" }] = await hub.sql<{ administration: string; citizen: string }>(`select "administration_id" as administration, "id" as citizen from "citizen" order by "created_at" limit 1`);
  const officeIds = (await hub.sql<{ id: string }>(`select "id" from "office" order by "slug"`)).map(({ id }) => id);
  Object.assign(callers, {
    visitor: { kind: "visitor" }, citizen: { kind: "citizen", citizenId: citizen, subjectKey: "subject" },
    staff: { kind: "staff", name: "Persona", officeIds, assignments: officeIds.map(office => ({ office, role: "SUPERVISOR" as const })) },
  });
  context = kind => ({ plans, caller: { ...callers[kind], permissions: permissions[kind] }, administration: { id: administration }, connectors: { reporting: { health: () => ({ source: "PAGOPA", status: "UP", since: new Date() }) } }, signal: new AbortController().signal, locale: "it" });
});
afterAll(async () => {
  await Promise.all([reads.close(), orm.close(true)]);
  await hub.close();
});

describe.each(lists)("a %s's page of %s %s", (kind, way, list, statements) => {
  test("is one statement for each stored way in, however large it is and whatever is asked of it", async () => {
    const { schema } = slice(permissions[kind]);
    const parent = way === null ? schema.getQueryType()! : (getNamedType(schema.getQueryType()!.getFields()[way]!.type) as GraphQLObjectType);
    const connection = getNamedType(parent.getFields()[list]!.type) as GraphQLObjectType;
    const count = "totalCount" in connection.getFields() ? "totalCount" : "";
    for (const size of [1, 2, 20, 100]) {
      const field = `${list}(first: ${size}) { ${count} edges { cursor } nodes { __typename } pageInfo { hasNextPage endCursor } }`;
      asked = [];
      const { errors } = await execute({ schema, document: parse(way === null ? `{ ${field} }` : `{ ${way} { ${field} } }`), contextValue: context(kind) });
      expect({ errors, size, statements: asked.length }).toEqual({ errors: undefined, size, statements });
    }
  });
});

test("there are lists for everybody, and all that hangs on their things comes with them", async () => {
  expect(new Set(lists.map(([kind]) => kind)).size).toBe(3);
  expect(lists.map(([, way, list]) => [way, list].filter(Boolean).join("."))).toEqual(expect.arrayContaining(["services", "me.applications", "me.appointments", "me.payments", "desk.applications", "desk.payments"]));
  asked = [];
  const deep = "{ me { id applications(first: 100) { nodes { id service { title offices { name } whatYouNeed { title } } history { to } payments { id receipts { id } } } } appointments { nodes { id office { name } } } payments { totalCount } } }";
  const { data, errors } = await execute({ schema: slice(permissions.citizen).schema, document: parse(deep), contextValue: context("citizen") });
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data).length).toBeGreaterThan(5_000);
  expect(asked).toHaveLength(1);
});

test("more texts than a connection may keep prepared are answered all the same", async () => {
  const { schema } = slice(permissions.visitor);
  const fields = ["slug", "title", "summary", "categoryTitle", "status", "howTo", "audience", "whatYouGet", "appointmentMinutes", "timesAndDeadlines", "description"].filter(name => name in (schema.getType("Service") as GraphQLObjectType).getFields() && isLeafType(getNamedType((schema.getType("Service") as GraphQLObjectType).getFields()[name]!.type)));
  const offices = ["slug", "name", "phone", "email", "address"].filter(name => isLeafType(getNamedType((schema.getType("Office") as GraphQLObjectType).getFields()[name]?.type)));
  const chosen = (names_: readonly string[], number: number) => names_.filter((_, place) => number & (1 << place));
  let last: unknown;
  for (let number = 0; number < 1_050; number += 1) {
    const document = parse(`{ services(first: 1) { nodes { id ${chosen(fields, number % (1 << fields.length)).join(" ")} offices { id ${chosen(offices, number >> fields.length).join(" ")} } } } }`);
    for (let time = 0; time < 2; time += 1) {
      const { data, errors } = await execute({ schema, document, contextValue: context("visitor") });
      expect(errors).toBeUndefined();
      last = (data as { services: { nodes: { id: string }[] } }).services.nodes[0]!.id;
    }
  }
  expect(last).toMatch(/^srv_/);
  expect(new Set(asked).size).toBeGreaterThan(1_000);
  expect(names.size).toBe(1_000);
}, 60_000);
