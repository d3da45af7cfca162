import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { z } from "zod";
import { SourceMalformed, SourceRefused, SourceUnavailable, TryLater, createHttp, createUpstream, type FinishedCall, type UpstreamOptions } from "../../connectors/upstream.ts";
import { systemClock } from "../../kernel/clock.ts";
import { silentLog } from "../../kernel/log.ts";

const upstream = (options: Partial<UpstreamOptions> = {}) =>
  createUpstream({ source: "PDND", deadlineMs: 60_000, clock: systemClock, log: silentLog, retry: { attempts: 2, firstMs: 5, maxMs: 10 }, ...options });
const read = { operation: "look", kind: "read", parse: (raw: unknown) => z.string().parse(raw) } as const;
const write = { ...read, kind: "write" } as const;
const never = () => new Promise<unknown>(() => undefined);
const failing = (error: unknown) => async () => { throw error; };
const failure = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

let server: Server | undefined;
afterEach(() => { server?.close(); });
const listening = async (listener: RequestListener): Promise<string> => {
  server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise(resolve => server!.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe("deadline", () => {
  test("a source that never answers, and a client that ignores the signal, cost no more than the deadline", async () => {
    const error = await failure(upstream({ deadlineMs: 200 }).call(read, never));
    expect(error).toBeInstanceOf(SourceUnavailable);
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE", source: "PDND", diagnosis: "TIMEOUT", unknown: false });
  });

  test("the client library is told through the signal", async () => {
    let told = false;
    await failure(upstream({ deadlineMs: 30 }).call(read, signal => { signal.addEventListener("abort", () => { told = true; }); return never(); }));
    expect(told).toBe(true);
  });

  test("retries stay within it", async () => {
    const asked: number[] = [];
    await failure(upstream({ deadlineMs: 100, retry: { attempts: 50, firstMs: 60, maxMs: 60 }, random: () => 0.99 }).call(read, async () => { asked.push(1); throw new TryLater("HTTP_503"); }));
    // Fifty tries would take three seconds: most of them are never made.
    expect(asked.length).toBeLessThan(10);
    const then = asked.length;
    await wait(150);
    expect(asked.length).toBe(then);
  });

  test("the caller's own abort rejects with its reason and is nobody's failure", async () => {
    const source = upstream();
    const caller = new AbortController();
    const pending = failure(source.call({ ...read, signal: caller.signal }, never));
    const reason = new Error("client gone");
    caller.abort(reason);
    expect(await pending).toBe(reason);
    expect(source.health()).toMatchObject({ status: "UNKNOWN", breaker: "CLOSED", failures: 0 });
  });
});

describe("retry", () => {
  test("a read is asked again after passing trouble", async () => {
    const answers: (() => string)[] = [() => { throw new TryLater("HTTP_503"); }, () => { throw Object.assign(new Error("reset"), { code: "ECONNRESET" }); }, () => "here"];
    expect(await upstream().call(read, async () => answers.shift()!())).toBe("here");
    expect(answers).toHaveLength(0);
  });

  test.each([
    ["a write", write, new TryLater("HTTP_503")],
    ["a source that said when to come back", read, new TryLater("HTTP_429", 30_000, false)],
    ["a refusal", read, new SourceRefused("PDND", "NOT_AUTHORISED")],
  ])("never: %s", async (_, request, error) => {
    let asked = 0;
    await failure(upstream().call(request, async () => { asked += 1; throw error; }));
    expect(asked).toBe(1);
  });

  test("waits are random below a doubling ceiling", async () => {
    const timers = jest.spyOn(globalThis, "setTimeout");
    await failure(upstream({ deadlineMs: 60_000, retry: { attempts: 3, firstMs: 40, maxMs: 100 }, random: () => 0.999 }).call(read, failing(new TryLater("HTTP_503"))));
    // What is left is the deadline of each try.
    const waits = timers.mock.calls.map(([, ms]) => ms).filter(ms => ms !== 60_000);
    timers.mockRestore();
    expect(waits).toEqual([40, 80, 100].map(ceiling => ceiling * 0.999));
  });
});

describe("a write without an answer", () => {
  test.each([
    ["silence", never, true],
    ["a reset connection", failing(Object.assign(new Error(), { code: "ECONNRESET" })), true],
    ["a 503", failing(new TryLater("HTTP_503")), true],
    ["a refused connection", failing(Object.assign(new Error(), { code: "ECONNREFUSED" })), false],
    ["a 429", failing(new TryLater("HTTP_429", 1_000, false)), false],
  ])("%s", async (_, ask, unknown) => {
    expect(await failure(upstream(ask === never ? { deadlineMs: 200 } : {}).call(write, ask))).toMatchObject({ code: "SOURCE_UNAVAILABLE", unknown });
  });
});

describe("breaker", () => {
  test("opens within 10 failures, then answers without asking, and says since when and until when", async () => {
    const source = upstream({ deadlineMs: 20 });
    for (let n = 0; n < 20; n += 1) await source.call(read, async () => "well");
    const before = new Date();
    let asked = 0;
    for (let n = 0; n < 10; n += 1) await failure(source.call(read, () => { asked += 1; return never(); }));
    expect(asked).toBeLessThan(10);
    const error = await failure(source.call(read, () => { asked += 1; return never(); }));
    expect(asked).toBeLessThan(10);
    expect(error).toMatchObject({ diagnosis: "BREAKER_OPEN", unknown: false });
    const { since, retryAfter } = error as SourceUnavailable;
    expect(since.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(retryAfter.getTime() - since.getTime()).toBeGreaterThanOrEqual(10_000);
    expect(source.health()).toMatchObject({ status: "DOWN", breaker: "OPEN", since, retryAfter });
  });

  test("lets one trial through, answers the others at once meanwhile, and closes when it succeeds", async () => {
    const source = upstream({ deadlineMs: 20_000, breaker: { openMs: 50 } });
    for (let n = 0; n < 5; n += 1) await failure(source.call(write, failing(new TryLater("HTTP_503"))));
    expect(source.health().status).toBe("DOWN");
    await wait(60);
    let comesBack = (): void => undefined;
    const trial = source.call(read, async () => { await new Promise<void>(resolve => { comesBack = resolve; }); return "back"; });
    expect(await failure(source.call(read, async () => "too early"))).toMatchObject({ diagnosis: "BREAKER_OPEN" });
    expect(source.health()).toMatchObject({ status: "DOWN", breaker: "TRYING" });
    comesBack();
    expect(await trial).toBe("back");
    expect(source.health()).toMatchObject({ status: "UP", breaker: "CLOSED" });
    expect(await source.call(read, async () => "again")).toBe("again");
  });

  test("a trial that its caller gives up leaves it open", async () => {
    const source = upstream({ breaker: { openMs: 40 } });
    for (let n = 0; n < 5; n += 1) await failure(source.call(write, failing(new TryLater("HTTP_503"))));
    await wait(50);
    const caller = new AbortController();
    const trial = failure(source.call({ ...read, signal: caller.signal }, never));
    caller.abort();
    await trial;
    expect(await failure(source.call(read, async () => "early"))).toMatchObject({ diagnosis: "BREAKER_OPEN" });
  });

  test.each([
    ["refusals", failing(new SourceRefused("PDND", "NOT_FOUND"))],
    ["answers that only parse rejects", async () => 42],
    ["errors of our own", failing(new TypeError("a bug"))],
  ])("%s never open it", async (_, ask) => {
    const source = upstream();
    for (let n = 0; n < 30; n += 1) await failure(source.call(read, ask));
    expect(await source.call(read, async () => "open to all")).toBe("open to all");
  });
});

describe("what an answer is called", () => {
  test("outside the contract: malformed, naming fields and never values", async () => {
    const error = await failure(upstream().call({ ...read, parse: raw => z.object({ name: z.string() }).parse(raw) }, async () => ({ name: 31_337 })));
    expect(error).toBeInstanceOf(SourceMalformed);
    expect((error as SourceMalformed).diagnosis).toBe("name:invalid_type");
    expect(JSON.stringify(error)).not.toContain("31337");
  });

  test("an error of our own passes unchanged", async () => {
    const bug = new TypeError("a bug");
    expect(await failure(upstream().call(read, failing(bug)))).toBe(bug);
  });

  test.each([
    [200, "text", "OK", undefined],
    [302, "moved", "SOURCE_MALFORMED", "HTTP_302"],
    [400, "no", "SOURCE_REFUSED", "HTTP_400"],
    [403, "no", "SOURCE_REFUSED", "HTTP_403"],
    [404, "no", "SOURCE_REFUSED", "HTTP_404"],
    [429, "later", "SOURCE_UNAVAILABLE", "HTTP_429"],
    [500, "oops", "SOURCE_UNAVAILABLE", "HTTP_500"],
    [503, "later", "SOURCE_UNAVAILABLE", "HTTP_503"],
  ])("HTTP %i", async (status, body, code, diagnosis) => {
    const url = await listening((_, response) => { response.writeHead(status, { location: "http://127.0.0.1:1/" }).end(body); });
    const http = createHttp({ baseUrl: url });
    const asked = upstream().call(read, async signal => (await http.get("/", { signal, responseType: "text" })).data as unknown);
    if (code === "OK") expect(await asked).toBe("text");
    else expect(await failure(asked)).toMatchObject({ code, diagnosis });
  });

  test.each([["60", 60_000], ["99999999999999999", 86_400_000]])("Retry-After of %s is passed on, a day at most", async (said, ms) => {
    const url = await listening((_, response) => { response.writeHead(503, { "retry-after": said }).end(); });
    const error = await failure(upstream().call(read, async signal => createHttp().get(url, { signal })));
    const wait = (error as SourceUnavailable).retryAfter.getTime() - Date.now();
    expect(wait).toBeGreaterThan(ms - 50_000);
    expect(wait).toBeLessThanOrEqual(ms);
  });
});

describe("http", () => {
  test("30 MB are cut off at the cap", async () => {
    const url = await listening((_, response) => { response.on("error", () => undefined); for (let n = 0; n < 30; n += 1) response.write(Buffer.alloc(1_048_576, 0x20)); response.end(); });
    const error = await failure(upstream().call(read, async signal => createHttp({ maxAnswerBytes: 65_536 }).get(url, { signal })));
    expect(error).toMatchObject({ code: "SOURCE_MALFORMED", diagnosis: "TOO_LARGE" });
  });

  test("a drip of bytes ends at the deadline, and its socket is closed", async () => {
    let close = (): void => undefined;
    const closed = new Promise<void>(resolve => { close = resolve; });
    const url = await listening((request, response) => {
      const drip = setInterval(() => response.write("<"), 20);
      request.on("close", () => {
        clearInterval(drip);
        close();
      });
    });
    expect(await failure(upstream({ deadlineMs: 2_000 }).call(read, async signal => createHttp().get(url, { signal })))).toMatchObject({ diagnosis: "TIMEOUT" });
    // Otherwise the test ends by its own deadline, for the drip never does.
    await closed;
  });
});

test("listeners hear of each call once, with its outcome", async () => {
  const heard: FinishedCall[] = [];
  const source = upstream({ retry: { attempts: 0 } });
  const stop = source.onCall(call => heard.push(call));
  await source.call(read, async () => "well");
  await failure(source.call(read, failing(new SourceRefused("PDND", "NOT_FOUND"))));
  await failure(source.call(read, async () => 42));
  await failure(source.call(read, failing(new TypeError("a bug"))));
  for (let n = 0; n < 9; n += 1) await failure(source.call(read, failing(new TryLater("HTTP_503"))));
  stop();
  await source.call(read, async () => "unheard").catch(() => undefined);
  expect(heard.map(({ outcome }) => outcome).slice(0, 5)).toEqual(["OK", "REFUSED", "MALFORMED", "FAULT", "UNAVAILABLE"]);
  expect(heard.at(-1)).toMatchObject({ source: "PDND", operation: "look", outcome: "SHORTED" });
  expect(heard).toHaveLength(13);
  expect(heard.every(({ ms }) => ms >= 0 && ms < 60_000)).toBe(true);
});
