import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { calculateJwkThumbprint, decodeProtectedHeader, jwtVerify } from "jose";
import { digestOf, signEvidence, signRequest } from "../../../connectors/pdnd/modi.ts";
import { openSigner, type Signer } from "../../../connectors/pdnd/signer.ts";

const clientId = "d2050000-c11e-4000-8000-000000004078";
const audience = "https://provider.example/rest/v1";
const purposeId = "d205c020-0000-4000-8000-000000004078";
const now = new Date("2026-11-23T09:00:00.500Z");
const pair = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
const publicKey = createPublicKey(pair.publicKey);
const clock = { now: () => now };

let signer: Signer;
beforeAll(async () => { signer = await openSigner({ clientId, key: pair.privateKey }, clock); });

const read = async (jws: string | undefined) => (await jwtVerify(jws ?? "", publicKey, { algorithms: ["RS256"], typ: "JWT", issuer: clientId, audience, currentDate: now, requiredClaims: ["jti", "iat", "exp"] })).payload;

describe("integrity", () => {
  // The guidelines print the body with a capital C and the digest of the body without: the bytes tell which is meant.
  test("the digest of AgID's published example", () => {
    expect(digestOf(Buffer.from('{"testo": "ciao mondo"}'))).toBe("SHA-256=cFfTOCesrWTLVzxn8fmHl4AcrUs40Lv5D275FmAZ96E=");
    expect(digestOf(Buffer.from('{"testo": "Ciao mondo"}'))).toBe("SHA-256=hPq3xjgxGMr98LL2/lP2Y66DVCTcXdwL+YpNQD/gmvk=");
  });

  test("is over bytes: another spelling of the same JSON has another digest", () => {
    expect(digestOf(Buffer.from('{"testo":"Ciao mondo"}'))).not.toBe(digestOf(Buffer.from('{"testo": "Ciao mondo"}')));
    expect(digestOf(Buffer.from('{"nome":"Niccolò"}'))).toBe(`SHA-256=${createHash("sha256").update('{"nome":"Niccolò"}', "utf8").digest("base64")}`);
  });

  test.each([
    ["JSON", { "Content-Type": "application/json" }, ["content-type", "digest"]],
    ["compressed", { "Content-Type": "application/json", "Content-Encoding": "gzip" }, ["content-encoding", "content-type", "digest"]],
    ["without a body", {}, ["digest"]],
    ["with headers that are nobody's business", { Accept: "application/json", "X-Other": "1" }, ["digest"]],
  ])("signs the headers as they are sent: %s", async (_, headers, covered) => {
    const sent = await signRequest(signer, audience, Buffer.from("{}"), headers);
    const payload = await read(sent["Agid-JWT-Signature"]);
    const signed = payload["signed_headers"] as Record<string, string>[];
    expect(signed.map(each => Object.keys(each))).toEqual(signed.map(() => [expect.stringMatching(/^[a-z-]+$/)]));
    expect(signed.map(each => Object.keys(each)[0]).sort()).toEqual(covered);
    const asSent = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
    for (const each of signed) expect(asSent).toMatchObject(each);
    expect(sent).toMatchObject(headers);
    expect(payload.sub).toBe(clientId);
  });
});

describe("evidence", () => {
  const user = { id: "operator-7", location: "anagrafe", assurance: "L2" } as const;

  test("says who asks, for what, and is tied by its hash", async () => {
    const { jws, digest } = await signEvidence(signer, { audience, purposeId, user });
    expect(await read(jws)).toMatchObject({ purposeId, dnonce: expect.stringMatching(/^\d{13}$/), userID: "operator-7", userLocation: "anagrafe", LoA: "L2" });
    expect(digest).toBe(createHash("sha256").update(jws, "ascii").digest("hex"));
  });

  test("is new each time", async () => {
    const [one, other] = await Promise.all([1, 2].map(async () => read((await signEvidence(signer, { audience, purposeId, user })).jws)));
    expect(one!.jti).not.toBe(other!.jti);
    expect(one!["dnonce"]).not.toBe(other!["dnonce"]);
  });

  test("a program signs in with nothing", async () => {
    const { jws } = await signEvidence(signer, { audience, purposeId, user: { ...user, assurance: null } });
    expect((await read(jws))["LoA"]).toBe("NONE");
  });
});

describe("the client's key", () => {
  test("is named by its thumbprint, as PDND numbers keys, unless PDND gave another number", async () => {
    const kid = await calculateJwkThumbprint(publicKey.export({ format: "jwk" }));
    expect(kid).toMatch(/^[\w-]{43}$/);
    expect(decodeProtectedHeader(await signer.sign({ aud: audience }, 60))).toEqual({ alg: "RS256", typ: "JWT", kid });
    const named = await openSigner({ clientId, key: pair.privateKey, keyId: "x".repeat(43) }, clock);
    expect(decodeProtectedHeader(await named.sign({}, 60)).kid).toBe("x".repeat(43));
  });

  test.each([
    ["no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"],
    ["a curve", generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString()],
    ["1024 bits", generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString()],
  ])("is refused, and not shown: %s", async (_, key) => {
    const error: unknown = await openSigner({ clientId, key }, clock).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/PDND client: the private key/);
    expect(String(error)).not.toContain("BEGIN");
  });
});
