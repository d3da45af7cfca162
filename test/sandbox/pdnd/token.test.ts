import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from "jose";
import { purposeOf } from "../../../sandbox/pdnd/settings.ts";
import type { Spoil } from "./consumer.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => { stage = await openStage({ suspended: ["C018"], vouchers: { limit: 100, intervalMs: 1_000 } }); });
afterAll(() => stage.close());
beforeEach(() => { stage.logged.length = 0; });

const purposeId = purposeOf("C020");
const digest = "ab".repeat(32);
const now = () => Math.floor(Date.now() / 1000);

describe("a voucher", () => {
  test("is what providers expect, for who asked and for what, and bound to the evidence", async () => {
    const { status, body, headers } = await stage.consumer.token(purposeId, digest);
    expect({ status, body: { ...body, access_token: "" } }).toEqual({ status: 200, body: { access_token: "", token_type: "Bearer", expires_in: 600 } });
    expect(headers.get("cache-control")).toBe("no-cache, no-store");
    expect([...headers.keys()].filter(name => name.startsWith("x-rate-limit"))).toEqual(["x-rate-limit-interval", "x-rate-limit-limit", "x-rate-limit-remaining"]);
    const jwks = (await (await fetch(`${stage.sandbox.url}/pdnd/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(String(body["access_token"]), createLocalJWKSet(jwks), { algorithms: ["RS256"], typ: "at+jwt" });
    expect(protectedHeader["use"]).toBe("sig");
    expect(payload).toMatchObject({ aud: `${stage.sandbox.url}/govway/rest/in/MinInternoPortaANPR/C020-servizioAccertamentoResidenza/v1`, client_id: payload.sub, purposeId, digest: { alg: "SHA256", value: digest }, exp: payload.iat! + 600 });
    expect(payload.jti).toBeTruthy();
  });

  test("without a digest in the assertion has none", async () => {
    expect(decodeJwt(String((await stage.consumer.token(purposeId)).body["access_token"]))).not.toHaveProperty("digest");
  });
});

describe("refusals", () => {
  const without = (claim: string) => ({ [claim]: _, ...claims }: Readonly<Record<string, unknown>>) => claims;
  const withs = (changes: Readonly<Record<string, unknown>>) => (claims: Readonly<Record<string, unknown>>) => ({ ...claims, ...changes });
  const rows: readonly (readonly [string, Spoil, string])[] = [
    ["assertion type", { form: form => ({ ...form, client_assertion_type: "jwt" }) }, "0002"],
    ["grant type", { form: form => ({ ...form, grant_type: "password" }) }, "0003"],
    ["another audience", { assertion: withs({ aud: "auth.interop.pagopa.it/client-assertion" }) }, "0004"],
    ["no audience", { assertion: without("aud") }, "0005"],
    ["no token at all", { form: form => ({ ...form, client_assertion: "abc" }) }, "0006|0007"],
    ["no jti", { assertion: without("jti") }, "0008"],
    ["no iat", { assertion: without("iat") }, "0009"],
    ["no exp", { assertion: without("exp") }, "0010"],
    ["no iss", { assertion: without("iss") }, "0011"],
    ["no sub", { assertion: without("sub") }, "0012"],
    ["sub is not the client", { assertion: withs({ sub: "d2050000-c11e-4000-8000-000000009999" }) }, "0013"],
    ["a purpose that is no UUID", { assertion: withs({ purposeId: "C020" }) }, "0014"],
    ["no kid", { header: without("kid") }, "0015"],
    ["expired", { assertion: claims => ({ ...claims, iat: now() - 120, exp: now() - 60 }) }, "0017"],
    ["not yet valid", { assertion: claims => ({ ...claims, nbf: now() + 60 }) }, "0019"],
    ["client id that is no UUID", { form: form => ({ ...form, client_id: "hub" }) }, "0023"],
    ["sub that is no UUID", { assertion: withs({ sub: "hub" }) }, "0024"],
    ["a digest of another form", { assertion: withs({ digest: { value: digest } }) }, "0025"],
    ["a short digest", { assertion: withs({ digest: { alg: "SHA256", value: "ab" } }) }, "0026"],
    ["a digest by another algorithm", { assertion: withs({ digest: { alg: "SHA512", value: digest } }) }, "0027"],
    ["no algorithm", { header: without("alg") }, "0028"],
    ["another algorithm", { header: header => ({ ...header, alg: "ES256" }) }, "0029"],
    ["no purpose", { assertion: without("purposeId") }, "0030"],
    ["a kid of another form", { header: header => ({ ...header, kid: "key/1" }) }, "0031"],
    ["a claim that nobody asked for", { assertion: withs({ scope: "all" }) }, "0032"],
    ["another key's signature", { key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey }, "0033"],
    ["a key that was not registered", { header: header => ({ ...header, kid: "k".repeat(43) }) }, "server 0006"],
    ["a purpose that nobody has", { assertion: withs({ purposeId: "d205c999-0000-4000-8000-000000004078" }) }, "server 0006"],
  ];

  test.each(rows)("%s: the same answer, and its code in the log alone", async (_, spoil, code) => {
    const { status, body, headers } = await stage.consumer.token(purposeId, digest, spoil);
    expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        title: "The request contains bad syntax or cannot be fulfilled.", type: "about:blank", status: 400, detail: "Bad request", correlationId: expect.any(String),
        errors: [{ code: "015-0008", detail: "Unable to generate a token for the given request" }],
      },
    });
    expect(stage.logged.join("")).toMatch(new RegExp(`"codes":\\["(${code})"\\]`));
  });

  test("several faults of one assertion are found together", async () => {
    await stage.consumer.token(purposeId, digest, { assertion: ({ jti: _jti, iss: _iss, ...claims }) => claims });
    expect(stage.logged.join("")).toContain('"codes":["0008","0011"]');
  });

  test("a suspended purpose", async () => {
    expect((await stage.consumer.token(purposeOf("C018"), digest)).status).toBe(400);
    expect(stage.logged.join("")).toContain('"0020"');
  });

  test("an empty request", async () => {
    expect((await fetch(`${stage.sandbox.url}/pdnd/token.oauth2`, { method: "POST" })).status).toBe(400);
  });
});

test("above the limit: 429 with what the limit is, and after a while again", async () => {
  const tight = await openStage({ vouchers: { limit: 2, intervalMs: 400 } });
  try {
    const replies = [];
    for (let n = 0; n < 3; n += 1) replies.push(await tight.consumer.token(purposeId));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(replies[2]!.headers.get("x-rate-limit-remaining")).toBe("0");
    expect(replies[2]!.body).toMatchObject({ status: 429, errors: [{ code: "007-10004" }] });
    await new Promise(done => setTimeout(done, 250));
    expect((await tight.consumer.token(purposeId)).status).toBe(200);
  } finally {
    await tight.close();
  }
});
