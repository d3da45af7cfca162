import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { simulators } from "../../sandbox/index.ts";
import { startSandbox } from "../../sandbox/server.ts";

test("plays every outside system at once, on a free port, and shows them on its page", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "sandbox-"));
  const sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:4000", dataDir });
  const page = await (await fetch(sandbox.url)).text();
  expect(new Set(simulators.map(({ name }) => name))).toEqual(new Set(["anpr", "pdnd", "spid", "cie", "pagopa", "io", "mail", "partner"]));
  for (const { name } of simulators) expect(page).toContain(`<input type="hidden" name="simulator" value="${name}">`);
  for (const host of ["localhost", "127.0.0.1"]) {
    expect((await fetch(sandbox.url.replace("localhost", host) + "/partner/jwks.json")).status).toBe(200);
  }
  await sandbox.close();
  await expect(fetch(sandbox.url)).rejects.toThrow("fetch failed");
  await rm(dataDir, { recursive: true });
});

test("says when its port is taken", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "sandbox-"));
  const first = await startSandbox({ port: 0, hubUrl: "http://localhost:4000", dataDir, simulators: [] });
  const port = Number(new URL(first.url).port);
  await expect(startSandbox({ port, hubUrl: "http://localhost:4000", dataDir, simulators: [] })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await first.close();
  await rm(dataDir, { recursive: true });
});
