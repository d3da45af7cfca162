import type { KeyObject } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type ProtectedHeaderParameters } from "jose";

/** What a client assertion may be found wrong for: the numbers of PDND's own validation. */
const codes = {
  assertionType: "0002", grantType: "0003", audience: "0004", audienceMissing: "0005", format: "0006", payload: "0007", jti: "0008", iat: "0009",
  exp: "0010", iss: "0011", sub: "0012", subject: "0013", purposeFormat: "0014", kid: "0015", unverifiable: "0016", expired: "0017", notJwt: "0018",
  notBefore: "0019", purposeState: "0020", clientFormat: "0023", subjectFormat: "0024", digest: "0025", digestLength: "0026", digestAlgorithm: "0027",
  alg: "0028", algorithm: "0029", purposeMissing: "0030", kidFormat: "0031", claims: "0032", signature: "0033",
} as const;

/** Refuses an assertion. The codes are for the sandbox's log; the answer never carries them. */
export class AssertionRefused extends Error {
  override readonly name = "AssertionRefused";

  constructor(readonly codes: readonly string[]) {
    super(`client assertion: ${codes.join(" ")}`);
  }
}

const refuse = (...which: readonly (keyof typeof codes)[]): never => {
  throw new AssertionRefused(which.map(each => codes[each]));
};

export interface TokenForm {
  readonly client_id?: string | undefined;
  readonly client_assertion?: string | undefined;
  readonly client_assertion_type?: string | undefined;
  readonly grant_type?: string | undefined;
}

/** What the assertion asks for. */
export interface Asked {
  readonly kid: string;
  readonly clientId: string;
  readonly purposeId: string;
  readonly digest?: { readonly alg: string; readonly value: string };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const headerNames = new Set(["alg", "kid", "typ"]);
const claimNames = new Set(["iss", "sub", "aud", "jti", "iat", "exp", "nbf", "purposeId", "digest"]);

/** Reads a request for a voucher and the claims of its assertion, not yet its signature. Throws `AssertionRefused` with every fault found. */
export function readAssertion(form: TokenForm, audience: string): Asked {
  if (form.client_assertion_type !== "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") refuse("assertionType");
  if (form.grant_type !== "client_credentials") refuse("grantType");
  const { header, payload } = decoded(form.client_assertion ?? "");
  const faults = [...faultsOfHeader(header), ...faultsOfClaims(payload, form.client_id, audience)];
  if (faults.length > 0) refuse(...faults);
  if (Object.keys(header).some(name => !headerNames.has(name)) || Object.keys(payload).some(name => !claimNames.has(name))) refuse("claims");
  if (payload["purposeId"] === undefined) refuse("purposeMissing");
  return { kid: String(header.kid), clientId: String(payload.sub), purposeId: String(payload["purposeId"]), ...(payload["digest"] ? { digest: payload["digest"] as { alg: string; value: string } } : {}) };
}

function decoded(jws: string): { header: ProtectedHeaderParameters; payload: JWTPayload } {
  try {
    return { header: decodeProtectedHeader(jws), payload: decodeJwt(jws) };
  } catch (error) {
    return refuse(error instanceof errors.JWTInvalid ? "format" : "payload");
  }
}

type Fault = keyof typeof codes;

const faultsOfHeader = ({ kid, alg }: ProtectedHeaderParameters): readonly Fault[] => [
  ...(kid ? (/^[\w-]{43}$/.test(kid) ? [] : ["kidFormat" as const]) : ["kid" as const]),
  ...(alg ? (alg === "RS256" ? [] : ["algorithm" as const]) : ["alg" as const]),
];

function faultsOfClaims({ jti, iat, exp, iss, sub, aud, purposeId, digest }: JWTPayload, clientId: string | undefined, audience: string): readonly Fault[] {
  const subject = !sub ? "sub" : !uuid.test(sub) ? "subjectFormat" : clientId && !uuid.test(clientId) ? "clientFormat" : clientId && clientId !== sub ? "subject" : undefined;
  const wrong: readonly (Fault | false | undefined)[] = [
    !jti && "jti", !iat && "iat", !exp && "exp", !iss && "iss", subject,
    purposeId !== undefined && !(typeof purposeId === "string" && uuid.test(purposeId)) && "purposeFormat",
    !aud ? "audienceMissing" : ![aud].flat().includes(audience) && "audience",
    ...faultsOfDigest(digest),
  ];
  return wrong.filter(fault => typeof fault === "string");
}

function faultsOfDigest(digest: unknown): readonly Fault[] {
  if (digest === undefined) return [];
  if (typeof digest !== "object" || digest === null || !("alg" in digest) || !("value" in digest) || typeof digest.value !== "string" || Object.keys(digest).length !== 2) return ["digest"];
  return [...(digest.value.length === 64 ? [] : ["digestLength" as const]), ...(digest.alg === "SHA256" ? [] : ["digestAlgorithm" as const])];
}

/** Checks signature and times. Throws `AssertionRefused`. */
export async function verifyAssertion(jws: string, key: KeyObject, now: Date): Promise<void> {
  try {
    await jwtVerify(jws, key, { algorithms: ["RS256"], currentDate: now });
  } catch (error) {
    if (error instanceof errors.JWTExpired) refuse("expired");
    if (error instanceof errors.JWSSignatureVerificationFailed) refuse("signature");
    if (error instanceof errors.JWTClaimValidationFailed) refuse(error.claim === "nbf" ? "notBefore" : "notJwt");
    refuse("unverifiable");
  }
}

/** Refuses because the purpose, or what it stands on, is not active. */
export const refuseState = (): never => refuse("purposeState");
