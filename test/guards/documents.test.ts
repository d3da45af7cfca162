import { resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Kind, OperationTypeNode, parse } from "graphql";
import { citizenPermissions, dataSetPermissions, type Permission, rolePermissions, visitorPermissions } from "../../entities/permission.ts";
import * as operations from "../../scripts/story/queries.ts";
import { maximumCost } from "../../server/graph/cost.ts";
import { documentsOf } from "../../server/graph/documents.ts";
import { buildGraph } from "../../server/graph/schema.ts";
import { slicesOf } from "../../server/graph/slices.ts";
import { hashOf, readManifests } from "../../server/graph/trusted.ts";

const registered = await readManifests(resolve(import.meta.dirname, "../../schema/documents"));
const graph = buildGraph();
const slice = slicesOf(graph);
const prepare = documentsOf(graph);

/** Who each client asks for. */
const callers: Readonly<Record<string, readonly (readonly Permission[])[]>> = {
  portal: [visitorPermissions, citizenPermissions],
  desk: Object.values(rolePermissions),
  partner: [Object.values(dataSetPermissions).flat()],
};

describe("documents that clients registered", () => {
  test("are there for every client, and of the last two releases at most", () => {
    const releases = Map.groupBy(registered, ({ client }) => client);
    expect([...releases.keys()].sort()).toEqual(Object.keys(callers).sort());
    for (const [client, lists] of releases) expect({ client, few: lists.length <= 2 }).toEqual({ client, few: true });
  });

  const documents = registered.flatMap(({ client, release, manifest }) => Object.entries(manifest).map(([hash, source]) => [`${client} ${release} ${/\b(?:query|mutation|subscription) \w+/.exec(source)?.[0] ?? hash}`, client, source] as const));

  test.each(documents)("%s is still understood, and within the limits", (_name, client, source) => {
    const prepared = callers[client]!.map(permissions => prepare(slice(new Set(permissions)), source, undefined));
    const good = prepared.find(result => "query" in result);
    expect(good ?? prepared.at(-1)).not.toHaveProperty("errors");
    if (good && "query" in good) expect(good.cost({})).toBeLessThanOrEqual(maximumCost / 2);
  });

  test("ask nothing of the schema about itself", () => {
    const asked = documents.flatMap(([name, , source]) => (/__schema|__type\b/.test(source) ? [name] : []));
    expect(asked).toEqual([]);
  });

  test("hold what the story's clients ask: npm run documents:print", () => {
    const known = new Set(registered.flatMap(({ manifest }) => Object.keys(manifest)));
    const { introspection: _introspection, verification, ...asked } = operations;
    const missing = Object.entries({ ...asked, verification: verification("") }).filter(([, source]) => !known.has(hashOf(source))).map(([name]) => name);
    expect(missing).toEqual([]);
  });

  test("are single operations with a name", () => {
    for (const [name, , source] of documents) {
      const found = parse(source).definitions.filter(node => node.kind === Kind.OPERATION_DEFINITION);
      expect({ name, operations: found.length, named: found.every(node => node.name !== undefined), kinds: found.every(node => Object.values(OperationTypeNode).includes(node.operation)) }).toEqual({ name, operations: 1, named: true, kinds: true });
    }
  });
});
