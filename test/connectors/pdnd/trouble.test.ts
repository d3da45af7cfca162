import { setTimeout as wait } from "node:timers/promises";
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Registry } from "../../../connectors/anpr/index.ts";
import type { PdndSettingsInput } from "../../../connectors/pdnd/index.ts";
import type { Fault } from "../../../sandbox/faults.ts";
import { purposeOf } from "../../../sandbox/pdnd/settings.ts";
import { openStage, type Stage } from "./hub.ts";

let stage: Stage;
let registry: Registry;
beforeAll(async () => { stage = await openStage({ suspended: ["C018"] }); });
afterAll(() => stage.close());
beforeEach(async () => {
  stage.sandbox.world.faults.lift();
  stage.calls.length = 0;
  registry = await stage.open();
});

const ada = "RSSDAA84C52D205X";
const ask = (from: Registry = registry) => from.person(ada, ["RESIDENCE"], stage.call());
const failure = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);
const impose = (operation: string, fault: Fault) => stage.sandbox.world.faults.impose("pdnd", fault, operation);

describe("faults", () => {
  const at = { token: "PDND", C030: "ANPR", C020: "ANPR" } as const;
  const rows: readonly (readonly [keyof typeof at, Fault, string, string])[] = [
    ["token", { kind: "slow", ms: 100 }, "OK", ""],
    ["token", { kind: "slow", ms: 60_000 }, "SOURCE_UNAVAILABLE", "TIMEOUT"],
    ["token", { kind: "silent" }, "SOURCE_UNAVAILABLE", "TIMEOUT"],
    ["token", { kind: "drip", ms: 50 }, "SOURCE_UNAVAILABLE", "TIMEOUT"],
    ["token", { kind: "reset" }, "SOURCE_UNAVAILABLE", "ECONNRESET"],
    ["token", { kind: "reset", times: 1 }, "OK", ""],
    ["token", { kind: "unavailable" }, "SOURCE_UNAVAILABLE", "HTTP_503"],
    ["token", { kind: "malformed" }, "SOURCE_MALFORMED", "SYNTAX"],
    ["token", { kind: "huge" }, "SOURCE_MALFORMED", "TOO_LARGE"],
    ["token", { kind: "refuse" }, "SOURCE_REFUSED", "CLIENT_KEY_OR_PURPOSE"],
    ["C030", { kind: "silent" }, "SOURCE_UNAVAILABLE", "TIMEOUT"],
    ["C020", { kind: "slow", ms: 100 }, "OK", ""],
    ["C020", { kind: "silent" }, "SOURCE_UNAVAILABLE", "TIMEOUT"],
    ["C020", { kind: "drip", ms: 50 }, "SOURCE_UNAVAILABLE", "TIMEOUT"],
    ["C020", { kind: "reset" }, "SOURCE_UNAVAILABLE", "ECONNRESET"],
    ["C020", { kind: "reset", times: 1 }, "OK", ""],
    ["C020", { kind: "unavailable" }, "SOURCE_UNAVAILABLE", "HTTP_503"],
    ["C020", { kind: "unavailable", times: 1 }, "OK", ""],
    ["C020", { kind: "malformed" }, "SOURCE_MALFORMED", "SYNTAX"],
    ["C020", { kind: "huge" }, "SOURCE_MALFORMED", "TOO_LARGE"],
    ["C020", { kind: "refuse", code: "999" }, "SOURCE_UNAVAILABLE", "ANPR_999"],
    ["C020", { kind: "refuse", code: "999", times: 1 }, "OK", ""],
    ["C020", { kind: "refuse", code: "EN493" }, "SOURCE_REFUSED", "EN493"],
    ["C020", { kind: "refuse", code: "EN148" }, "SOURCE_REFUSED", "EN148"],
    ["C020", { kind: "refuse", code: "EN777" }, "SOURCE_REFUSED", "EN777"],
    ["C020", { kind: "refuse", code: "TooManyRequests" }, "SOURCE_UNAVAILABLE", "RATE_LIMIT"],
    ["C020", { kind: "refuse", code: "LimitExceeded" }, "SOURCE_UNAVAILABLE", "QUOTA"],
    ["C020", { kind: "refuse", code: "GatewayError" }, "SOURCE_UNAVAILABLE", "HTTP_503"],
    ["C020", { kind: "refuse", code: "InteroperabilityInvalidRequest" }, "SOURCE_REFUSED", "INTEROPERABILITY"],
    ["C020", { kind: "refuse", code: "InvalidRequestContent" }, "SOURCE_REFUSED", "REQUEST_CONTENT"],
    ["C020", { kind: "refuse", code: "AuthorizationTokenDeny" }, "SOURCE_REFUSED", "PURPOSE_OR_CONSUMER"],
    ["C020", { kind: "refuse", code: "TokenAuthenticationFailed" }, "SOURCE_REFUSED", "VOUCHER_INVALID"],
    ["C020", { kind: "refuse", code: "TokenExpired" }, "SOURCE_REFUSED", "VOUCHER_EXPIRED"],
    ["C020", { kind: "refuse", code: "NotFound" }, "SOURCE_REFUSED", "E_SERVICE_UNKNOWN"],
    ["C020", { kind: "refuse", code: "UndefinedOperation" }, "SOURCE_REFUSED", "E_SERVICE_UNKNOWN"],
  ];

  test.each(rows)("%s: %j → %s %s", async (operation, fault, code, diagnosis) => {
    impose(operation, fault);
    // What ends by a refusal or a repeat has time to get there, and so has what comes before a deadline that passes.
    registry = await stage.open(diagnosis !== "TIMEOUT" ? { deadlineMs: 60_000, voucherDeadlineMs: 50_000 } : operation === "token" ? { deadlineMs: 60_000, voucherDeadlineMs: 250 } : { deadlineMs: 3_000, voucherDeadlineMs: 2_900 });
    const result = await ask().catch((error: unknown) => error);
    if (code === "OK") expect(result).toMatchObject({ value: { fiscalCode: ada } });
    else expect(result).toMatchObject({ code, diagnosis, source: at[operation] });
  });

  test("an e-service that fails calls the others off", async () => {
    impose("C020", { kind: "refuse", code: "EN493" });
    impose("C015", { kind: "silent" });
    expect(await failure(registry.person(ada, ["RESIDENCE", "CIVIL_STATUS"], stage.call()))).toMatchObject({ diagnosis: "EN493" });
    for (const end = Date.now() + 60_000; !stage.calls.some(({ operation }) => operation === "C015") && Date.now() < end;) await wait(10);
    expect(stage.calls.find(({ operation }) => operation === "C015")).toMatchObject({ outcome: "ABORTED" });
  });

  test("a caller that leaves ends the call", async () => {
    impose("C030", { kind: "silent" });
    const caller = new AbortController();
    const asked = failure(registry.person(ada, ["RESIDENCE"], { ...stage.call(), signal: caller.signal }));
    await wait(60);
    caller.abort();
    expect(await asked).toBe(caller.signal.reason);
  });
});

describe("what the administration got wrong", () => {
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  test.each<[string, () => Partial<PdndSettingsInput>, object, RegExp]>([
    ["another key", () => ({ key: other }), { source: "PDND", reason: "NOT_AUTHORISED", diagnosis: "CLIENT_KEY_OR_PURPOSE" }, /server 0006/],
    ["the key of another number", () => ({ keyId: "k".repeat(43) }), { source: "PDND", diagnosis: "CLIENT_KEY_OR_PURPOSE" }, /server 0006/],
    ["another client", () => ({ clientId: "d2050000-c11e-4000-8000-000000009999" }), { source: "PDND", diagnosis: "CLIENT_KEY_OR_PURPOSE" }, /server 0006/],
    ["the purpose of another e-service", () => ({ purposes: { C020: purposeOf("C019") } }), { source: "ANPR", reason: "NOT_AUTHORISED", diagnosis: "INTEROPERABILITY" }, /voucher: audience is another e-service/],
    ["a purpose that nobody knows", () => ({ purposes: { C020: "d205c999-0000-4000-8000-000000004078" } }), { source: "PDND", diagnosis: "CLIENT_KEY_OR_PURPOSE" }, /server 0006/],
  ])("%s", async (_, changes, expected, reason) => {
    stage.logged.sandbox.length = 0;
    expect(await failure(ask(await stage.open(changes())))).toMatchObject({ code: "SOURCE_REFUSED", ...expected });
    expect(stage.logged.sandbox.join("")).toMatch(reason);
  });

  test("a suspended purpose", async () => {
    stage.logged.sandbox.length = 0;
    expect(await failure(registry.person(ada, ["CITIZENSHIP"], stage.call()))).toMatchObject({ source: "PDND", diagnosis: "CLIENT_KEY_OR_PURPOSE" });
    expect(stage.logged.sandbox.join("")).toContain('"0020"');
  });

  test("a clock that is half an hour off", async () => {
    const late = await stage.open({}, { now: () => new Date(Date.now() - 1_800_000) });
    expect(await failure(ask(late))).toMatchObject({ source: "PDND", diagnosis: "CLOCK" });
  });

  test("an address that is not the registry's", async () => {
    await expect(stage.open({ registryUrl: "https://modipa.anpr.interno.it/govway/rest/in/MinInternoPortaANPR" })).rejects.toThrow(/-PDND/);
  });
});

describe("the breaker", () => {
  test("of the registry: within ten failures, then at once; the token server is left in peace", async () => {
    registry = await stage.open({ deadlineMs: 1_000, voucherDeadlineMs: 900 });
    impose("C030", { kind: "silent" });
    for (let n = 0; n < 10; n += 1) await failure(ask());
    const vouchers = stage.calls.filter(({ source }) => source === "PDND").length;
    expect(vouchers).toBeLessThan(10);
    expect(await failure(ask())).toMatchObject({ source: "ANPR", diagnosis: "BREAKER_OPEN" });
    expect(stage.calls.filter(({ source }) => source === "PDND")).toHaveLength(vouchers);
    expect(registry.health()).toMatchObject({ source: "ANPR", status: "DOWN" });
  });

  test("of the token server: its own, and it shows who is down", async () => {
    registry = await stage.open({ deadlineMs: 60_000, voucherDeadlineMs: 60 });
    impose("token", { kind: "silent" });
    for (let n = 0; n < 10; n += 1) await failure(ask());
    expect(await failure(ask())).toMatchObject({ code: "SOURCE_UNAVAILABLE", source: "PDND", diagnosis: "BREAKER_OPEN" });
    expect(registry.health()).toMatchObject({ source: "PDND", status: "DOWN" });
  });

  test("refusals never open it", async () => {
    impose("C030", { kind: "refuse", code: "EN493" });
    for (let n = 0; n < 12; n += 1) await failure(ask());
    stage.sandbox.world.faults.lift();
    expect((await ask()).value).toMatchObject({ fiscalCode: ada });
  });
});

test("nothing of the people, the tokens, the keys or the registry's text was logged or named by the hub", () => {
  const everything = stage.logged.hub.join("");
  expect(stage.logged.hub.length).toBeGreaterThan(30);
  expect(everything).not.toMatch(/RSSDAA84C52D205X|ROSSI|eyJ|BEGIN|Operazione non effettuabile|CUNEO\/2026-42/);
});
