import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { assertPorts } from "../../server/ports.ts";

let others: Server[];
let taken: number[];
beforeAll(async () => {
  others = [1, 2].map(() => createServer().listen(0, "localhost"));
  await Promise.all(others.map(server => once(server, "listening")));
  taken = others.map(server => (server.address() as AddressInfo).port);
});
afterAll(() => { for (const server of others) server.close(); });

/** What a start says that ends by itself, as it was built. */
async function start(settings: Readonly<Record<string, string>>): Promise<{ said: string; code: unknown }> {
  const child = spawn(process.execPath, [resolve("dist/server/start.js")], { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"], DATA_DIR: "/nowhere", ...settings } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", data => { said += String(data); });
  const [code] = (await once(child, "close")) as unknown[];
  return { said, code };
}

test("every setting with a port that is taken is named, with what to do", async () => {
  const [port = 0, smtp = 0] = taken;
  const wanted = [{ setting: "PORT", port, host: "localhost", hostSetting: "HOST" }, { setting: "SANDBOX_PORT", port: 0, host: "localhost" }, { setting: "SANDBOX_SMTP_PORT", port: smtp, host: "localhost" }];
  await expect(assertPorts(wanted)).rejects.toThrow(
    `cannot listen:\n  PORT=${port}: taken; end what listens there, perhaps another start, or choose another port\n  SANDBOX_SMTP_PORT=${smtp}: taken; end what listens there, perhaps another start, or choose another port`,
  );
});

test("an address that is not of this machine is named by its own setting", async () => {
  others[1]!.close();
  await once(others[1]!, "close");
  await expect(assertPorts([{ setting: "PORT", port: taken[1]!, host: "192.0.2.1", hostSetting: "HOST" }])).rejects.toThrow("HOST=192.0.2.1: not an address of this machine (EADDRNOTAVAIL)");
  await expect(assertPorts([{ setting: "PORT", port: taken[1]!, host: "localhost", hostSetting: "HOST" }])).resolves.toBeUndefined();
});

test("a start with a setting at fault names it, without a trace", async () => {
  const { said, code } = await start({ PORT: "seventy" });
  expect(code).toBe(1);
  expect(said).toMatch(/^✖ settings at fault[^\n]*:\n {2}PORT: must be a number\n/);
  expect(said).not.toContain("    at ");
});

test("a start beside another says so before it starts anything", async () => {
  const { said, code } = await start({ PORT: String(taken[0]), SANDBOX_PORT: "0", SANDBOX_SMTP_PORT: "0" });
  expect(code).toBe(1);
  expect(said).toBe(`✖ cannot listen:\n  PORT=${taken[0]}: taken; end what listens there, perhaps another start, or choose another port\n`);
});
