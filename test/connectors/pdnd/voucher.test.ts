import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { openSigner } from "../../../connectors/pdnd/signer.ts";
import { nameOfTokenCode } from "../../../connectors/pdnd/token-codes.ts";
import { openVouchers, type Vouchers } from "../../../connectors/pdnd/voucher.ts";
import { createHttp } from "../../../connectors/upstream.ts";
import { json, startProviderStub, voucherFor, type ProviderStub } from "./provider-stub.ts";

const clientId = "d2050000-c11e-4000-8000-000000004078";
const purposeId = "d205c020-0000-4000-8000-000000004078";
const digest = "ab".repeat(32);
const { privateKey: key } = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
const logged: string[] = [];
const log = pino({ level: "debug" }, { write: (line: string) => { logged.push(line); } });

let stub: ProviderStub;
let vouchers: Vouchers;
let offsetMs: number;
const clock = { now: () => new Date(Date.now() + offsetMs) };

beforeAll(async () => { stub = await startProviderStub(); });
afterAll(() => stub.close());
beforeEach(async () => {
  stub.reset();
  offsetMs = 0;
  vouchers = await open(30_000);
});
const open = async (deadlineMs: number): Promise<typeof vouchers> =>
  openVouchers({ tokenUrl: `${stub.url}/token.oauth2`, deadlineMs, signer: await openSigner({ clientId, key }, clock), http: createHttp({ maxAnswerBytes: 65_536 }), clock, log });

const failure = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);
const refusal = (code: string) => ({ type: "about:blank", status: 400, title: "The request contains bad syntax or cannot be fulfilled.", detail: "PERSONAL TEXT", errors: [{ code, detail: "PERSONAL TEXT" }] });

describe("what is asked", () => {
  test("a form with an assertion of exactly the claims that PDND takes", async () => {
    await vouchers.issue({ purposeId, digest });
    const [{ form, assertion, headers }] = stub.tokens as [ProviderStub["tokens"][0]];
    expect(headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
    expect([...form.keys()].sort()).toEqual(["client_assertion", "client_assertion_type", "client_id", "grant_type"]);
    expect(form.get("client_id")).toBe(clientId);
    expect(assertion).toEqual({
      iss: clientId, sub: clientId, aud: `${new URL(stub.url).host}/client-assertion`, jti: expect.any(String), iat: expect.any(Number), exp: assertion.iat! + 60,
      purposeId, digest: { alg: "SHA256", value: digest },
    });
  });

  test("without a digest there is no such claim", async () => {
    await vouchers.issue({ purposeId });
    expect(stub.tokens[0]!.assertion).not.toHaveProperty("digest");
  });
});

describe("vouchers at hand", () => {
  test("one without a digest serves until it is about to expire, for its purpose alone", async () => {
    const first = await vouchers.issue({ purposeId });
    expect(await vouchers.issue({ purposeId })).toBe(first);
    await vouchers.issue({ purposeId: clientId });
    expect(stub.tokens).toHaveLength(2);
    offsetMs = 575_000;
    await vouchers.issue({ purposeId });
    expect(stub.tokens).toHaveLength(3);
  });

  test("one with a digest serves once", async () => {
    await vouchers.issue({ purposeId });
    await vouchers.issue({ purposeId, digest });
    await vouchers.issue({ purposeId, digest });
    expect(stub.tokens).toHaveLength(3);
    expect(new Set(stub.tokens.map(({ assertion }) => assertion.jti)).size).toBe(3);
  });
});

describe("refusals", () => {
  test.each([
    ["015-0008", 400, "CLIENT_KEY_OR_PURPOSE"], ["015-0016", 400, "CODE_0016"], ["0016", 400, "SIGNATURE_UNVERIFIABLE"], ["0020", 401, "PURPOSE_NOT_ACTIVE"],
    ["007-0006", 400, "CLIENT_KEY_OR_PURPOSE_UNKNOWN"], ["", 400, "CODE_UNREADABLE"], ["RSSMRA80A01D205U", 400, "CODE_UNREADABLE"],
  ])("code %s, status %i: %s", async (code, status, diagnosis) => {
    stub.issue = response => json(response, status, refusal(code));
    expect(await failure(vouchers.issue({ purposeId }))).toMatchObject({ code: "SOURCE_REFUSED", source: "PDND", reason: "NOT_AUTHORISED", diagnosis });
    expect(stub.tokens).toHaveLength(1);
  });

  test("a refusal with nothing in it", async () => {
    stub.issue = response => void response.writeHead(400).end("<html>");
    expect(await failure(vouchers.issue({ purposeId }))).toMatchObject({ reason: "NOT_AUTHORISED", diagnosis: "CODE_UNREADABLE" });
  });

  test("the server does not say why, but the clocks are apart", async () => {
    stub.issue = response => json(response, 400, refusal("015-0008"), { date: new Date(Date.now() - 120_000).toUTCString() });
    expect(await failure(vouchers.issue({ purposeId }))).toMatchObject({ diagnosis: "CLOCK" });
  });

  test("every code of PDND's own validation has a name", () => {
    const all = Array.from({ length: 33 }, (_, index) => String(index + 1).padStart(4, "0"));
    const names = all.map(nameOfTokenCode);
    expect(names.filter(name => /^CODE_/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(33);
    for (const code of ["0001", "0002", "0003", "0006", "0008", "0009"]) expect(nameOfTokenCode(`015-${code}`)).not.toMatch(/^CODE_/);
    expect(nameOfTokenCode("0041")).toBe("CODE_0041");
  });
});

describe("the rate limit", () => {
  const headers = (remaining: number, limit = 10, interval = 1_000) => ({ "x-rate-limit-limit": String(limit), "x-rate-limit-remaining": String(remaining), "x-rate-limit-interval": String(interval) });

  test("spent: the next request waits for its turn", async () => {
    stub.issue = async (response, assertion) => json(response, 200, { access_token: await voucherFor(assertion), token_type: "Bearer", expires_in: 600 }, headers(0));
    await vouchers.issue({ purposeId, digest });
    const started = performance.now();
    await vouchers.issue({ purposeId, digest });
    expect(performance.now() - started).toBeGreaterThan(80);
  });

  test("429: unavailable until one more may come, and nothing is sent before", async () => {
    stub.issue = response => json(response, 429, refusal("10004"), headers(0, 1, 60_000));
    const before = Date.now();
    const error = await failure(vouchers.issue({ purposeId, digest }));
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: "RATE_LIMIT", unknown: false });
    expect((error as { retryAfter: Date }).retryAfter.getTime()).toBeGreaterThan(before + 59_000);
    expect(await failure(vouchers.issue({ purposeId, digest }))).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: "RATE_LIMIT" });
    expect(stub.tokens).toHaveLength(1);
    stub.reset();
    offsetMs = 60_500;
    await vouchers.issue({ purposeId, digest });
    expect(stub.tokens).toHaveLength(1);
  });

  test("429 with neither body nor headers is not asked again at once", async () => {
    stub.issue = response => void response.writeHead(429).end();
    expect(await failure(vouchers.issue({ purposeId, digest }))).toMatchObject({ diagnosis: "RATE_LIMIT" });
    expect(stub.tokens).toHaveLength(1);
  });
});

describe("answers that are none", () => {
  test.each<[string, ProviderStub["issue"], string, string | RegExp]>([
    ["for another purpose", async (response, assertion) => json(response, 200, { access_token: await voucherFor(assertion, { purposeId: clientId }), token_type: "Bearer", expires_in: 600 }), "SOURCE_MALFORMED", "VOUCHER_FOR_ANOTHER_REQUEST"],
    ["for another evidence", async (response, assertion) => json(response, 200, { access_token: await voucherFor(assertion, { digest: { value: "00" } }), token_type: "Bearer", expires_in: 600 }), "SOURCE_MALFORMED", "VOUCHER_FOR_ANOTHER_REQUEST"],
    ["bound to a key", async (response, assertion) => json(response, 200, { access_token: await voucherFor(assertion), token_type: "DPoP", expires_in: 600 }), "SOURCE_MALFORMED", /token_type/],
    ["no token", response => json(response, 200, { access_token: "abc", token_type: "Bearer" }), "SOURCE_MALFORMED", "PARSE"],
    ["no JSON", response => json(response, 200, "<html>"), "SOURCE_MALFORMED", "SYNTAX"],
    ["1 MB", response => json(response, 200, " ".repeat(1_000_000)), "SOURCE_MALFORMED", "TOO_LARGE"],
    ["a redirect", response => void response.writeHead(302, { location: stub.url }).end(), "SOURCE_MALFORMED", "HTTP_302"],
    ["trouble", response => json(response, 500, refusal("015-0000")), "SOURCE_UNAVAILABLE", "HTTP_500"],
    ["silence", () => undefined, "SOURCE_UNAVAILABLE", "TIMEOUT"],
  ])("%s", async (_, issue, code, diagnosis) => {
    stub.issue = issue;
    if (diagnosis === "TIMEOUT") vouchers = await open(500);
    expect(await failure(vouchers.issue({ purposeId, digest }))).toMatchObject({ code, source: "PDND", diagnosis: typeof diagnosis === "string" ? diagnosis : expect.stringMatching(diagnosis) });
  });

  test("passing trouble is asked again, with another assertion", async () => {
    const asAsked = stub.issue;
    stub.issue = (response, assertion) => (stub.tokens.length === 1 ? json(response, 503, "") : asAsked(response, assertion));
    await vouchers.issue({ purposeId, digest });
    expect(new Set(stub.tokens.map(({ assertion }) => assertion.jti)).size).toBe(2);
  });
});

test("no token, key or text of the server was logged", () => {
  expect(logged.length).toBeGreaterThan(5);
  expect(logged.join("")).not.toMatch(/eyJ|PERSONAL TEXT|BEGIN|RSSMRA80A01D205U/);
});
