import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { purposeOf, type ServiceCode } from "../../../sandbox/pdnd/settings.ts";
import type { Reply, Spoil } from "./consumer.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterAll(() => stage.close());
beforeEach(() => { stage.logged.length = 0; });

let count = 0;
const body = (service: ServiceCode = "C020") => ({ idOperazioneClient: String((count += 1)), criteriRicerca: { codiceFiscale: "RSSDAA84C52D205X" }, datiRichiesta: { dataRiferimentoRichiesta: "2026-11-23", motivoRichiesta: "CN/1", casoUso: service } });
const ask = (spoil: Spoil & { operation?: string; method?: "GET" } = {}) => stage.consumer.ask("C020", purposeOf("C020"), body(), spoil);
const now = () => Math.floor(Date.now() / 1000);
type Claims = Readonly<Record<string, unknown>>;
const withs = (changes: Claims) => (claims: Claims) => ({ ...claims, ...changes });
const without = (claim: string) => ({ [claim]: _, ...claims }: Claims) => claims;
const drop = (name: string) => ({ [name]: _, ...headers }: Record<string, string>) => headers;

/** A refusal of the gateway: nothing in it but its name, its sentence and its own number. */
function expectProblem({ status, body: problem, headers }: Reply, expected: number, title: string): void {
  expect(headers.get("content-type")).toMatch(/^application\/problem\+json\b/);
  expect({ status, problem }).toEqual({ status: expected, problem: { type: `https://govway.org/handling-errors/${expected}/${title}.html`, title, status: expected, detail: expect.any(String), govway_id: expect.any(String) } });
}

test("a request that is right passes, and so does one for the status", async () => {
  expect((await ask()).status).toBe(200);
  expect(await ask({ operation: "status", method: "GET" })).toMatchObject({ status: 200, body: { status: 200 } });
  expect(stage.logged).toEqual([]);
});

describe("the voucher", () => {
  const rows: readonly (readonly [string, () => Promise<Reply>, number, string, string])[] = [
    ["none", () => ask({ headers: drop("Authorization") }), 401, "TokenAuthenticationRequired", "no bearer token"],
    ["another scheme", () => ask({ headers: headers => ({ ...headers, Authorization: headers["Authorization"]!.replace("Bearer", "DPoP") }) }), 401, "TokenAuthenticationRequired", "no bearer token"],
    ["not a token", () => ask({ voucher: () => "abc" }), 401, "TokenAuthenticationFailed", "Invalid Compact JWS"],
    ["one that was changed", () => ask({ voucher: voucher => `${voucher.slice(0, -4)}AAAA` }), 401, "TokenAuthenticationFailed", "signature verification failed"],
    ["one that the consumer signed", () => ask({ voucher: () => stage.consumer.jws({ alg: "RS256", typ: "at+jwt", kid: "x" }, { iss: "sandbox.interop.pagopa.it", exp: now() + 60 }) }), 401, "TokenAuthenticationFailed", "signature verification failed"],
    ["one for another e-service", () => stage.consumer.ask("C020", purposeOf("C019"), body(), { evidence: withs({ purposeId: purposeOf("C019") }) }), 400, "InteroperabilityInvalidRequest", "audience is another e-service"],
  ];
  test.each(rows)("%s", async (_, send, status, title, reason) => {
    expectProblem(await send(), status, title);
    expect(stage.logged.join("")).toContain(reason);
  });

  test("no voucher serves two evidences: another request under the same one is refused", async () => {
    let first = "";
    await ask({ voucher: voucher => (first = voucher) });
    expectProblem(await ask({ voucher: () => first }), 400, "InteroperabilityInvalidRequest");
    expect(stage.logged.join("")).toContain("not bound to the evidence");
  });

  test("the 401 asks for a bearer token", async () => {
    expect((await ask({ headers: drop("Authorization") })).headers.get("www-authenticate")).toMatch(/^Bearer/);
  });
});

describe("the patterns", () => {
  const rows: readonly (readonly [string, Spoil, string])[] = [
    ["no evidence", { headers: drop("Agid-JWT-TrackingEvidence") }, "no agid-jwt-trackingevidence"],
    ["evidence of another issuer", { evidence: withs({ iss: "somebody" }) }, "evidence: unexpected \\\"iss\\\""],
    ["evidence for the address with -PDND", { evidence: claims => ({ ...claims, aud: String(claims["aud"]).replace("PortaANPR", "PortaANPR-PDND") }) }, "evidence: unexpected \\\"aud\\\""],
    ["evidence of another purpose", { evidence: withs({ purposeId: purposeOf("C019") }) }, "evidence: purposeId"],
    ["evidence without dnonce", { evidence: without("dnonce") }, "evidence: dnonce"],
    ["a short dnonce", { evidence: withs({ dnonce: "123" }) }, "evidence: dnonce"],
    ["evidence without user", { evidence: without("userID") }, "evidence: no userID"],
    ["evidence without location", { evidence: withs({ userLocation: "" }) }, "evidence: no userLocation"],
    ["evidence without assurance", { evidence: without("LoA") }, "evidence: no LoA"],
    ["assurance of 21 characters", { evidence: withs({ LoA: "x".repeat(21) }) }, "LoA is longer"],
    ["evidence that expired", { evidence: claims => ({ ...claims, iat: now() - 300, exp: now() - 60 }) }, "evidence: \\\"exp\\\""],
    ["evidence from the future", { evidence: claims => ({ ...claims, iat: now() + 60, exp: now() + 120 }) }, "evidence: issued in the future"],
    ["evidence for an hour", { evidence: claims => ({ ...claims, exp: now() + 3_600 }) }, "more than ten minutes"],
    ["evidence without a number", { evidence: without("jti") }, "evidence: missing required \\\"jti\\\""],
    ["evidence by a key without number", { evidenceHeader: without("kid") }, "evidence: kid"],
    ["no signature", { headers: drop("Agid-JWT-Signature") }, "no agid-jwt-signature"],
    ["signature for another audience", { signature: withs({ aud: "https://example.test" }) }, "signature: unexpected \\\"aud\\\""],
    ["signature for an hour", { signature: claims => ({ ...claims, exp: now() + 3_600 }) }, "more than ten minutes"],
    ["signature by another key", { signatureHeader: withs({ kid: "k".repeat(43) }) }, "signature: kid"],
    ["signature about another client", { signature: withs({ sub: "somebody" }) }, "signature: subject"],
    ["nothing signed", { signature: without("signed_headers") }, "signed_headers is no list"],
    ["two headers in one", { signature: claims => ({ ...claims, signed_headers: [Object.assign({}, ...(claims["signed_headers"] as object[]))] }) }, "signed_headers is no list"],
    ["content type not signed", { signature: claims => ({ ...claims, signed_headers: (claims["signed_headers"] as object[]).slice(0, 1) }) }, "content-type was sent and not signed"],
    ["digest not signed", { signature: claims => ({ ...claims, signed_headers: (claims["signed_headers"] as object[]).slice(1) }) }, "digest was sent and not signed"],
    ["content type sent otherwise", { headers: headers => ({ ...headers, "Content-Type": "application/json; charset=utf-8" }) }, "content-type was not sent as signed"],
    ["content encoding sent and not signed", { headers: headers => ({ ...headers, "Content-Encoding": "identity" }) }, "content-encoding was sent and not signed"],
    ["a header signed and not sent", { signature: claims => ({ ...claims, signed_headers: [...(claims["signed_headers"] as object[]), { "content-encoding": "UTF-8" }] }) }, "content-encoding was not sent as signed"],
    ["another body under the same digest", { body: JSON.stringify({ ...body(), idOperazioneClient: "999999" }) }, "digest is not that of the body"],
    ["the same JSON in other bytes", { body: JSON.stringify(body(), null, 1) }, "digest is not that of the body"],
    ["a digest that is not the signed one", { headers: headers => ({ ...headers, Digest: `SHA-256=${createHash("sha256").update("x").digest("base64")}` }) }, "digest was not sent as signed"],
  ];
  test.each(rows)("%s", async (_, spoil, reason) => {
    expectProblem(await ask(spoil), 400, "InteroperabilityInvalidRequest");
    expect(stage.logged.join("")).toContain(reason);
  });

  test("no number twice, of either signed header", async () => {
    const path = "/govway/rest/in/MinInternoPortaANPR-PDND/C020-servizioAccertamentoResidenza/v1/anpr-service-e002";
    let sent: Record<string, string> = {};
    const once = body();
    await stage.consumer.ask("C020", purposeOf("C020"), once, { headers: headers => (sent = headers) });
    expectProblem(await stage.consumer.send(path, sent, JSON.stringify(once)), 400, "InteroperabilityInvalidRequest");
    expect(stage.logged.join("")).toContain("evidence: jti was used before");
    let jti: unknown;
    await ask({ signature: claims => { jti = claims["jti"]; return claims; } });
    expectProblem(await ask({ signature: claims => ({ ...claims, jti }) }), 400, "InteroperabilityInvalidRequest");
    expect(stage.logged.join("")).toContain("signature: jti was used before");
  });
});

describe("addresses and shares", () => {
  test.each([
    ["an e-service that does not exist", "/govway/rest/in/MinInternoPortaANPR-PDND/C099-servizio/v1/anpr-service-e002", "NotFound"],
    ["a path that does not exist", "/govway/rest/in/MinInternoPortaANPR-PDND/C020-servizioAccertamentoResidenza/v2/x/y", "NotFound"],
    ["an operation that does not exist", "/govway/rest/in/MinInternoPortaANPR-PDND/C020-servizioAccertamentoResidenza/v1/other", "UndefinedOperation"],
    ["reading where one posts", "/govway/rest/in/MinInternoPortaANPR-PDND/C020-servizioAccertamentoResidenza/v1/anpr-service-e002", "UndefinedOperation"],
  ])("%s", async (_, path, title) => {
    expectProblem(await stage.consumer.send(path, {}), 404, title);
  });

  test("the day's share of an e-service", async () => {
    const tight = await openStage({ dailyQuota: 1 });
    try {
      const of = (service: ServiceCode) => tight.consumer.ask(service, purposeOf(service), body(service));
      expect((await of("C020")).status).toBe(200);
      expectProblem(await of("C020"), 429, "LimitExceeded");
      expect((await of("C019")).status).toBe(200);
    } finally {
      await tight.close();
    }
  });
});
