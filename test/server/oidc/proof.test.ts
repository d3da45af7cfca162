import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { calculateJwkThumbprint, exportJWK, SignJWT } from "jose";
import * as openid from "openid-client";
import { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { RelyingParty } from "./relying-party.ts";
import { testQuiet } from "../../helpers/quiet.ts";

let hub: TestHub;
let token: string;
let keys: openid.CryptoKeyPair;
beforeAll(async () => {
  hub = await startHub();
  const portal = await RelyingParty.discover(hub);
  keys = await openid.randomDPoPKeyPair("ES256", { extractable: true });
  const DPoP = openid.getDPoPHandle(portal.config, keys);
  const tokens = await portal.enter("ada.rossi", {}, { DPoP });
  token = tokens.access_token;
  expect(tokens.token_type).toBe("dpop");
});
afterAll(() => hub.close());

const me = "{ me { assurance } }";
const hashed = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** A proof for a request to the graph, with some of what it says changed. */
async function proof(changes: Readonly<Record<string, unknown>> = {}, { pair = keys, header = {} }: { pair?: openid.CryptoKeyPair; header?: object } = {}): Promise<string> {
  const claims = { jti: crypto.randomUUID(), htm: "POST", htu: `${hub.url}/graphql`, iat: Math.floor(Date.now() / 1_000), ath: hashed(token), ...changes };
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: await exportJWK(pair.publicKey), ...header }).sign(pair.privateKey);
}

const asked = async (headers: Readonly<Record<string, string>>): Promise<string> => {
  const { status, errors, data } = await new Client(hub.url, headers).ask(me);
  return data ? `${status}` : `${status} ${errors[0]!.extensions.code}`;
};
const withProof = async (dpop: string): Promise<string> => asked({ authorization: `DPoP ${token}`, dpop });

test("a token that is bound to a key is of use to whoever holds the key, once for each proof", async () => {
  const once = await proof();
  expect(await withProof(once)).toBe("200");
  expect(await withProof(once)).toBe("401 INVALID_TOKEN");
  expect(await withProof(await proof({ htu: `${hub.url}/graphql?query#part` }))).toBe("200");
  const [bound] = await hub.sql<{ jkt: string }>(`select "payload" ->> 'jkt' as "jkt" from "oidc_artifact" where "kind" = 'AccessToken'`);
  expect(bound!.jkt).toBe(await calculateJwkThumbprint(await exportJWK(keys.publicKey)));
});

test("two who show one proof at once are not both believed", async () => {
  const same = await proof();
  expect((await Promise.all([1, 2, 3, 4, 5].map(() => withProof(same)))).sort()).toEqual(["200", ...Array.from({ length: 4 }, () => "401 INVALID_TOKEN")]);
});

test.each([
  ["for another method", () => proof({ htm: "GET" })],
  ["for another address", () => proof({ htu: "https://elsewhere.example/graphql" })],
  ["for another path", () => proof({ htu: `${hub.url}/schema.graphql` })],
  ["for another token", () => proof({ ath: hashed("another") })],
  ["for no token", () => proof({ ath: undefined })],
  ["made long ago", () => proof({ iat: Math.floor(Date.now() / 1_000) - 90 })],
  ["made in the future", () => proof({ iat: Math.floor(Date.now() / 1_000) + 90 })],
  ["without an identifier", () => proof({ jti: undefined })],
  ["of another kind", () => proof({}, { header: { typ: "JWT" } })],
  ["of another key", async () => proof({}, { pair: await openid.randomDPoPKeyPair("ES256", { extractable: true }) })],
  ["that names a key other than it was signed with", async () => proof({}, { header: { jwk: await exportJWK((await openid.randomDPoPKeyPair("ES256", { extractable: true })).publicKey) } })],
  ["that is none", () => Promise.resolve("proof")],
])("a proof %s proves nothing", async (_what, made) => {
  expect(await withProof(await made())).toBe("401 INVALID_TOKEN");
});

test("without a proof, or as a token for whoever bears it, it is worth nothing", async () => {
  expect(await asked({ authorization: `DPoP ${token}` })).toBe("401 INVALID_TOKEN");
  expect(await asked({ authorization: `Bearer ${token}` })).toBe("401 INVALID_TOKEN");
  expect(await asked({ authorization: `Bearer ${token}`, dpop: await proof() })).toBe("401 INVALID_TOKEN");
});

test("nor is a token that is not bound good with a proof", async () => {
  const portal = await RelyingParty.discover(hub);
  const { access_token } = await portal.enter("bruno.ferrero");
  expect(await asked({ authorization: `DPoP ${access_token}`, dpop: await proof({ ath: hashed(access_token) }) })).toBe("401 INVALID_TOKEN");
  expect(await asked({ authorization: `Bearer ${access_token}` })).toBe("200");
});

test.each(["Bearer", "bearer  ", "DPoP", "Bearer two words", "Bearer ,"])("a header that says %j shows a token that is none", async authorization => {
  expect(await asked({ authorization })).toBe("401 INVALID_TOKEN");
});

test("a scheme for whoever stands before the hub is not the hub's business", async () => {
  expect((await new Client(hub.url, { authorization: `Basic ${btoa("stage:secret")}` }).ask("{ __typename }")).status).toBe(200);
});

test("over a socket the proof comes with the first message, and holds for as long as the socket is open", async () => {
  const ask = async (connectionParams: Readonly<Record<string, unknown>>) => {
    const socket = new Client(hub.url).socket(connectionParams);
    try {
      return await Promise.all([1, 2].map(async () => ((await socket.iterate({ query: me }).next()).value as { data?: unknown } | undefined)?.data));
    } catch (error) {
      return (error as { reason?: string }).reason;
    } finally {
      await socket.dispose();
    }
  };
  const answer = { me: { assurance: "L2" } };
  const dpop = await proof({ htm: "GET" });
  expect(await ask({ authorization: `DPoP ${token}`, dpop })).toEqual([answer, answer]);
  expect(await ask({ authorization: `DPoP ${token}`, dpop })).toBe("INVALID_TOKEN");
  expect(await ask({ authorization: `DPoP ${token}` })).toBe("INVALID_TOKEN");
});

test("a refresh token of a client that can keep no secret is renewed by the holder of the key alone", async () => {
  const app = await RelyingParty.discover(hub, "app-demo");
  const pair = await openid.randomDPoPKeyPair("ES256");
  const DPoP = openid.getDPoPHandle(app.config, pair);
  const { refresh_token } = await app.enter("ada.rossi", {}, { DPoP });
  const without = await openid.refreshTokenGrant(app.config, refresh_token!).catch((error: unknown) => (error as { error?: string }).error);
  expect(without).toBe("invalid_grant");
  expect((await openid.refreshTokenGrant(app.config, refresh_token!, undefined, { DPoP })).token_type).toBe("dpop");
});

testQuiet(() => hub, ["ada.rossi"]);
