import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Client } from "../helpers/client.ts";
import { copyKeys, prepareKeys } from "../helpers/keys.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../helpers/postgres.ts";

const root = resolve(import.meta.dirname, "../..");
let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  [database] = await Promise.all([createDatabase(await demonstrationTemplate()), prepareKeys()]);
  folder = await mkdtemp(join(tmpdir(), "sportello-hub-stop-"));
  await copyKeys(folder);
}, 60_000);
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

/** The hub as `npm start` runs it, from what was built. */
async function start(): Promise<{ readonly url: string; readonly child: ChildProcess; readonly said: () => string }> {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [join(root, "dist/server/start.js")], {
    cwd: root, stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], PORT: String(port), SANDBOX_PORT: String(sandboxPort), DATABASE_URL: database.url, DATA_DIR: join(folder, "data"), SANDBOX_DATA: join(folder, "sandbox") },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", data => { text += String(data); });
  const url = `http://localhost:${port}`;
  const deadline = Date.now() + 100_000;
  while (!(await fetch(`${url}/readyz`).then(({ ok }) => ok, () => false))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the hub did not start: ${text}`);
    await new Promise(wait => setTimeout(wait, 50));
  }
  return { url, child, said: () => text };
}

/** A request under way: the hub has its head and half of its body. Sends the rest when called, and gives the whole answer. */
async function halfAsked(url: string): Promise<() => Promise<string>> {
  const body = JSON.stringify({ query: "{ administration { name } }" });
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", data => { answer += String(data); });
  await once(socket, "connect");
  socket.write(`POST /graphql HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body.slice(0, 10)}`);
  // So long that the hub has read it.
  await new Promise(read => setTimeout(read, 250));
  return async () => {
    const ended = once(socket, "close");
    socket.write(body.slice(10));
    await ended;
    return answer;
  };
}

test.each(["SIGTERM", "SIGINT"] as const)("%s: sockets hear 1001, what was asked is answered, and the process ends in order", async signal => {
  const { url, child, said } = await start();
  const client = new Client(url);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => client.bare()));
  const asked = await Promise.all(Array.from({ length: 10 }, () => halfAsked(url)));
  const exited = once(child, "exit") as Promise<[code: number | null]>;
  child.kill(signal);
  await Promise.all(sockets.map(socket => socket.end()));
  const answers = await Promise.all(asked.map(finish => finish()));
  const [code] = await exited;
  expect(code).toBe(0);
  expect(new Set(sockets.map(({ closed }) => closed!.code))).toEqual(new Set([1001]));
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"name":"Comune di Cuneo"/);
  expect(said()).not.toMatch(/could not stop cleanly|UnhandledPromise/);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
}, 60_000);
