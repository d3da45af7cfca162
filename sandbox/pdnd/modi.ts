import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from "jose";
import type { PlatformKeys } from "./keys.ts";
import { demand, Stopped } from "./problem.ts";
import { eserviceIdOf, purposeOf, type PdndSimulatorSettings, type ServiceCode } from "./settings.ts";
import { voucherIssuer } from "./token-server.ts";

const toleranceSeconds = 5;
const longestSeconds = 600;

/** What the provider checks requests with. */
export interface Provider {
  readonly keys: PlatformKeys;
  readonly settings: PdndSimulatorSettings;
  readonly audienceOf: (code: ServiceCode) => string;
  /** Numbers of signed headers that were used, until they expire (seconds). */
  readonly used: Map<string, number>;
}

/** One request as it came in. */
export interface Incoming {
  readonly service: ServiceCode;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly now: Date;
}

/**
 * Everything that a provider must check before it looks at the content: the voucher, the evidence of who asks and its
 * hash in the voucher (AUDIT_REST_02), the signature over digest and headers (INTEGRITY_REST_02). Throws `Stopped`.
 */
export async function checkRequest(provider: Provider, incoming: Incoming): Promise<void> {
  const voucher = await readVoucher(provider, incoming);
  const evidence = headerOf(incoming, "agid-jwt-trackingevidence");
  const hash = createHash("sha256").update(evidence).digest("hex");
  const bound = (voucher["digest"] as { value?: unknown } | undefined)?.value;
  demand(typeof bound === "string" && bound.length === hash.length && timingSafeEqual(Buffer.from(bound), Buffer.from(hash)), "voucher is not bound to the evidence");
  const who = await readSigned(provider, incoming, evidence, "evidence");
  demand(who["purposeId"] === voucher["purposeId"], "evidence: purposeId is not the voucher's");
  demand(/^\d{13}$/.test(String(who["dnonce"])), "evidence: dnonce is not 13 digits");
  for (const claim of ["userID", "userLocation", "LoA"]) demand(typeof who[claim] === "string" && who[claim] !== "", `evidence: no ${claim}`);
  demand((who["LoA"] as string).length <= 20, "evidence: LoA is longer than 20 characters");
  const signed = await readSigned(provider, incoming, headerOf(incoming, "agid-jwt-signature"), "signature");
  demand(signed.sub === undefined || signed.sub === provider.settings.clientId, "signature: subject is another client");
  checkSignedHeaders(incoming, signed["signed_headers"]);
}

async function readVoucher({ keys, settings, audienceOf }: Provider, { service, headers, now }: Incoming): Promise<JWTPayload> {
  const [scheme, token] = (headers.authorization ?? "").split(" ");
  if (!token || scheme?.toLowerCase() !== "bearer") throw new Stopped("TokenAuthenticationRequired", "no bearer token");
  const payload = await verified(token, keys.own.publicKey, { issuer: voucherIssuer, typ: "at+jwt", clockTolerance: toleranceSeconds, requiredClaims: ["jti", "iat", "nbf", "exp"], currentDate: now });
  // The gateway tells no more of these claims than of the signed headers.
  demand([payload.aud].flat().includes(audienceOf(service)), "voucher: audience is another e-service");
  demand(payload["eserviceId"] === eserviceIdOf(service), "voucher: eserviceId is another e-service");
  demand(payload["producerId"] === settings.producerId, "voucher: producerId is another administration");
  demand(payload["client_id"] === payload.sub, "voucher: client_id is not sub");
  if (payload["purposeId"] !== purposeOf(service) || payload["consumerId"] !== settings.consumerId) throw new Stopped("AuthorizationTokenDeny", "voucher: purpose or consumer is not allowed");
  return payload;
}

async function verified(token: string, key: PlatformKeys["own"]["publicKey"], options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, key, { ...options, algorithms: ["RS256"] })).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new Stopped("TokenExpired", "voucher expired");
    throw new Stopped("TokenAuthenticationFailed", error instanceof Error ? error.message : "voucher cannot be verified");
  }
}

/** One of the two signed headers: the client's key by its number, times, audience, a number that was never used. */
async function readSigned({ keys, settings, audienceOf, used }: Provider, { service, now }: Incoming, jws: string, what: string): Promise<JWTPayload> {
  const read = await jwtVerify(jws, ({ kid }) => {
    demand(kid === keys.client.kid, `${what}: kid is no key of the client`);
    return keys.client.publicKey;
  }, { algorithms: ["RS256"], typ: "JWT", issuer: settings.clientId, audience: audienceOf(service), clockTolerance: toleranceSeconds, requiredClaims: ["iat", "exp", "jti"], currentDate: now })
    .catch((error: unknown) => {
      if (error instanceof Stopped) throw error;
      throw new Stopped("InteroperabilityInvalidRequest", `${what}: ${error instanceof Error ? error.message : "cannot be verified"}`);
    });
  const { jti, iat = 0, exp = 0 } = read.payload;
  const seconds = now.getTime() / 1000;
  demand(iat <= seconds + toleranceSeconds, `${what}: issued in the future`);
  demand(exp - iat <= longestSeconds, `${what}: valid for more than ten minutes`);
  for (const [number, until] of used) if (until < seconds) used.delete(number);
  demand(jti && !used.has(jti), `${what}: jti was used before`);
  used.set(jti, exp + toleranceSeconds);
  return read.payload;
}

function checkSignedHeaders({ headers, body }: Incoming, claim: unknown): void {
  demand(Array.isArray(claim) && claim.every(each => typeof each === "object" && each !== null && Object.keys(each as object).length === 1), "signature: signed_headers is no list of single headers");
  const signed = new Map((claim as Record<string, unknown>[]).map(each => Object.entries(each)[0]!).map(([name, value]) => [name.toLowerCase(), value]));
  for (const name of ["digest", "content-type", "content-encoding"]) demand(headers[name] === undefined || signed.has(name), `signature: ${name} was sent and not signed`);
  for (const [name, value] of signed) demand(headers[name] === value, `signature: ${name} was not sent as signed`);
  const digest = createHash("sha256").update(body).digest("base64");
  demand(headers["digest"] === `SHA-256=${digest}`, "digest is not that of the body");
}

function headerOf({ headers }: Incoming, name: string): string {
  const value = headers[name];
  demand(typeof value === "string" && value !== "", `no ${name}`);
  return value;
}
