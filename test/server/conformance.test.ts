import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { serverAudits } from "graphql-http";
import { startHub, type TestHub } from "../helpers/hub.ts";

let hub: TestHub;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

/** What the audits recommend and Apollo Server documents otherwise. */
const otherwise: Readonly<Record<string, string>> = {
  "SHOULD use 200 status code on document parsing failure when accepting application/json": "a request that was not understood is answered 400 in both media types",
  "SHOULD use 200 status code on document validation failure when accepting application/json": "a request that was not understood is answered 400 in both media types",
  "SHOULD use a status code of 200 on variable coercion failure when accepting application/json": "a request that was not understood is answered 400 in both media types",
};

describe("GraphQL over HTTP, by the public audits", () => {
  // A GET must show that no other site's page made the browser send it; this header is how.
  const fetchFn = (url: string, init: RequestInit = {}): Promise<Response> => fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), "apollo-require-preflight": "true" } });
  const audits = serverAudits({ url: () => `${hub.url}/graphql`, fetchFn });

  test.each(audits.filter(({ name }) => !(name in otherwise)).map(audit => [audit.name, audit] as const))("%s", async (_name, audit) => {
    const result = await audit.fn();
    expect({ status: result.status, reason: "reason" in result ? result.reason : undefined }).toEqual({ status: "ok", reason: undefined });
  });

  test("are otherwise only where this is said, and nowhere with a MUST", async () => {
    const others = audits.filter(({ name }) => name in otherwise);
    expect(others.map(({ name }) => name).sort()).toEqual(Object.keys(otherwise).sort());
    expect(others.filter(({ name }) => !name.startsWith("SHOULD"))).toEqual([]);
    for (const audit of others) expect((await audit.fn()).status).not.toBe("ok");
  });
});

describe("a request that another site's page could make a browser send", () => {
  test.each([
    ["a GET without a header of its own", () => fetch(`${hub.url}/graphql?query={__typename}`)],
    ["a form", () => fetch(`${hub.url}/graphql`, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "query={__typename}" })],
    ["JSON that says it is text", () => fetch(`${hub.url}/graphql`, { method: "POST", headers: { "content-type": "text/plain" }, body: '{"query":"{__typename}"}' })],
  ])("is refused: %s", async (_name, send) => {
    const response = await send();
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await response.text()).not.toContain('"data"');
  });

  test("a mutation by GET is refused even with the header, and says what is allowed", async () => {
    const response = await fetch(`${hub.url}/graphql?query=${encodeURIComponent("mutation { __typename }")}`, { headers: { "apollo-require-preflight": "true" } });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  });
});

describe("a client that offers HTTP/2 with its request, as Java's own does", () => {
  const send = async (path: string, type: string, body: string): Promise<readonly [number | undefined, string]> => {
    const sent = request(`${hub.url}${path}`, { method: "POST", headers: { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA", "content-type": type } });
    sent.end(body);
    const [answer] = await once(sent, "response") as [IncomingMessage];
    return [answer.statusCode, await text(answer)];
  };

  test("is answered by the graph as if it had not", async () => {
    expect(await send("/graphql", "application/json", '{"query":"{ __typename }"}')).toEqual([200, expect.stringContaining('"__typename":"Query"')]);
  });

  test("is answered by the station as if it had not", async () => {
    expect(await send("/pagopa/paForNode", "text/xml", "no XML")).toEqual([500, expect.stringContaining("NOT_XML")]);
  });
});

describe("portals on other origins", () => {
  const portal = "https://portale.example.it";
  let open: TestHub;
  beforeAll(async () => {
    open = await startHub({ beside: hub, settings: { CORS_ORIGINS: `${portal},https://altro.example.it` } });
  });
  afterAll(() => open.close());

  const ask = (method: string, origin: string, headers: Record<string, string> = {}) =>
    fetch(`${open.url}/graphql`, { method, headers: { origin, ...headers }, ...(method === "POST" ? { body: '{"query":"{ limits { cost } }"}' } : {}) });

  test("on the list may ask, with their user's cookie, and read what is left", async () => {
    const preflight = await ask("OPTIONS", portal, { "access-control-request-method": "POST", "access-control-request-headers": "content-type" });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(["origin", "credentials", "methods"].map(name => [name, preflight.headers.get(`access-control-allow-${name}`)]))).toEqual({ origin: portal, credentials: "true", methods: "GET, POST" });
    expect(preflight.headers.get("access-control-allow-headers")).toContain("content-type");
    const answer = await ask("POST", portal, { "content-type": "application/json" });
    expect(answer.headers.get("access-control-allow-origin")).toBe(portal);
    expect(answer.headers.get("access-control-expose-headers")).toContain("x-ratelimit-remaining");
    expect(answer.headers.get("vary")).toContain("origin");
  });

  test.each(["https://evil.example", `${portal}.evil.example`, "null", "https://PORTALE.example.it"])("off the list get no permission: %s", async origin => {
    for (const method of ["OPTIONS", "POST"]) expect((await ask(method, origin, { "content-type": "application/json" })).headers.get("access-control-allow-origin")).toBeNull();
  });

  test("other routes are never shared", async () => {
    expect((await fetch(`${open.url}/spid/metadata`, { headers: { origin: portal } })).headers.get("access-control-allow-origin")).toBeNull();
  });
});

test("a list of operations is refused as one, with a word for it, and none of them is run", async () => {
  for (const body of [[{ query: "{ __typename }" }], [], Array.from({ length: 1_000 }, () => ({ query: "{ services { totalCount } }" }))]) {
    const { status, errors, data } = await hub.visitor.post(JSON.stringify(body), { "accept-language": "en" });
    expect([status, data]).toEqual([400, null]);
    expect(errors).toEqual([{ message: "A list of operations is not accepted: send each in a request of its own.", extensions: { code: "BATCH_REFUSED" } }]);
  }
  expect((await hub.visitor.post("[]")).errors[0]!.message).toBe("Un elenco di operazioni non è ammesso: inviarle una per richiesta.");
});

test("every answer tells browsers to stay on the safe side", async () => {
  for (const path of ["/graphql?query={__typename}", "/healthz", "/nowhere"]) {
    const { headers } = await fetch(`${hub.url}${path}`);
    expect({ sniff: headers.get("x-content-type-options"), referrer: headers.get("referrer-policy"), frame: headers.get("x-frame-options") }).toEqual({ sniff: "nosniff", referrer: "no-referrer", frame: "DENY" });
  }
});
