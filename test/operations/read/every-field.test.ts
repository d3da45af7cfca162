import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  buildClientSchema, getIntrospectionQuery, getNamedType, isAbstractType, isInputObjectType, isLeafType, isNonNullType, isObjectType,
  type GraphQLField, type GraphQLInputType, type GraphQLNamedType, type GraphQLSchema, type IntrospectionQuery,
} from "graphql";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { person } from "../../helpers/sandbox.ts";
import { fill } from "./rows.ts";

let hub: TestHub;
const clients: Record<string, Client> = {};
beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  const [citizen] = await Promise.all([hub.citizen("ada.rossi"), hub.citizen("bruno.ferrero")]);
  await fill(hub, 12);
  Object.assign(clients, {
    visitor: hub.visitor, citizen,
    staff: await hub.staff({ edilizia: ["SUPERVISOR"], informagiovani: ["SUPERVISOR"] }),
    partner: await hub.partner(["RESIDENCE", "RESIDENCE_ADDRESS", "CIVIL_STATUS"]),
  });
});
afterAll(() => hub.close());

/** Values for arguments and input fields that must be given, by name. */
const given = async (): Promise<Record<string, string>> => {
  const ids = await hub.sql<{ service: string; office: string; application: string; payment: string }>(`
    select (select 'srv_' || "id" from "service" order by "position" limit 1) as service, (select 'off_' || o."id" from "office" o join "service_office" x on x."office_id" = o."id" join "service" s on s."id" = x."service_id" order by s."position" limit 1) as office,
      (select 'app_' || "id" from "application" where "state" <> 'DRAFT' order by "office_id", "id" limit 1) as application, (select 'pay_' || "id" from "payment" order by "id" limit 1) as payment`);
  const { service, office, application, payment } = ids[0]!;
  return {
    id: `"${application}"`, slug: '"carta-identita-elettronica"', service: `"${service}"`, office: `"${office}"`, application: `"${application}"`, payment: `"${payment}"`, from: '"2026-12-01"', to: '"2026-12-10"', situations: "[]",
    fiscalCode: `"${person("elena.giordano").fiscalCode}"`, reference: '"PROT-1"', text: '"x"', kinds: "[RESIDENCE]", use: "ADOPTION", kind: "RESIDENCE_CHANGE", number: "58",
  };
};

/** Writes selections of every field. */
class Writer {
  /** Arguments that must be given and for which there is no value. */
  readonly unknown = new Set<string>();

  constructor(private readonly values: Readonly<Record<string, string>>, private readonly schema: GraphQLSchema) {}

  /** A field with its arguments, without what is asked of it. */
  head({ name, args }: GraphQLField<unknown, unknown>): string {
    const needed = args.filter(argument => isNonNullType(argument.type) && argument.defaultValue === undefined).map(argument => `${argument.name}: ${this.value(argument.name, argument.type)}`);
    const all = [...needed, ...(args.some(argument => argument.name === "first") ? ["first: 3"] : [])];
    return all.length > 0 ? `${name}(${all.join(", ")})` : name;
  }

  /** A field with everything under it, `depth` objects deep; undefined when it leads deeper. */
  field(field: GraphQLField<unknown, unknown>, depth: number): string | undefined {
    const selection = this.selection(getNamedType(field.type), depth);
    return selection === undefined ? undefined : `${this.head(field)} ${selection}`;
  }

  private value(name: string, type: GraphQLInputType): string {
    const inner = getNamedType(type);
    if (isInputObjectType(inner)) return `{ ${Object.values(inner.getFields()).filter(field => isNonNullType(field.type)).map(field => `${field.name}: ${this.value(field.name, field.type)}`).join(", ")} }`;
    const value = this.values[name];
    if (value === undefined) this.unknown.add(name);
    return value ?? "null";
  }

  private selection(type: GraphQLNamedType, depth: number): string | undefined {
    if (isLeafType(type)) return "";
    if (depth === 0) return undefined;
    if (isAbstractType(type)) {
      // Fields of one name may have other types in other kinds: there each has a name of its own.
      const kinds = this.schema.getPossibleTypes(type).map((kind, place) => `... on ${kind.name} ${(this.selection(kind, depth) ?? "{ __typename }").replaceAll(/(?<!: )\bsince\b/g, `since${place}: since`)}`);
      return `{ __typename ${kinds.join(" ")} }`;
    }
    const fields = isObjectType(type) ? Object.values(type.getFields()).map(field => this.field(field, depth - 1)).filter(text => text !== undefined) : [];
    return fields.length > 0 ? `{ ${fields.join(" ")} }` : undefined;
  }
}

/** Answers that are right for what is asked here: an id of nothing of the caller's, more than one document may ask. */
const expected = ["NOT_FOUND", "LIMIT_EXCEEDED", "COST_EXCEEDED"];

test.each(["visitor", "citizen", "staff", "partner"])("every field that a %s may ask is answered, without a fault", async name => {
  const client = clients[name]!;
  const schema = buildClientSchema((await client.data(getIntrospectionQuery())) as unknown as IntrospectionQuery);
  const writer = new Writer(await given(), schema);
  // One query for each part of a way in: together they would be more than one document may ask.
  const queries = Object.values(schema.getQueryType()!.getFields()).flatMap(field => {
    const target = getNamedType(field.type);
    const parts = isObjectType(target) ? Object.values(target.getFields()).map(part => writer.field(part, 4)) : [];
    return parts.length > 0 ? parts.filter(text => text !== undefined).map(text => `{ ${writer.head(field)} { ${text} } }`) : [`{ ${writer.field(field, 4)!} }`];
  });
  const faults: string[] = [];
  for (const query of queries) {
    const { errors } = await client.ask(query);
    const bad = errors.filter(({ extensions }) => !expected.includes(extensions.code));
    if (bad.length > 0) faults.push(`${query.slice(0, 200)} … ${JSON.stringify(bad)}`);
  }
  expect(faults).toEqual([]);
  expect([...writer.unknown]).toEqual([]);
  expect(queries.length).toBeGreaterThan(name === "partner" ? 2 : 10);
  expect(hub.log.filter(line => line.includes("a resolver failed"))).toEqual([]);
});
