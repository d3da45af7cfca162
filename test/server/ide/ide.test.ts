import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import Fastify, { type FastifyInstance } from "fastify";
import { buildSchema, parse, validate } from "graphql";
import { type IdeOptions, registerIde } from "../../../server/ide/index.ts";
import { storyTabs } from "../../../server/ide/tabs.ts";

const browser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const bundle = "console.log('the bundle')";
const tabs = await storyTabs("2026-11-23");
let assets: string;
let app: FastifyInstance;

const options = (): IdeOptions => ({
  title: "Sportello </script><b>",
  endpoint: "/graphql",
  clock: { now: () => new Date("2026-11-23T09:00:00Z") },
  caller: async ({ headers }) => (headers.cookie === undefined ? { name: "visitatore", signedIn: false } : { name: "Ada Rossi", signedIn: true }),
  logins: [{ label: "Cittadino", hint: "con SPID", href: "/spid/login?level=2" }],
  logout: "/spid/logout",
  partnerToken: async () => "a-token",
  assets,
});

beforeAll(async () => {
  assets = await mkdtemp(join(tmpdir(), "hub-ide-"));
  await writeFile(join(assets, ".built-from"), "0123456789abcdef");
  await writeFile(join(assets, "main.js"), bundle);
  await writeFile(join(assets, "main.js.gz"), gzipSync(bundle));
  await writeFile(join(assets, "..secret"), "not an asset");
  app = Fastify();
  expect(await registerIde(app, options())).toBe(true);
  app.get("/graphql", async () => ({ answeredBy: "the graph" }));
});
afterAll(async () => {
  await app.close();
  await rm(assets, { recursive: true });
});

interface PageData {
  readonly title: string;
  readonly caller: string;
  readonly logout?: string;
  readonly tabs: readonly { readonly query: string; readonly variables?: string }[];
}
async function openPage(headers: Record<string, string> = {}): Promise<{ html: string; policy: string; data: PageData }> {
  const { body, headers: answered, statusCode } = await app.inject({ url: "/graphql", headers: { ...browser, ...headers } });
  expect(statusCode).toBe(200);
  const [, block] = /<script type="application\/json" id="page">(.*?)<\/script>/.exec(body)!;
  return { html: body, policy: String(answered["content-security-policy"]), data: JSON.parse(block!) as PageData };
}

describe("the page of the IDE", () => {
  test("is shown to browsers alone; programs reach the graph", async () => {
    expect((await openPage()).html).toContain('src="/ide/0123456789ab/main.js"');
    for (const headers of [{ accept: "application/json" }, { accept: "*/*" }, {}]) {
      expect((await app.inject({ url: "/graphql", headers })).json()).toEqual({ answeredBy: "the graph" });
    }
  });

  test("runs no script but its own files, and its data cannot become markup", async () => {
    const { html, policy, data } = await openPage();
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    const scripts = [...html.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(scripts).toEqual([' type="application/json" id="page"', ' type="module" src="/ide/0123456789ab/main.js"']);
    expect(html).not.toContain("<b>");
    expect(data.title).toBe("Sportello </script><b>");
  });

  test("says who asks, and offers the way out to those who are in", async () => {
    expect((await openPage()).data).toMatchObject({ caller: "visitatore" });
    expect((await openPage()).data.logout).toBeUndefined();
    expect((await openPage({ cookie: "session=1" })).data).toMatchObject({ caller: "Ada Rossi", logout: "/spid/logout" });
  });

  test("gets its files, packed where the browser can unpack, kept for good, and nothing else from the folder", async () => {
    const plain = await app.inject("/ide/0123456789ab/main.js");
    expect(plain.body).toBe(bundle);
    expect(plain.headers).toMatchObject({ "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=31536000, immutable" });
    const packed = await app.inject({ url: "/ide/0123456789ab/main.js", headers: { "accept-encoding": "gzip, br" } });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(packed.rawPayload).toString()).toBe(bundle);
    for (const path of ["..%2Fpackage.json", "..secret", ".built-from", "none.js", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"]) {
      expect((await app.inject(`/ide/0123456789ab/${path}`)).statusCode).toBe(404);
    }
  });

  test("hands out a partner's token only where there is one to be had", async () => {
    expect((await app.inject({ method: "POST", url: "/ide/partner-token" })).json()).toEqual({ token: "a-token" });
    const plain = Fastify();
    const { partnerToken: _, ...without } = options();
    await registerIde(plain, without);
    expect((await plain.inject({ method: "POST", url: "/ide/partner-token" })).statusCode).toBe(404);
    await plain.close();
  });

  test("adds nothing where its files were left out", async () => {
    const plain = Fastify();
    expect(await registerIde(plain, { ...options(), assets: join(assets, "absent") })).toBe(false);
    expect((await plain.inject({ url: "/graphql", headers: browser })).statusCode).toBe(404);
    await plain.close();
  });
});

describe("the tabs of the IDE", () => {
  test.each(tabs.map(tab => [/(?:query|mutation|subscription) (\w+)/.exec(tab.query)![1]!, tab] as const))("%s is valid in the schema", async (_, { query, variables }) => {
    const schema = buildSchema(await readFile("schema/schema.graphql", "utf8"));
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    const asked = document.definitions.flatMap(definition => ("variableDefinitions" in definition ? (definition.variableDefinitions ?? []) : [])).map(({ variable }) => variable.name.value);
    expect(Object.keys(variables ?? {})).toEqual(asked);
  });

  test("start with days that lie ahead", () => {
    const [input] = tabs.flatMap(({ variables }) => (variables?.["input"] as { from?: string; to?: string }) ?? []).filter(({ from }) => from !== undefined);
    expect(input).toMatchObject({ from: "2026-11-24", to: "2026-12-07" });
  });
});
