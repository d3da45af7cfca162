import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Answer, Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { plainly } from "../../../server/web/plain.ts";

let hub: TestHub;
let citizen: Client;

beforeAll(async () => {
  hub = await startHub({ settings: { BUDGET_VISITOR: "1000000" } });
  citizen = await hub.citizen("ada.rossi");
});
afterAll(() => hub.close());

/** What differs from request to request, or from moment to moment. */
const changing = ["date", "x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset"];
const comparable = ({ status, headers, text }: Answer): object => ({
  status, headers: [...headers].filter(([name]) => !changing.includes(name)).sort(), text: text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…"),
});

const services = "query Services($first: Int, $filter: ServiceFilter) { services(first: $first, filter: $filter) { nodes { slug } } }";
const cancel = "mutation ($input: CancelAppointmentInput!) { cancelAppointment(input: $input) { __typename ... on Problem { code message path } } }";
const requests: [string, Record<string, unknown>][] = [
  ["a query", { query: "{ services(first: 2) { nodes { slug title } } }" }],
  ["a name that the document has", { query: services, operationName: "Services" }],
  ["a name that the document does not have", { query: services, operationName: "Others" }],
  ["an empty name", { query: services, operationName: "" }],
  ["no variables", { query: services, variables: null, operationName: null }],
  ["variables", { query: services, variables: { first: 3, filter: { status: "ACTIVE" } } }],
  ["variables of a wrong type", { query: services, variables: { first: "three", filter: { status: "GONE" } } }],
  ["variables that nobody declared", { query: services, variables: { other: 1 } }],
  ["a list for variables", { query: services, variables: [1] }],
  ["a text for variables", { query: services, variables: "{}" }],
  ["two operations without a name", { query: "query A { offices { slug } } query B { offices { name } }" }],
  ["two operations and one name", { query: "query A { offices { slug } } query B { offices { name } }", operationName: "B" }],
  ["an error beside data", { query: "{ offices { slug } services(first: 0) { nodes { slug } } }" }],
  ["an error that leaves nothing", { query: `{ services(after: "none") { nodes { slug } } }` }],
  ["a mutation with a problem", { query: cancel, variables: { input: { appointment: "apt_01a20779-b93b-737c-986f-eb73dc6c3806", idempotencyKey: "plain-test-1" } } }],
  ["a mutation with a missing input", { query: cancel }],
  ["a subscription", { query: "subscription { myUpdates { __typename } }" }],
  ["the schema", { query: "{ __schema { queryType { name } } }" }],
  ["a field that is not there", { query: "{ nothing }" }],
  ["a field of others", { query: "{ me { id } }" }],
  ["no GraphQL at all", { query: "services" }],
  ["nothing", { query: "" }],
  ["no document", { variables: {} }],
  ["a number for a document", { query: 1 }],
  ["letters outside ASCII", { query: "query ($t: String) { services(filter: { title: $t }) { nodes { title } } }", variables: { t: "identità ✓" } }],
];
const headers: [string, Record<string, string>][] = [
  ["accept */*", { accept: "*/*" }],
  ["accept JSON", { accept: "application/json" }],
  ["accept JSON, and text besides", { accept: "application/json, text/plain, */*" }],
  ["accept JSON, and parts besides", { accept: "application/json, multipart/mixed" }],
  ["accept GraphQL's own type", { accept: "application/graphql-response+json" }],
  ["accept GraphQL's own type first", { accept: "application/graphql-response+json, application/json" }],
  ["accept GraphQL's own type first, by weight", { accept: "application/graphql-response+json,application/json;q=0.9" }],
  ["accept GraphQL's own type first, by weight and spaced", { accept: "application/graphql-response+json, application/json;q=0.9" }],
  ["say their character set", { accept: "*/*", "content-type": "application/json; charset=utf-8" }],
  ["would rather read English", { accept: "*/*", "accept-language": "en" }],
];

/** A member that changes nothing, but makes a request one that Apollo has to read. */
const weighed = { extensions: {} };

/** Everything with one header that asks for each media type, and in English; a few of each kind with the others. */
const full = new Set(["accept */*", "accept GraphQL's own type first", "would rather read English"]);

describe.each(headers)("requests that %s", (name, sent) => {
  test.each(full.has(name) ? requests : requests.filter((_, place) => place % 5 === 0))("and hold %s are answered, once known, to the byte as Apollo answers them", async (_what, body) => {
    const client = "accept-language" in sent ? citizen : hub.visitor;
    await client.post(JSON.stringify(body), sent);
    const plain = await client.post(JSON.stringify(body), sent);
    const through = await client.post(JSON.stringify({ ...body, ...weighed }), sent);
    expect(comparable(plain)).toEqual(comparable(through));
  });
});

const asked = (sent: Readonly<Record<string, string>>, body: unknown, method = "POST"): object | undefined =>
  plainly({ method, headers: { "content-type": "application/json", ...sent }, body } as Parameters<typeof plainly>[0]);

test("these requests are read plainly, and nothing else is", () => {
  const body = { query: "{ offices { slug } }" };
  for (const [, sent] of headers) expect(asked(sent, body)).toMatchObject({ asked: { source: body.query } });
  expect(asked({}, { ...body, variables: { first: 1 }, operationName: "A" })).toEqual({ asked: { source: body.query, variables: { first: 1 }, operationName: "A" }, type: "application/json; charset=utf-8" });
  const others: [Record<string, string>, unknown, string?][] = [
    [{}, body, "GET"], [{ accept: "text/html" }, body], [{ "content-type": "text/plain" }, body], [{ "content-type": "application/jsonp" }, body], [{ "content-type": "application/json, text/plain" }, body],
    [{}, null], [{}, "text"], [{}, [body]], [{}, {}], [{}, { query: 1 }], [{}, { query: "" }], [{}, { ...body, ...weighed }], [{}, { ...body, documentId: "sha256:0" }],
    [{}, { ...body, variables: [] }], [{}, { ...body, variables: "{}" }], [{}, { ...body, operationName: "" }], [{}, { ...body, operationName: 1 }],
  ];
  for (const [sent, other, method] of others) expect(asked(sent, other, method)).toBeUndefined();
});

test("what is not plain stays Apollo's: other media types, methods, and pages of other sites", async () => {
  const body = JSON.stringify({ query: "{ services(first: 1) { nodes { slug } } }" });
  await hub.visitor.post(body);
  const statuses = await Promise.all([{ accept: "text/html" }, { "content-type": "text/plain" }, { "content-type": "application/x-www-form-urlencoded" }, { accept: "application/xml" }]
    .map(async sent => (await hub.visitor.post(body, sent as Record<string, string>)).status));
  expect(statuses).toEqual([406, 400, 400, 406]);
});

test("an operation beyond the budget is refused the same both ways, with the time to wait", async () => {
  const poor = await startHub({ settings: { BUDGET_VISITOR: "60" } });
  const body = { query: "{ services(first: 5) { nodes { slug } } }" };
  const answers: Answer[] = [];
  for (let sent = 0; sent < 40; sent += 1) answers.push(await poor.visitor.post(JSON.stringify(body)));
  const through = await poor.visitor.post(JSON.stringify({ ...body, ...weighed }));
  await poor.close();
  expect(answers.at(0)!.status).toBe(200);
  expect(answers.at(-1)!.status).toBe(429);
  expect([through.status, through.headers.get("retry-after") !== null]).toEqual([429, true]);
  expect(answers.at(-1)!.headers.get("content-type")).toBe(through.headers.get("content-type"));
});
