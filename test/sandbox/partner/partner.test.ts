import { createServer, type Server } from "node:http";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { partner } from "../../../sandbox/partner/index.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";

let dataDir: string;
let hub: Server;
let hubUrl: string;
let sandbox: Sandbox;
let asked: URLSearchParams[] = [];
let status = 200;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "partner-"));
  hub = createServer((request, response) => {
    let body = "";
    request.on("data", chunk => { body += String(chunk); });
    request.on("end", () => {
      asked.push(new URLSearchParams(body));
      response.writeHead(request.url === "/oauth/token" ? status : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(status === 200 ? { access_token: "t", token_type: "Bearer" } : { error: "invalid_client" }));
    });
  }).listen(0, "127.0.0.1");
  await new Promise(done => hub.once("listening", done));
  hubUrl = `http://127.0.0.1:${(hub.address() as { port: number }).port}`;
  sandbox = await startSandbox({ port: 0, hubUrl, dataDir, simulators: [partner] });
});

afterAll(async () => {
  await sandbox.close();
  await new Promise(done => hub.close(done));
  await rm(dataDir, { recursive: true });
});

const token = (body?: unknown) => fetch(`${sandbox.url}/partner/token`, { method: "POST", ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }) });

test("proves itself to the hub with an assertion that its published key verifies, a new one each time", async () => {
  asked = [];
  const answers = [await token(), await token({ client_id: "another", scope: "residence:verify" })];
  expect(await Promise.all(answers.map(answer => answer.json()))).toEqual(Array(2).fill({ access_token: "t", token_type: "Bearer" }));
  const keys = createRemoteJWKSet(new URL(`${sandbox.url}/partner/jwks.json`));
  const verified = await Promise.all(asked.map(form => jwtVerify(form.get("client_assertion")!, keys, {
    algorithms: ["ES256"], issuer: form.get("client_id")!, subject: form.get("client_id")!, audience: `${hubUrl}/oauth/token`, requiredClaims: ["jti", "iat", "exp"],
  })));
  expect(asked.map(form => [form.get("grant_type"), form.get("client_assertion_type"), form.get("client_id"), form.get("scope")])).toEqual([
    ["client_credentials", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "partner-sandbox", null],
    ["client_credentials", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "another", "residence:verify"],
  ]);
  expect(verified[0]!.payload.exp! - verified[0]!.payload.iat!).toBeLessThanOrEqual(60);
  expect(verified[0]!.payload.jti).not.toBe(verified[1]!.payload.jti);
});

test("passes on the hub's refusal, and says so when the hub is not there", async () => {
  status = 401;
  const refused = await token();
  expect([refused.status, await refused.json()]).toEqual([401, { error: "invalid_client" }]);
  status = 200;
  expect((await token({ client_id: "not a client!" })).status).toBe(400);
  const alone = await startSandbox({ port: 0, hubUrl: "http://127.0.0.1:1", dataDir, simulators: [partner] });
  const unanswered = await fetch(`${alone.url}/partner/token`, { method: "POST" });
  expect([unanswered.status, await unanswered.json()]).toMatchObject([502, { error: "temporarily_unavailable" }]);
  await alone.close();
});

test("keeps its key across starts, publishes nothing private of it", async () => {
  const published = async (url: string) => (await (await fetch(`${url}/partner/jwks.json`)).json()) as { keys: Record<string, string>[] };
  const before = await published(sandbox.url);
  const again = await startSandbox({ port: 0, hubUrl, dataDir, simulators: [partner] });
  expect(await published(again.url)).toEqual(before);
  await again.close();
  const file = join(dataDir, "partner", "key.jwk.json");
  const { d } = JSON.parse(await readFile(file, "utf8")) as { d: string };
  expect(JSON.stringify(before)).not.toContain(d);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
