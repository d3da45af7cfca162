import { createHash, randomInt } from "node:crypto";
import type { RegistryUser } from "../anpr/registry.ts";
import type { Signer } from "./signer.ts";

// AgID's patterns for messages in PDND: who asks (AUDIT_REST_02) and what is asked (INTEGRITY_REST_02), both signed by
// the client's key. Guidelines on the technical interoperability of public administrations, annex 2 (July 2024).

/** Long enough for clocks that differ a little; the registry takes no more than ten minutes. */
const lifetimeSeconds = 300;

/** The headers that the signature must cover whenever they are sent. */
const covered = new Set(["digest", "content-type", "content-encoding"]);

/** The `Digest` header of a body (RFC 3230), over the very bytes that are sent. */
export const digestOf = (body: Uint8Array): string => `SHA-256=${createHash("sha256").update(body).digest("base64")}`;

/** Who asks, for `Agid-JWT-TrackingEvidence`, and the hash that ties a voucher to it. */
export interface Evidence {
  readonly jws: string;
  /** SHA-256 of the compact JWS, lower-case hex. */
  readonly digest: string;
}

/**
 * Signs who causes a request, under which purpose, for one provider. A new one for each request: providers refuse a
 * second use. `LoA` is the level of the user's sign-in, `NONE` for programs; no provider takes more than 20 characters.
 */
export async function signEvidence(signer: Signer, { audience, purposeId, user }: { audience: string; purposeId: string; user: RegistryUser }): Promise<Evidence> {
  const dnonce = String(randomInt(1_000_000_000_000, 10_000_000_000_000));
  const jws = await signer.sign({ aud: audience, purposeId, dnonce, userID: user.id, userLocation: user.location, LoA: user.assurance ?? "NONE" }, lifetimeSeconds);
  return { jws, digest: createHash("sha256").update(jws).digest("hex") };
}

/** The headers of a request with its digest and `Agid-JWT-Signature`, which covers them as they are sent. */
export async function signRequest(signer: Signer, audience: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const sent = { ...headers, Digest: digestOf(body) };
  const signed = Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => covered.has(name));
  const signature = await signer.sign({ aud: audience, sub: signer.clientId, signed_headers: signed.map(([name, value]) => ({ [name]: value })) }, lifetimeSeconds);
  return { ...sent, "Agid-JWT-Signature": signature };
}
