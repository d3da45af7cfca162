import { describe, expect, test } from "@jest/globals";
import { citizenPermissions } from "../../../entities/permission.ts";
import { maximumCost } from "../../../server/graph/cost.ts";
import { documentsOf } from "../../../server/graph/documents.ts";
import { buildGraph } from "../../../server/graph/schema.ts";
import { slicesOf } from "../../../server/graph/slices.ts";

const graph = buildGraph();
const slice = slicesOf(graph)(new Set(citizenPermissions));
const prepare = documentsOf(graph);

/** What an operation of a citizen costs. */
function cost(source: string, variables: Readonly<Record<string, unknown>> = {}): number {
  const prepared = prepare(slice, source, undefined);
  if ("errors" in prepared) throw new Error(prepared.errors[0]!.message);
  return prepared.cost(variables);
}

const page = "query ($n: Int) { services(first: $n) { nodes { id offices { id } } } }";

describe("an operation costs", () => {
  test.each([
    ["at least a point", "{ __typename }", 1],
    ["a point for an object, nothing for what it says of itself", "{ administration { id name ipaCode } }", 1],
    ["a page as long as usual when nobody says how long", "{ services { nodes { id } } }", 1 + 20],
    ["a page as long as asked", "{ services(first: 7) { nodes { id } } }", 1 + 7],
    ["the same from the end", "{ me { payments(last: 7) { nodes { id } } } }", 1 + 1 + 7],
    ["the same by edges", "{ services(first: 7) { edges { cursor node { id } } } }", 1 + 7],
    ["what stands below a page as often as the page is long", "{ services(first: 7) { nodes { offices { id } } } }", 1 + 7 * (1 + 3)],
    ["pages in pages multiplied", "{ me { applications(first: 10) { nodes { payments { receipts { receiptId } } } } } }", 1 + 1 + 10 * (1 + 2 * (1 + 1))],
    ["the sum of its aliases", "{ a: services(first: 7) { nodes { id } } b: services(first: 5) { nodes { id } } }", 2 + 7 + 5],
    ["what its fragments cost where they stand", "{ a: services(first: 7) { ...f } b: services(first: 5) { ...f } } fragment f on ServiceConnection { nodes { id } }", 2 + 7 + 5],
    ["more for what another system is asked", "{ me { person { __typename } } }", 1 + 50],
    ["more for what is counted", "{ services(first: 7) { totalCount } }", 1 + 5],
    ["more for the schema about itself", "{ __schema { queryType { name } } }", 500],
    ["more for a mutation", 'mutation { cancelAppointment(input: { appointment: "apt_x", idempotencyKey: "12345678" }) { __typename } }', 10 + 1],
    ["as much as could come for a page that is too long", "{ services(first: 100000) { nodes { id } } }", 1 + 100],
    ["as much as usual for a page that makes no sense", "{ services(first: -1) { nodes { id } } }", 1 + 20],
  ])("%s", (_name, source, points) => {
    expect(cost(source)).toBe(points);
  });

  test.each([
    [{ n: 7 }, 1 + 7 * 4],
    [{ n: 100 }, 1 + 100 * 4],
    [{ n: 1_000 }, 1 + 100 * 4],
    [{ n: null }, 1 + 20 * 4],
    [{}, 1 + 20 * 4],
  ])("what its variables make of it: %j", (variables, points) => {
    expect(cost(page, variables)).toBe(points);
  });

  test("what a variable's default makes of it, and no more once it is given", () => {
    const source = "query ($n: Int = 50) { services(first: $n) { nodes { id } } }";
    expect([cost(source), cost(source, { n: 5 })]).toEqual([51, 6]);
  });

  test("less than half of the most for whatever the IDE's tabs ask, more for a catalogue of everything", () => {
    expect(cost("{ services(first: 100) { nodes { offices { hours { weekday } } whatYouNeed { title } situations { key } topics { key } costs { title } } } }")).toBeLessThan(maximumCost);
    expect(cost("{ a: services(first: 100) { nodes { offices { hours { weekday } } whatYouNeed { title } situations { key } topics { key } costs { title } } } b: services(first: 100) { nodes { offices { hours { weekday } } whatYouNeed { title } situations { key } topics { key } costs { title } } } }")).toBeGreaterThan(maximumCost);
  });

  test("what it costs in no time, however often it is asked", () => {
    const prepared = prepare(slice, page, undefined);
    if ("errors" in prepared) throw new Error("refused");
    const began = performance.now();
    for (let n = 0; n < 10_000; n += 1) prepared.cost({ n });
    expect(performance.now() - began).toBeLessThan(60_000);
  });
});
