import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { anpr } from "../../sandbox/anpr/index.ts";
import type { Fault } from "../../sandbox/faults.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { Workstation } from "./anpr/client.ts";

let dataDir: string;
let sandbox: Sandbox;
let office: Workstation;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "faults-"));
  sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:1", dataDir, simulators: [anpr] });
  office = await Workstation.open(sandbox.url, dataDir);
});

afterEach(() => sandbox.world.faults.lift());

afterAll(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

const path = "/ANPR3000ServiziConsultazione/AnprService3000";
const ask = () => office.send(office.request("<codiceFiscale>RSSDAA84C52D205X</codiceFiscale>"));
const impose = async (fault: Fault, operation = "") => {
  const answer = await fetch(`${sandbox.url}/control/anpr/fault${operation && `/${operation}`}`, { method: "PUT", body: JSON.stringify(fault), headers: { "content-type": "application/json" } });
  expect(answer.status).toBe(200);
};
const raw = async (signal: AbortSignal) => fetch(sandbox.url + path, {
  method: "POST", signal, headers: { "content-type": "text/xml" }, body: await office.sign(office.request("<codiceFiscale>RSSDAA84C52D205X</codiceFiscale>")),
});

describe("a scripted fault", () => {
  test("slow: the right answer, late", async () => {
    await impose({ kind: "slow", ms: 400 });
    const started = performance.now();
    expect((await ask()).text).toContain("<cognome>ROSSI</cognome>");
    expect(performance.now() - started).toBeGreaterThanOrEqual(390);
  });

  test("silent: no byte, the connection open", async () => {
    await impose({ kind: "silent" });
    await expect(raw(AbortSignal.timeout(500))).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("drip: bytes that trickle and never end in time", async () => {
    await impose({ kind: "drip", ms: 100 });
    const reader = new AbortController();
    const answer = await raw(reader.signal);
    expect(answer.status).toBe(200);
    const received: number[] = [];
    const reading = (async () => {
      for await (const chunk of answer.body!) {
        received.push((chunk as Uint8Array).length);
        if (received.length === 3) reader.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    expect(received.reduce((sum, bytes) => sum + bytes)).toBeLessThan(50);
  });

  test("reset: a broken connection", async () => {
    await impose({ kind: "reset" });
    await expect(ask()).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  });

  test("unavailable, malformed, huge", async () => {
    await impose({ kind: "unavailable" });
    expect((await ask()).status).toBe(503);
    await impose({ kind: "malformed" });
    const broken = await ask();
    expect([broken.status, broken.text.includes("</soapenv:Envelope>"), broken.text.startsWith("<?xml")]).toEqual([200, false, true]);
    await impose({ kind: "huge" });
    expect((await ask()).text.length).toBeGreaterThan(30 * 1024 * 1024);
  });

  test("refuse: a code of the registry, or a fault of its gate", async () => {
    await impose({ kind: "refuse", code: "EN493" });
    expect((await ask()).text).toContain("<codiceErroreAnomalia>EN493</codiceErroreAnomalia>");
    await impose({ kind: "refuse" });
    expect((await ask()).text).toContain("<codiceErroreAnomalia>999</codiceErroreAnomalia>");
    await impose({ kind: "refuse", code: "policy" });
    const { status, text } = await ask();
    expect([status, text.includes("<faultstring>Rejected by policy. (from client)</faultstring>")]).toEqual([500, true]);
  });

  test("holds as often as it says and for the operation it names", async () => {
    await impose({ kind: "unavailable", times: 2 }, "3002");
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await ask()).status);
    expect(statuses).toEqual([503, 503, 200]);
    await impose({ kind: "unavailable" }, "testConnessione");
    expect((await ask()).status).toBe(200);
  });
});

describe("the control", () => {
  const control = (method: string, url: string, body?: unknown) => fetch(sandbox.url + url, { method, ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }) });

  test("lists and lifts", async () => {
    await impose({ kind: "slow", ms: 5 });
    await impose({ kind: "reset", times: 3 }, "3002");
    expect(await (await control("GET", "/control/anpr/fault")).json()).toEqual({ "*": { kind: "slow", ms: 5 }, 3002: { kind: "reset", times: 3 } });
    expect((await control("DELETE", "/control/anpr/fault/3002")).status).toBe(204);
    expect(await (await control("GET", "/control/anpr/fault")).json()).toEqual({ "*": { kind: "slow", ms: 5 } });
    await control("DELETE", "/control/anpr/fault");
    expect(sandbox.world.faults.list()).toEqual({});
  });

  test.each([
    ["an unknown kind", { kind: "sleepy" }, "kind"],
    ["a negative delay", { kind: "slow", ms: -1 }, "ms"],
    ["no times at all", { kind: "slow", times: 0 }, "times"],
    ["a code with blanks", { kind: "refuse", code: "a b" }, "code"],
    ["a field too many", { kind: "slow", forever: true }, ""],
    ["no object", "slow", ""],
  ])("refuses %s and says why", async (_case, fault, field) => {
    const answer = await control("PUT", "/control/anpr/fault", fault);
    const body = await answer.json() as { error: string; issues: { path: string }[] };
    expect([answer.status, body.error, body.issues[0]!.path]).toEqual([400, "this is not a fault", field]);
    expect(sandbox.world.faults.list()).toEqual({});
  });

  test("knows its simulators, its JSON and its own page", async () => {
    expect((await control("PUT", "/control/nobody/fault", { kind: "slow" })).status).toBe(404);
    const broken = await fetch(`${sandbox.url}/control/anpr/fault`, { method: "PUT", body: "{", headers: { "content-type": "application/json" } });
    expect([broken.status, await broken.json()]).toEqual([400, { error: "the request cannot be read" }]);
    const elsewhere = await fetch(`${sandbox.url}/control/form`, { method: "POST", body: new URLSearchParams({ simulator: "anpr", action: "lift" }), headers: { "sec-fetch-site": "cross-site" } });
    expect(elsewhere.status).toBe(403);
  });

  test("is a page in Italian with forms that work without a script", async () => {
    const submit = (fields: Record<string, string>) => fetch(`${sandbox.url}/control/form`, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
    const imposed = await submit({ simulator: "anpr", operation: "", kind: "slow", ms: "20", code: "", times: "", action: "impose" });
    expect([imposed.status, imposed.headers.get("location"), sandbox.world.faults.list()]).toEqual([303, "/", { "anpr/*": { kind: "slow", ms: 20 } }]);
    const page = await (await fetch(sandbox.url)).text();
    expect(page).toContain('<html lang="it">');
    expect(page).toContain("lento (20 ms)");
    for (const { login } of sandbox.world.people) if (login) expect(page).toContain(`<code>${login.username}</code>`);
    await submit({ simulator: "anpr", operation: "", action: "lift" });
    expect(await (await fetch(sandbox.url)).text()).toContain("Nessuno: tutti i sistemi rispondono.");
  });
});

test("ends though a caller hangs", async () => {
  const folder = await mkdtemp(join(tmpdir(), "faults-"));
  const own = await startSandbox({ port: 0, hubUrl: "http://localhost:1", dataDir: folder, simulators: [anpr] });
  own.world.faults.impose("anpr", { kind: "silent" });
  const hanging = fetch(own.url + path, { method: "POST", body: "<a/>", headers: { "content-type": "text/xml" } }).then(() => "answered", () => "cut off");
  await new Promise(done => setTimeout(done, 100));
  await own.close();
  expect(await hanging).toBe("cut off");
  await rm(folder, { recursive: true });
});
