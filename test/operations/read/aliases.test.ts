import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { fill } from "./rows.ts";

let hub: TestHub;
let ada: Client;
let staff: Client;
beforeAll(async () => {
  hub = await startHub();
  ada = await hub.citizen("ada.rossi");
  await hub.citizen("bruno.ferrero");
  await fill(hub);
  staff = await hub.staff({ edilizia: ["SUPERVISOR"], informagiovani: ["SUPERVISOR"] });
});
afterAll(() => hub.close());

const states = {
  applications: ["DRAFT", "SUBMITTED", "IN_PROGRESS", "ACCEPTED", "REJECTED", "WITHDRAWN"],
  appointments: ["BOOKED", "CANCELLED", "SERVED", "MISSED", "LAPSED"],
  payments: ["OPEN", "OUTCOME_UNKNOWN", "PAID", "EXPIRED", "CANCELLED"],
} as const;
type List = keyof typeof states;

const selections: Readonly<Record<List, readonly string[]>> = {
  applications: ["nodes { id state }", "nodes { id history { to at } }", "edges { cursor node { __typename id office { slug } } }", "nodes { id payments { id state receipts { receiptId } } }", "nodes { ... on ZtlPermitApplication { id plates } ... on GenericApplication { id answers } }", "totalCount"],
  appointments: ["nodes { id state startsAt }", "nodes { id service { slug } }", "edges { cursor node { id code } }", "totalCount", "nodes { office { name } }"],
  payments: ["nodes { id state amount { cents } }", "nodes { receipts { receiptId amount { cents } } }", "totalCount", "edges { node { id } }"],
};

/** One use of a list: under which arguments, and what of it. */
interface Use {
  readonly list: List;
  readonly args: string;
  readonly selection: string;
}

const use: fc.Arbitrary<Use> = fc.constantFrom<List>("applications", "appointments", "payments").chain(list => fc.record({
  list: fc.constant(list),
  args: fc.record({
    size: fc.option(fc.record({ direction: fc.constantFrom("first", "last"), count: fc.integer({ min: 1, max: 12 }) }), { nil: undefined }),
    filter: fc.option(fc.subarray([...states[list]]), { nil: undefined }),
  }).map(({ size, filter }) => {
    const args = [...(size ? [`${size.direction}: ${size.count}`] : []), ...(filter ? [`filter: { states: [${filter.join(", ")}] }`] : [])];
    return args.length > 0 ? `(${args.join(", ")})` : "";
  }),
  selection: fc.subarray([...selections[list]], { minLength: 1, maxLength: 3 }).map(parts => `${parts.join(" ")} pageInfo { hasNextPage hasPreviousPage endCursor }`),
}));

const written = ({ list, args, selection }: Use, alias: string): string => `${alias}: ${list}${args} { ${selection} }`;

const asking = (field: "me" | "desk") => async (client: Client, uses: readonly Use[]): Promise<Json[]> => {
  const data = await client.data(`{ ${field} { ${uses.map((each, place) => written(each, `a${place}`)).join(" ")} } }`);
  return uses.map((_, place) => data[field]![`a${place}`]!);
};

/** How many pairs are tried for each caller, and how many of them in one request. */
const pairs = { all: 500, together: 5 } as const;

test("1,000 pairs of uses of lists, under filters and callers of all kinds and side by side, answer each what it answers alone", async () => {
  const places = [["me", ada], ["desk", staff]] as const;
  // Each use is asked alone once; the pairs are drawn from them. A failure names the seed, from which all comes.
  const seed = Date.now();
  const uses = fc.sample(use, { numRuns: 80, seed });
  const alone = new Map<string, Json[]>();
  for (const [field, client] of places) alone.set(field, await Promise.all(uses.map(async each => (await asking(field)(client, [each]))[0]!)));
  const different = new Set([...alone.values()].flat().map(answer => JSON.stringify(answer)));
  expect(different.size).toBeGreaterThan(80);

  const drawn = fc.array(fc.tuple(fc.nat(uses.length - 1), fc.nat(uses.length - 1)), { minLength: pairs.together, maxLength: pairs.together });
  let tried = 0;
  await fc.assert(fc.asyncProperty(drawn, async together => {
    // Both callers ask at once: what one is answered must not depend on the other either.
    await Promise.all(places.map(async ([field, client]) => {
      const asked = together.flat();
      const answers = await asking(field)(client, asked.map(each => uses[each]!));
      for (const [place, answer] of answers.entries()) expect(answer).toEqual(alone.get(field)![asked[place]!]);
      tried += together.length;
    }));
  }), { numRuns: pairs.all / pairs.together, endOnFailure: true, seed });
  expect(tried).toBe(1_000);
}, 120_000);

test("the pages of a list, one after the other in either direction, are the list, each thing once", async () => {
  const all = (await ada.data(`{ me { applications(first: 100) { nodes { id } totalCount } } }`))["me"]!["applications"]!;
  const ids = all["nodes"]!.map(({ id }) => id);
  expect(ids.length).toBe(Number(all["totalCount"]));
  await fc.assert(fc.asyncProperty(fc.integer({ min: 3, max: 17 }), fc.boolean(), async (size, forward) => {
    const [count, cursor, more, end] = forward ? ["first", "after", "hasNextPage", "endCursor"] : ["last", "before", "hasPreviousPage", "startCursor"];
    const found: string[] = [];
    for (let from: string | null = null; ;) {
      const page: Json = (await ada.data(`query ($from: String) { me { applications(${count}: ${size}, ${cursor}: $from) { nodes { id } pageInfo { ${more} ${end} } } } }`, { from }))["me"]!["applications"]!;
      const nodes = page["nodes"]!.map(({ id }) => id!);
      found.splice(forward ? found.length : 0, 0, ...nodes);
      if (String(page["pageInfo"]![more]) !== "true") break;
      from = page["pageInfo"]![end]!;
    }
    expect(found).toEqual(ids);
  }), { numRuns: 8 });
});

test("aliases of the same person's lists under different variables are not mixed, however they are spread over fragments", async () => {
  const query = `query ($one: [ApplicationState!], $other: [ApplicationState!], $with: Boolean!) {
    me { ...A ... on Citizen { two: applications(first: 100, filter: { states: $other }) { nodes { state } } } three: applications(first: 2) @include(if: $with) { nodes { id } } }
  } fragment A on Citizen { one: applications(first: 100, filter: { states: $one }) { nodes { state } } }`;
  for (const [one, other, extra] of [[["DRAFT"], ["ACCEPTED"], true], [["ACCEPTED"], ["DRAFT"], false], [null, [], true], [["REJECTED"], null, false]] as const) {
    const { me } = await ada.data(query, { one, other, with: extra });
    const seen = (alias: string): string[] => [...new Set(me![alias]!["nodes"]!.map(({ state }) => state!))].sort();
    expect(seen("one")).toEqual(one === null ? [...states.applications].sort() : [...one]);
    expect(seen("two")).toEqual(other === null ? [...states.applications].sort() : [...other]);
    expect(me!["three"] !== undefined).toBe(extra);
  }
});

test("nobody's list holds anything of anybody else, whatever is asked", async () => {
  const { me } = await ada.data(`{ me { id applications(first: 100) { nodes { id } } appointments(first: 100) { nodes { id } } payments(first: 100) { nodes { id } } } }`);
  const mine = me!["id"]!.slice(4);
  for (const list of ["application", "appointment", "payment"] as const) {
    const rows = await hub.sql<{ id: string }>(`select "id" from "${list}" where "citizen_id" = $1`, [mine]);
    expect(me![`${list}s`]!["nodes"]!.map(({ id }) => id!.slice(4)).sort()).toEqual(rows.map(({ id }) => id).sort().slice(0, 100));
  }
});
