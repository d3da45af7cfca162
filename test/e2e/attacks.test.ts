import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "../helpers/client.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";

let hub: TestHub;
let citizen: Client;

beforeAll(async () => {
  hub = await startHub();
  citizen = await hub.citizen("ada.rossi");
});
afterAll(() => hub.close());

const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(" ");
const nested = (depth: number): string => `${"{a".repeat(depth)}${"}".repeat(depth)}`;
const filter = "query ($filter: ServiceFilter) { services(filter: $filter) { nodes { id } } }";

interface Attack {
  readonly query: string;
  /** As JSON. */
  readonly variables?: string;
  readonly code: string;
}

/** What is known to hurt graphs, and what each is answered. `code` is the same over HTTP and WebSocket. */
const attacks: Readonly<Record<string, Attack>> = {
  "10,000 aliases": { query: `{ ${times(10_000, index => `a${index}: __typename`)} }`, code: "LIMIT_EXCEEDED" },
  "1,000 aliases of __typename": { query: `{ ${times(1_000, index => `a${index}: __typename`)} }`, code: "LIMIT_EXCEEDED" },
  "500 aliases of __typename": { query: `{ ${times(500, index => `a${index}: __typename`)} }`, code: "LIMIT_EXCEEDED" },
  "depth 12": { query: `{ me { applications { nodes { service { offices { hours { a { b { c { d { e { f } } } } } } } } } } } }`, code: "LIMIT_EXCEEDED" },
  "depth 700": { query: nested(700), code: "LIMIT_EXCEEDED" },
  "20,000 nested braces": { query: nested(20_000), code: "LIMIT_EXCEEDED" },
  "19,000 braces and nothing else": { query: "{".repeat(19_000), code: "GRAPHQL_PARSE_FAILED" },
  "5,000 directives": { query: `{ services ${times(5_000, () => "@include(if: true)")} { nodes { id } } }`, code: "LIMIT_EXCEEDED" },
  "500 directives": { query: `{ services ${times(500, () => "@a")} { nodes { id } } }`, code: "LIMIT_EXCEEDED" },
  "a field asked 1,000 times": { query: `{ services { nodes { ${"id ".repeat(1_000)} } } }`, code: "LIMIT_EXCEEDED" },
  "overlapping fields in pairs": { query: `{ me { ${times(100, () => "applications { nodes { id state } }")} } }`, code: "LIMIT_EXCEEDED" },
  "overlapping fragments": { query: `{ services { nodes { ${times(50, index => `...f${index}`)} } } } ${times(50, index => `fragment f${index} on Service { id title summary status ${index < 49 ? `...f${index + 1}` : ""} }`)}`, code: "LIMIT_EXCEEDED" },
  "fragments that double": { query: `{ me { ...f0 } } ${times(50, index => `fragment f${index} on Citizen { id ...f${index + 1} ...f${index + 1} }`)} fragment f50 on Citizen { id }`, code: "LIMIT_EXCEEDED" },
  "fragments in a circle": { query: "{ me { ...a } } fragment a on Citizen { id ...b } fragment b on Citizen { id ...a }", code: "GRAPHQL_VALIDATION_FAILED" },
  "the schema about itself, in circles": { query: `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`, code: "GRAPHQL_VALIDATION_FAILED" },
  "a catalogue of catalogues": { query: `{ ${times(4, index => `s${index}: services(first: 100) { nodes { offices { id hours { weekday } } whatYouNeed { title } costs { title } situations { key } } }`)} }`, code: "COST_EXCEEDED" },
  "a page of 100 by a variable": { query: `query ($n: Int) { ${times(4, index => `s${index}: services(first: $n) { nodes { offices { id hours { weekday } } whatYouNeed { title } costs { title } situations { key } } }`)} }`, variables: `{ "n": 100 }`, code: "COST_EXCEEDED" },
  "a list of 100,000 variables": { query: filter, variables: `{ "filter": { "category": [0${",0".repeat(99_999)}] } }`, code: "LIMIT_EXCEEDED" },
  "variables 10,000 deep": { query: filter, variables: `{ "filter": ${'{"a":'.repeat(10_000)}0${"}".repeat(10_000)} }`, code: "LIMIT_EXCEEDED" },
  "1,500 wrong values": { query: "query ($input: AvailabilityInput!) { availability(input: $input) { day } }", variables: `{ "input": { ${Array.from({ length: 1_500 }, (_, index) => `"f${index}": ${index}`).join()} } }`, code: "BAD_USER_INPUT" },
  "1,000 guesses in one document": { query: `{ ${times(1_000, index => `g${index}: node(id: "apt_${index}") { id }`)} }`, code: "LIMIT_EXCEEDED" },
  "1,000 guesses of fields": { query: `{ ${times(400, index => `secret${index}`)} }`, code: "LIMIT_EXCEEDED" },
};

const bodyOf = (query: string, variables = "{}"): string => `{ "query": ${JSON.stringify(query)}, "variables": ${variables} }`;

/** What this process has worked since, in milliseconds: how long it was kept waiting by others does not count. */
function workSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}

test.each(Object.entries(attacks))("%s", async (name, { query, variables, code }) => {
  const took = { http: Infinity, socket: Infinity };
  // The best of three: the machine has other things to do.
  for (let round = 0; round < 3; round += 1) {
    const began = process.cpuUsage();
    const { status, errors, headers } = await citizen.post(bodyOf(`${query} #${round}`, variables));
    took.http = Math.min(took.http, workSince(began));
    expect({ status, code: errors[0]?.extensions.code }).toEqual({ status: 400, code });
    expect(headers.get("content-type")).toContain("json");
  }
  const socket = await citizen.bare();
  for (let round = 0; round < 3; round += 1) {
    const began = process.cpuUsage();
    socket.send(`{ "type": "subscribe", "id": "${round}", "payload": ${bodyOf(`${query} #${round}`, variables)} }`);
    const { type, payload } = await socket.next(({ id }) => id === String(round));
    took.socket = Math.min(took.socket, workSince(began));
    expect({ type, code: (payload as { extensions: { code: string } }[])[0]!.extensions.code }).toEqual({ type: "error", code });
  }
  expect(socket.closed).toBeUndefined();
  socket.ws.close();
  console.log(`${name.padEnd(40)} ${code.padEnd(26)} HTTP ${took.http.toFixed(1).padStart(6)} ms   WebSocket ${took.socket.toFixed(1).padStart(6)} ms`);
  // Many times what a refusal takes, on a slow machine too, and far below what an attack takes that gets through.
  expect(Math.max(took.http, took.socket)).toBeLessThan(500);
});
