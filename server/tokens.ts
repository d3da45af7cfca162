import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { calculateJwkThumbprint, createRemoteJWKSet, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JSONWebKeySet, type JWK } from "jose";
import type { Clock } from "../kernel/clock.ts";

/** What a partner's access token says, once verified. */
export interface PartnerToken {
  readonly clientId: string;
  readonly agreementId: string;
  readonly expiresAt: Date;
}

/** Issues and verifies the access tokens of partners. */
export interface Tokens {
  /** Signs a token for a partner under an agreement. */
  issue(clientId: string, agreementId: string): Promise<{ readonly token: string; readonly expiresIn: number }>;
  /** Reads a token of ours; null for any other, for an expired one, and for one that says less than it must. */
  verify(token: string): Promise<PartnerToken | null>;
  /** The public keys, as published. */
  readonly jwks: JSONWebKeySet;
}

const algorithm = "ES256";
const lifetimeSeconds = 600;

/** Opens the issuer with the key in a file, made there at the first start. */
export async function openTokens(keyFile: string, issuer: string, clock: Clock): Promise<Tokens> {
  const jwk = await keyIn(keyFile);
  const kid = await calculateJwkThumbprint(jwk);
  const key = await importJWK(jwk, algorithm);
  const { d: _private, ...published } = jwk;
  const publicKey = await importJWK(published, algorithm);
  const audience = `${issuer}/graphql`;
  return {
    jwks: { keys: [{ ...published, kid, alg: algorithm, use: "sig" }] },
    async issue(clientId, agreementId) {
      const now = Math.floor(clock.now().getTime() / 1_000);
      const token = await new SignJWT({ client_id: clientId, agreement: agreementId })
        .setProtectedHeader({ alg: algorithm, typ: "at+jwt", kid }).setIssuer(issuer).setAudience(audience).setSubject(clientId).setIssuedAt(now).setExpirationTime(now + lifetimeSeconds)
        .sign(key);
      return { token, expiresIn: lifetimeSeconds };
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, publicKey, { algorithms: [algorithm], typ: "at+jwt", issuer, audience, requiredClaims: ["exp", "sub", "client_id", "agreement"], clockTolerance: 5, currentDate: clock.now() });
        return { clientId: String(payload["client_id"]), agreementId: String(payload["agreement"]), expiresAt: new Date(payload.exp! * 1_000) };
      } catch {
        return null;
      }
    },
  };
}

/**
 * Checks a partner's assertion (RFC 7523) with the keys that the partner publishes: signed, for us, short-lived. Gives its
 * identifier `jti`, which is to be accepted once; throws when anything is amiss.
 */
export async function verifyAssertion(assertion: string, clientId: string, jwksUri: string, audience: string, clock: Clock): Promise<{ readonly jti: string; readonly expiresAt: Date }> {
  const { payload } = await jwtVerify(assertion, keysAt(jwksUri), {
    algorithms: ["RS256", "ES256", "PS256"], issuer: clientId, subject: clientId, audience, requiredClaims: ["exp", "iat", "jti"], clockTolerance: 5, maxTokenAge: "5m", currentDate: clock.now(),
  });
  return { jti: String(payload.jti), expiresAt: new Date(payload.exp! * 1_000) };
}

const remote = new Map<string, ReturnType<typeof createRemoteJWKSet>>();
const keysAt = (uri: string) => {
  const known = remote.get(uri) ?? createRemoteJWKSet(new URL(uri), { timeoutDuration: 3_000, cooldownDuration: 30_000, cacheMaxAge: 600_000 });
  remote.set(uri, known);
  return known;
};

async function keyIn(file: string): Promise<JWK> {
  const stored = await readFile(file, "utf8").catch(() => undefined);
  if (stored) return JSON.parse(stored) as JWK;
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}
