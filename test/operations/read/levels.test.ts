import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | null; readonly endCursor: string | null };
}

const pageFields = "nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
const offices = ["polizia-locale", "tributi"] as const;
let hub: TestHub;
let officer: Client;
let citizen: Client;

beforeAll(async () => {
  hub = await startHub();
  citizen = await hub.citizen("ada.rossi");
  officer = await hub.staff({ [offices[0]]: ["CASE_OFFICER"], [offices[1]]: ["CASE_OFFICER"] });
  // Four applications at each instant, so that only the key puts them in order; in three offices, of which the officer works in two.
  await hub.sql(`
    insert into "application" ("id", "administration_id", "service_id", "office_id", "citizen_id", "kind", "state", "details", "created_at", "updated_at")
    select gen_random_uuid(), c."administration_id", s."id", o."id", c."id", 'GENERIC', case n % 3 when 0 then 'SUBMITTED' else 'IN_PROGRESS' end, '{}', now() - n / 4 * interval '1 hour', now()
    from generate_series(1, 30) n, (select * from "citizen" order by "created_at", "id" limit 1) c, (select "id" from "service" order by "position" limit 1) s,
      lateral (select "id" from "office" where "slug" = (array['polizia-locale', 'tributi', 'edilizia'])[n % 3 + 1]) o`);
});
afterAll(() => hub.close());

const inOrder = async (where: string): Promise<string[]> =>
  (await hub.sql<{ id: string }>(`select 'app_' || a."id" as id from "application" a join "office" o on o."id" = a."office_id" where ${where} order by a."created_at" desc, a."id" desc`)).map(({ id }) => id);

/** Every page of a list from one end to the other. */
async function walk(client: Client, root: "me" | "desk", size: number, forward: boolean, filter = ""): Promise<string[]> {
  const [count, cursor] = forward ? ["first", "after"] : ["last", "before"];
  const seen: string[] = [];
  let at: string | null = null;
  for (let pages = 0; pages < 40; pages += 1) {
    const data = await client.data(`query ($at: String) { ${root} { applications(${count}: ${size}, ${cursor}: $at${filter}) { ${pageFields} } } }`, { at });
    const page = data[root]!["applications"] as unknown as Page;
    expect(page.edges.map(({ node }) => node)).toEqual(page.nodes);
    expect([page.pageInfo.startCursor, page.pageInfo.endCursor]).toEqual([page.edges.at(0)?.cursor ?? null, page.edges.at(-1)?.cursor ?? null]);
    expect(forward ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage).toBe(at !== null);
    const ids = page.nodes.map(({ id }) => id);
    if (forward) seen.push(...ids);
    else seen.unshift(...ids);
    if (!(forward ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) return seen;
    at = forward ? page.pageInfo.endCursor : page.pageInfo.startCursor;
  }
  throw new Error("the pages do not end");
}

describe("pages", () => {
  test.each([[1, true], [3, true], [7, false], [100, true]])("of %i, forward: %p, show the desk of several offices once and in order", async (size, forward) => {
    expect(await walk(officer, "desk", size, forward)).toEqual(await inOrder(`o."slug" in ('polizia-locale', 'tributi')`));
  });

  test("show a citizen's own list once and in order, in both directions and under a filter", async () => {
    const all = await inOrder("true");
    expect(all).toHaveLength(30);
    expect(await walk(citizen, "me", 4, true)).toEqual(all);
    expect(await walk(citizen, "me", 4, false)).toEqual(all);
    expect(await walk(citizen, "me", 3, true, ", filter: { states: [SUBMITTED] }")).toEqual(await inOrder(`a."state" = 'SUBMITTED'`));
  });

  test("have the size that each request asks for, whatever was asked before with the same document", async () => {
    const ask = async (first: number): Promise<[number, Json]> => {
      const { services } = await hub.visitor.data("query ($first: Int) { services(first: $first) { nodes { id } pageInfo { hasNextPage } } }", { first });
      return [(services!["nodes"] as unknown as unknown[]).length, services!["pageInfo"]!["hasNextPage"]!];
    };
    expect([await ask(9), await ask(2), await ask(100)]).toEqual([[9, true], [2, true], [40, false]]);
  });
});

describe("what hangs on a row", () => {
  test("hangs on its own row: lists, lists of lists, and rows beside it", async () => {
    const { services } = await hub.visitor.data("{ services(first: 100) { nodes { slug whatYouNeed { code } offices { slug hours { weekday } } } } }");
    const { rows } = (await hub.sql<{ rows: Json }>(`
      select json_agg(json_build_object('slug', s."slug",
        'whatYouNeed', (select coalesce(json_agg(json_build_object('code', d."code") order by d."position"), '[]') from "required_document" d where d."service_id" = s."id"),
        'offices', (select coalesce(json_agg(json_build_object('slug', o."slug", 'hours', (select json_agg(json_build_object('weekday', h->'weekday')) from jsonb_array_elements(o."hours") h)) order by o."name"), '[]')
          from "office" o join "service_office" j on j."office_id" = o."id" where j."service_id" = s."id")) order by s."position") as rows from "service" s`))[0]!;
    expect(services!["nodes"]).toEqual(rows);
  });

  test("is there for each of several rows that share it", async () => {
    const { me } = await citizen.data("{ me { applications(first: 20) { nodes { service { slug offices { slug } whatYouNeed { code } } office { slug } } } } }");
    const [first, ...others] = (me!["applications"]!["nodes"] as unknown as Json[]).map(node => node["service"]!);
    expect((first!["offices"] as unknown as unknown[]).length).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(first);
  });

  test("keeps two aliases of one list apart", async () => {
    const aliases = `a: applications(first: 2) { nodes { id } } b: applications(last: 3, filter: { states: [SUBMITTED] }) { totalCount nodes { id } }`;
    const { me } = await citizen.data(`{ me { ${aliases} } }`);
    const submitted = await inOrder(`a."state" = 'SUBMITTED'`);
    expect(me!["a"]).toEqual({ nodes: (await inOrder("true")).slice(0, 2).map(id => ({ id })) });
    expect(me!["b"]).toEqual({ totalCount: submitted.length, nodes: submitted.slice(-3).map(id => ({ id })) });
  });

  test("is not shown where the caller sees none of it, and a thing of nobody's looks like one of somebody else's", async () => {
    const [[own], foreign] = [await inOrder("true"), `app_${randomUUID()}`];
    const other = await hub.citizen("bruno.ferrero");
    const node = "query ($id: ID!) { node(id: $id) { id } }";
    expect(await citizen.data(node, { id: own })).toEqual({ node: { id: own } });
    expect(await other.data(node, { id: own })).toEqual(await other.data(node, { id: foreign }));
    expect(await other.data("{ me { applications { nodes { id } totalCount pageInfo { endCursor } } } }")).toEqual({ me: { applications: { nodes: [], totalCount: 0, pageInfo: { endCursor: null } } } });
  });
});
