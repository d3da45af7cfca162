import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { openRegistry, type Registry, type RegistrySettingsInput } from "../../../connectors/anpr/index.ts";
import { SourceUnavailable, type FinishedCall } from "../../../connectors/upstream.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { plain } from "./people.ts";
import { fault, ko, ok, send, startRegistryStub, type RegistryStub } from "./registry-stub.ts";
import { makeWorkstation } from "./workstation.ts";

let stub: RegistryStub;
let settings: RegistrySettingsInput;
let registry: Registry;
const logged: string[] = [];
const log = pino({ level: "debug" }, { write: (line: string) => { logged.push(line); } });

beforeAll(async () => {
  stub = await startRegistryStub();
  settings = {
    url: stub.url, environment: "PROD", municipality: "004078", workstation: "004078-CO-9999", application: "12345",
    operator: "OPERATOR", clientAddress: "192.0.2.1", deadlineMs: 60_000, ...(await makeWorkstation()),
  };
});
afterAll(() => stub.close());
const calls: FinishedCall[] = [];
beforeEach(async () => {
  calls.length = 0;
  stub.requests.length = 0;
  registry = await openRegistry(settings, { clock: systemClock, log, onCall: call => calls.push(call) });
});

const call = { operationId: "2026112300001", reason: "CUNEO/2026-42", at: "2026-11-23" };
const ask = () => registry.person("RSSMRA80A01D205U", [], call);
const failure = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);
const operationIds = () => stub.requests.flatMap(({ body }) => [...body.matchAll(/<idOperazioneComune>([^<]*)</g)].map(([, id]) => id));

/** Megabytes of blanks, made as they are taken. */
function* blanks(megabytes: number): Iterable<Buffer> {
  const one = Buffer.alloc(1_048_576, 0x20);
  for (let n = 0; n < megabytes; n += 1) yield one;
}

describe("faults", () => {
  const rejected = fault("env:Client", "Rejected by policy. (from client)");
  test.each<[string, string, string | undefined, object]>([
    ["policy, clocks apart", rejected, new Date(Date.now() - 600_000).toUTCString(), { reason: "NOT_AUTHORISED", diagnosis: "CLOCK" }],
    ["policy, nothing to see", rejected, undefined, { reason: "NOT_AUTHORISED", diagnosis: "OPERATOR_OR_ADDRESS" }],
    ["internal error", fault("env:Client", "Internal Error"), undefined, { reason: "NOT_AUTHORISED", diagnosis: "SIGNATURE" }],
    ["invalid request", fault("env:Client", "Aborting...Invalid request received Error"), undefined, { reason: "BAD_REQUEST", diagnosis: "REQUEST_OR_PLATFORM" }],
    ["another", fault("env:Client", "ROSSI"), undefined, { reason: "REFUSED", diagnosis: "FAULT_CLIENT" }],
    ["of the server", fault("env:Server", "ROSSI"), undefined, { code: "SOURCE_UNAVAILABLE", diagnosis: "FAULT_SERVER" }],
  ])("%s", async (_, body, date, expected) => {
    stub.answer = (_request, response) => { if (date) response.setHeader("date", date); send(response, body, 500); };
    expect(await failure(ask())).toMatchObject(expected);
  });

  test.each([
    ["out of date", { until: new Date(Date.now() - 1_000) }],
    ["of the test environment", { name: "CN=888231-CO-0000" }],
  ])("policy, and our certificate is %s", async (_, certificate) => {
    registry = await openRegistry({ ...settings, ...(await makeWorkstation(certificate)) }, { clock: systemClock, log });
    stub.answer = (_request, response) => send(response, rejected, 500);
    expect(await failure(ask())).toMatchObject({ diagnosis: "CERTIFICATE" });
  });
});

describe("a registry in trouble", () => {
  test.each<[string, RegistryStub["answer"], string, string, number]>([
    ["slow, within the deadline", (request, response) => void setTimeout(() => send(response, ok(request, [plain])), 200), "OK", "", 1],
    ["silent", () => undefined, "SOURCE_UNAVAILABLE", "TIMEOUT", 1],
    ["one byte every 20 ms", (_, response) => { const drip = setInterval(() => response.write("<"), 20); response.on("close", () => clearInterval(drip)); }, "SOURCE_UNAVAILABLE", "TIMEOUT", 1],
    ["reset connections", (_, response) => response.socket?.resetAndDestroy(), "SOURCE_UNAVAILABLE", "ECONNRESET", 3],
    ["30 MB", (_, response) => { response.writeHead(200, { "content-type": "text/xml" }); Readable.from(blanks(30)).pipe(response); }, "SOURCE_MALFORMED", "TOO_LARGE", 1],
    ["503 with a page", (_, response) => void response.writeHead(503, { "content-type": "text/html" }).end("<html>ROSSI</html>"), "SOURCE_UNAVAILABLE", "HTTP_503", 3],
    ["a page with status 200", (_, response) => void response.end("<html>ROSSI</html>"), "SOURCE_MALFORMED", "NOT_SOAP", 1],
    ["cut XML", (request, response) => send(response, ok(request, [plain]).slice(0, -30)), "SOURCE_MALFORMED", "NOT_XML", 1],
    ["a document type", (request, response) => send(response, ok(request, [plain]).replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>')), "SOURCE_MALFORMED", "DOCTYPE", 1],
    ["20,000 levels", (_, response) => send(response, `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${"<a>".repeat(20_000)}${"</a>".repeat(20_000)}</e:Body></e:Envelope>`), "SOURCE_MALFORMED", "NOT_XML", 1],
    ["another encoding", (request, response) => send(response, ok(request, [plain]).replace("UTF-8", "ISO-8859-1")), "SOURCE_MALFORMED", "ENCODING", 1],
    ["another message", (_, response) => send(response, ok("", []).replaceAll("Risposta3002", "Risposta9999")), "SOURCE_MALFORMED", "NOT_IN_CONTRACT", 1],
    ["neither half of an answer", (_, response) => send(response, '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><a:Risposta3002 xmlns:a="http://sogei.it/ANPR/3000consultazione"/></e:Body></e:Envelope>'), "SOURCE_MALFORMED", ":invalid_type", 1],
    ["a day that is none", (request, response) => send(response, ok(request, [plain.replace("1980-01-01", "01/01/1980")])), "SOURCE_MALFORMED", "listaSoggetti.datiSoggetto.0.generalita.dataNascita:custom", 1],
    ["999, in passing", (request, response) => send(response, stub.requests.length < 2 ? ko(request, ["999", "E"]) : ok(request, [plain])), "OK", "", 2],
  ])("%s", async (_, answer, code, diagnosis, asked) => {
    stub.answer = answer;
    // What does not end by its deadline has time to get there.
    if (diagnosis === "TIMEOUT") registry = await openRegistry({ ...settings, deadlineMs: 2_000 }, { clock: systemClock, log, onCall: call => calls.push(call) });
    const result = await ask().catch((error: unknown) => error);
    if (code === "OK") expect(result).toMatchObject({ value: { familyName: "ROSSI" } });
    else expect(result).toMatchObject({ code, diagnosis });
    expect(stub.requests).toHaveLength(asked);
    // A repeat is the same question: the registry answers it once.
    expect(new Set(operationIds()).size).toBe(1);
  });

  test("opens the breaker within ten failures, then answers at once, for all operations; no socket is leaked", async () => {
    const silent = await startRegistryStub();
    registry = await openRegistry({ ...settings, url: silent.url, deadlineMs: 40 }, { clock: systemClock, log });
    silent.answer = () => undefined;
    for (let n = 0; n < 10; n += 1) await failure(ask());
    const asked = silent.requests.length;
    expect(asked).toBeLessThan(10);
    const error = await failure(registry.ping({ operationId: "1" }));
    expect(error).toBeInstanceOf(SourceUnavailable);
    expect(error).toMatchObject({ diagnosis: "BREAKER_OPEN" });
    expect(silent.requests).toHaveLength(asked);
    expect(registry.health()).toMatchObject({ status: "DOWN" });
    for (const end = Date.now() + 60_000; silent.openSockets() > 0 && Date.now() < end;) await wait(10);
    expect(silent.openSockets()).toBe(0);
    await silent.close();
  });

  test("nobody there", async () => {
    registry = await openRegistry({ ...settings, url: "http://127.0.0.1:1" }, { clock: systemClock, log });
    expect(await failure(ask())).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: "ECONNREFUSED" });
  });

  test("a caller that leaves ends the call", async () => {
    stub.answer = () => undefined;
    const caller = new AbortController();
    const asked = failure(registry.person("RSSMRA80A01D205U", [], { ...call, signal: caller.signal }));
    for (const end = Date.now() + 60_000; stub.requests.length === 0 && Date.now() < end;) await wait(10);
    caller.abort();
    expect(await asked).toBe(caller.signal.reason);
    expect(calls.map(({ outcome }) => outcome)).toEqual(["ABORTED"]);
  });
});

test("nothing of the people, the registry's text or the keys was logged or named in an error", () => {
  const everything = logged.join("");
  expect(logged.length).toBeGreaterThan(10);
  expect(everything).not.toMatch(/RSSMRA80A01D205U|ROSSI|PERSONAL TEXT|BEGIN|OPERATOR"/);
});
