import { expect, test } from "@jest/globals";
import { visitorPermissions } from "../../../entities/permission.ts";
import { documentsOf } from "../../../server/graph/documents.ts";
import { buildGraph } from "../../../server/graph/schema.ts";
import { slicesOf } from "../../../server/graph/slices.ts";

const graph = buildGraph();
const slice = slicesOf(graph)(new Set(visitorPermissions));
const document = (number: number, length = 0): string => `query Q${number} { __typename }${" ".repeat(length)}`;

test("documents are kept up to a number, those used last", () => {
  const prepare = documentsOf(graph, { documents: 3, characters: 1_000_000 });
  for (let number = 0; number < 3; number += 1) expect(prepare(slice, document(number), undefined).fresh).toBe(true);
  expect(prepare(slice, document(0), undefined).fresh).toBeUndefined();
  prepare(slice, document(3), undefined);
  expect([0, 1, 2, 3].map(number => prepare.knows(slice, document(number), undefined))).toEqual([true, false, true, true]);
});

test("and up to a length in all, so that long ones do not take the memory of many short ones", () => {
  const prepare = documentsOf(graph, { documents: 1_000, characters: 50_000 });
  for (let number = 0; number < 100; number += 1) prepare(slice, document(number, 5_000), undefined);
  const kept = Array.from({ length: 100 }, (_, number) => prepare.knows(slice, document(number, 5_000), undefined));
  expect(kept.filter(Boolean).length).toBeGreaterThan(3);
  expect(kept.filter(Boolean).length).toBeLessThan(10);
  expect(kept.at(-1)).toBe(true);
  // One that is longer than all may be together is worked on and answered all the same.
  expect(prepare(slice, document(1_000, 19_000), undefined)).toHaveProperty("query");
});

test("a refusal is kept as well, and is no document that is known to be good", () => {
  const prepare = documentsOf(graph);
  const bad = "{ nothingOfTheKind }";
  expect(prepare(slice, bad, undefined)).toMatchObject({ fresh: true, errors: [expect.anything()] });
  expect(prepare(slice, bad, undefined).fresh).toBeUndefined();
  expect(prepare.knows(slice, bad, undefined)).toBe(false);
});
