import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import {
  buildSchema, type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema, getNamedType, isEnumType, isInputObjectType, isInterfaceType, isNonNullType, isObjectType, isScalarType, isUnionType,
  lexicographicSortSchema, printSchema,
} from "graphql";
import { problemCodes } from "../../entities/problem.ts";
import { buildGraph } from "../../server/graph/schema.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(resolve(root, path), "utf8");

const schema = buildGraph();
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
const builtIn = new Set(["Boolean", "Int", "ID", "String", "Float"]);

/** A described thing of the schema: its coordinate, as `Type.field(argument:)`, and its text. */
function describedParts(type: GraphQLNamedType): [coordinate: string, description: string | null | undefined][] {
  const own: [string, string | null | undefined] = [type.name, type.description];
  if (isEnumType(type)) return [own, ...type.getValues().map(value => [`${type.name}.${value.name}`, value.description] as [string, string | null | undefined])];
  if (isInputObjectType(type)) return [own, ...Object.values(type.getFields()).map(field => [`${type.name}.${field.name}`, field.description] as [string, string | null | undefined])];
  if (!isObjectType(type) && !isInterfaceType(type)) return [own];
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return [
    ...(roots.includes(type as GraphQLObjectType) ? [] : [own]),
    ...Object.values(type.getFields()).flatMap(field => [
      [`${type.name}.${field.name}`, field.description] as [string, string | null | undefined],
      ...field.args.map(argument => [`${type.name}.${field.name}(${argument.name}:)`, argument.description] as [string, string | null | undefined]),
    ]),
  ];
}

describe("the schema as a document", () => {
  const parts = types.filter(({ name }) => !builtIn.has(name)).flatMap(describedParts);

  test("describes every type, field, argument, input field and enum value in a sentence", () => {
    expect(parts.length).toBeGreaterThan(500);
    expect(parts.filter(([, text]) => !text || text.trim().length < 5 || !/[.?]$/.test(text.trim())).map(([coordinate]) => coordinate)).toEqual([]);
  });

  test("says why a scalar accepts what it accepts", () => {
    for (const type of types.filter(isScalarType)) if (!builtIn.has(type.name)) expect(type.description!.length).toBeGreaterThan(20);
  });

  test("is committed as it is: npm run schema:print", () => {
    expect(read("schema/schema.graphql")).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
  });

  test("names nothing in Italian and nothing with a technical prefix", () => {
    expect(types.map(({ name }) => name).filter(name => !/^[A-Z][A-Za-z]+$/.test(name) || /Dto|Entity|Impl|Codice|Richiesta|Utente/.test(name))).toEqual([]);
  });
});

describe("mutations", () => {
  const verbs = /^(?:hold|book|cancel|start|save|submit|decide|update|withdraw|add|remove|request|confirm|rate|check|call|serve|miss|upload|assign|revoke|close|open|pay|verify|report|send|mark|end|act|stop|settle|declare|find|retry|resolve|replace|offer|take|issue|choose)[A-Z]/;
  const mutations = Object.values(schema.getMutationType()!.getFields());

  test.each(mutations.map(field => [field.name, field] as const))("%s begins with a verb, takes one input with a key, and answers a result", (name, field) => {
    expect(name).toMatch(verbs);
    expect(field.args.map(argument => argument.name)).toEqual(["input"]);
    const [{ type }] = field.args as [(typeof field.args)[number]];
    const input = getNamedType(type);
    expect(isNonNullType(type) && isInputObjectType(input)).toBe(true);
    if (isInputObjectType(input)) expect(String(input.getFields()["idempotencyKey"]?.type)).toBe("String!");

    const result = getNamedType(field.type);
    expect(isNonNullType(field.type) && isUnionType(result) && /Result$/.test(result.name)).toBe(true);
    if (!isUnionType(result)) return;
    const [success, ...problems] = result.getTypes();
    expect(success!.name).toMatch(/Success$/);
    expect(problems.filter(member => !member.getInterfaces().some(({ name: of }) => of === "Problem"))).toEqual([]);
    // Whatever is done may meet a bad value and a key used before.
    expect(problems.map(member => member.name)).toEqual(expect.arrayContaining(["InvalidInput", "IdempotencyConflict"]));
  });

  test("share no input but what they share a result of", () => {
    const inputs = mutations.map(field => getNamedType(field.args[0]!.type).name);
    expect(new Set(inputs).size).toBe(inputs.length);
  });
});

describe("problems", () => {
  const problems = types.filter(isObjectType).filter(type => type.getInterfaces().some(({ name }) => name === "Problem"));

  test("are each named after their code, so that programs may decide by either", () => {
    const pascal = (code: string): string => code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const named = new Set<string>(problemCodes.map(pascal));
    expect(problems.map(({ name }) => name).filter(name => !named.has(name))).toEqual([]);
  });

  test("stand in every union that is not about events", () => {
    const unions = types.filter(isUnionType).filter(({ name }) => !name.endsWith("Event"));
    expect(unions.filter(union => !union.getTypes().some(member => problems.includes(member))).map(({ name }) => name)).toEqual([]);
  });
});

describe("lists and nodes", () => {
  const objects = types.filter(isObjectType);

  test("connections are Relay's: edges with cursors, page info, both directions", () => {
    for (const connection of objects.filter(({ name }) => name.endsWith("Connection"))) {
      expect(Object.keys(connection.getFields()).sort()).toEqual(["edges", "nodes", "pageInfo", "totalCount"]);
    }
    const paged = objects.flatMap(type => Object.values(type.getFields()).map(field => [type.name, field] as const)).filter(([, field]) => getNamedType(field.type).name.endsWith("Connection"));
    expect(paged.length).toBeGreaterThan(5);
    for (const [, field] of paged) expect(field.args.map(({ name }) => name)).toEqual(expect.arrayContaining(["first", "after", "last", "before"]));
  });

  test("every type with a global id says so by its interface, unless it is only ever a part of something", () => {
    const parts = ["Access", "BankCredit", "Collection", "FlowPayment", "Receipt"];
    const withId = objects.filter(type => String(type.getFields()["id"]?.type) === "ID!");
    expect(withId.filter(type => !type.getInterfaces().some(({ name }) => name === "Node")).map(({ name }) => name).sort()).toEqual(parts);
  });
});

/** `@deprecated(reason: "Since 2026-11-23, until 2027-05-23: use …")`: since when, until when at least, and what instead. */
const promise = /^Since \d{4}-\d{2}-\d{2}, until (\d{4}-\d{2}-\d{2}): .{10,}/;

const membersOf = (type: GraphQLNamedType): readonly { readonly name: string; readonly deprecationReason?: string | null | undefined }[] =>
  isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : isEnumType(type) ? type.getValues() : [];

/** The changes that break a client of `released`, save those whose time is over by their own deprecation. */
async function unannounced(released: GraphQLSchema, present: GraphQLSchema, today: string): Promise<string[]> {
  const overdue = (coordinate: string): boolean => {
    const [typeName = "", member] = coordinate.split(".");
    const type = released.getType(typeName);
    const until = promise.exec(type ? membersOf(type).find(({ name }) => name === member)?.deprecationReason ?? "" : "")?.[1];
    return until !== undefined && until <= today;
  };
  const breaking = (await diff(released, present)).filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  return breaking.filter(({ path }) => !overdue(path ?? "")).map(({ message }) => message);
}

describe("what was released (schema/released.graphql; a release writes it with npm run schema:print -- --release)", () => {
  const today = new Date().toISOString().slice(0, 10);

  test("is still there, unless it was deprecated first and its time is over", async () => {
    expect(await unannounced(buildSchema(read("schema/released.graphql")), schema, today)).toEqual([]);
  });

  test("is deprecated only with the day since when, the day until when, and what to use instead", () => {
    expect(types.flatMap(membersOf).filter(({ deprecationReason }) => typeof deprecationReason === "string" && !promise.test(deprecationReason))).toEqual([]);
  });

  test("cannot be taken away unnoticed", async () => {
    const query = (fields: string) => buildSchema(`type Query { kept: Int ${fields} }`);
    const left = query("");
    expect(await unannounced(query("gone: Int"), left, "2026-11-23")).toEqual(["Field 'gone' was removed from object type 'Query'"]);
    const deprecated = (reason: string) => query(`gone: Int @deprecated(reason: "${reason}")`);
    expect(await unannounced(deprecated("Since 2026-05-01, until 2026-11-23: use kept instead."), left, "2026-11-23")).toEqual([]);
    expect(await unannounced(deprecated("Since 2026-05-01, until 2026-11-24: use kept instead."), left, "2026-11-23")).toHaveLength(1);
    expect(await unannounced(deprecated("not used"), left, "2026-11-23")).toHaveLength(1);
    expect(await unannounced(query("more: Int"), query("more: Int!"), "2026-11-23")).toEqual([]);
    expect(await unannounced(query("a(b: Int): Int"), query("a(b: Int!): Int"), "2026-11-23")).toHaveLength(1);
  });
});
