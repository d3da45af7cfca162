import { describe, expect, test } from "@jest/globals";
import { parse } from "graphql";
import { documentLimits, overLimit, overLimitInVariables } from "../../../server/graph/limits.ts";

/** The limit that a document exceeds; undefined when it exceeds none. */
const exceeded = (source: string): unknown => overLimit(parse(source))?.extensions["limit"];
const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(" ");
const nested = (depth: number): string => `${"{a".repeat(depth)}${"}".repeat(depth)}`;

describe("a document", () => {
  test.each([
    ["depth", nested(documentLimits.depth), nested(documentLimits.depth + 1)],
    ["depth", `query { a { ...f } } fragment f on A ${nested(documentLimits.depth - 1)}`, `query { a { ...f } } fragment f on A ${nested(documentLimits.depth)}`],
    ["aliases", `{ a { ${times(documentLimits.aliases, index => `x${index}: b`)} } }`, `{ a { ${times(documentLimits.aliases + 1, index => `x${index}: b`)} } }`],
    ["aliases", `{ a { ${times(documentLimits.aliases, index => `x${index}: __typename`)} } }`, `{ a { ${times(documentLimits.aliases + 1, index => `x${index}: __typename`)} } }`],
    ["rootFields", `{ ${times(documentLimits.rootFields, index => `f${index}`)} }`, `{ ${times(documentLimits.rootFields + 1, index => `f${index}`)} }`],
    ["rootFields", `{ ...f } fragment f on Query { ${times(documentLimits.rootFields, index => `f${index}`)} }`, `{ ...f } fragment f on Query { ${times(documentLimits.rootFields + 1, index => `f${index}`)} }`],
    ["directives", `{ a ${"@x ".repeat(documentLimits.directives)} }`, `{ a ${"@x ".repeat(documentLimits.directives + 1)} }`],
    ["directives", `query ${"@x ".repeat(documentLimits.directives)} { a }`, `query ${"@x ".repeat(documentLimits.directives + 1)} { a }`],
    ["fields", `{ a { ${times(documentLimits.fields - 1, index => `f${index}`)} } }`, `{ a { ${times(documentLimits.fields, index => `f${index}`)} } }`],
    ["definitions", times(documentLimits.definitions, index => `query q${index} { a }`), times(documentLimits.definitions + 1, index => `query q${index} { a }`)],
    ["repeats", `{ a { ${"b ".repeat(documentLimits.repeats)} } }`, `{ a { ${"b ".repeat(documentLimits.repeats + 1)} } }`],
    ["repeats", `{ ${"a { b } ".repeat(5)} ${"a { b b b b } ".repeat(5)} }`, `{ ${"a { b b } ".repeat(5)} ${"a { b b b b } ".repeat(5)} }`],
  ])("may be at its limit of %s and not beyond", (limit, within, beyond) => {
    expect(exceeded(within)).toBeUndefined();
    expect(exceeded(beyond)).toBe(limit);
  });

  test("is counted with everything that it defines, used or not", () => {
    expect(exceeded(`{ a } fragment unused on A ${nested(documentLimits.depth + 1)}`)).toBe("depth");
    expect(exceeded(`{ a } fragment unused on A { ${"b ".repeat(documentLimits.repeats + 1)} }`)).toBe("repeats");
  });

  test("whose fragments double at every step is counted without being opened", () => {
    const doubling = times(30, index => `fragment f${index} on A { b${index} { ...f${index + 1} } c${index} { ...f${index + 1} } }`);
    const began = performance.now();
    expect(exceeded(`{ ...f0 } ${doubling} fragment f30 on A { leaf }`)).toBe("depth");
    expect(exceeded(`{ ...g0 } ${times(25, index => `fragment g${index} on A { ...g${index + 1} ...h${index} } fragment h${index} on A { ...g${index + 1} }`)} fragment g25 on A { leaf }`)).toBe("rootFields");
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  test("whose fragments lead back to themselves is refused for that", () => {
    expect(overLimit(parse("{ ...a } fragment a on A { b { ...c } } fragment c on A { d { ...a } }"))?.extensions).toEqual({ code: "GRAPHQL_VALIDATION_FAILED" });
  });

  test("may ask the schema about itself as deep as tools do", () => {
    expect(exceeded(`{ __schema { types { fields { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } } }`)).toBeUndefined();
  });
});

describe("variables", () => {
  const deep = (depth: number): unknown => (depth === 0 ? 1 : { inner: deep(depth - 1) });

  test.each([
    ["values", { list: Array(documentLimits.values - 2).fill(0) }, { list: Array(documentLimits.values - 1).fill(0) }],
    ["values", { list: Array(40).fill(Array(48).fill(0)) }, { list: Array(40).fill(Array(50).fill(0)) }],
    ["valueDepth", deep(documentLimits.valueDepth), deep(documentLimits.valueDepth + 1)],
  ])("may be at their limit of %s and not beyond", (limit, within, beyond) => {
    expect(overLimitInVariables(within as Record<string, unknown>)).toBeUndefined();
    expect(overLimitInVariables(beyond as Record<string, unknown>)?.extensions["limit"]).toBe(limit);
  });

  test.each([
    [{ input: { plates: ["AB123CD", "a\0b"] } }, ["input", "plates", "1"]], [{ input: { reason: "\ud800" } }, ["input", "reason"]],
    [{ input: { answers: { "una chiave": "\0" } } }, ["input", "answers"]], [{ input: { answers: { "\0": { inner: "\0" } } } }, ["input", "answers"]],
  ])("name the field of a text that cannot be kept, and no key of the caller's own", (variables, field) => {
    const said = overLimitInVariables(variables);
    expect(said?.extensions).toEqual({ code: "BAD_USER_INPUT", field });
    expect(said?.words.it).toBe(`Il campo ${field.join(".")} contiene caratteri non ammessi (U+0000 o mezzi caratteri): toglierli.`);
  });
});
