import { createHash } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from "jose";
import { OidcArtifact } from "../../entities/oidc-artifact.ts";
import type { Clock } from "../../kernel/clock.ts";
import { artifactId } from "./adapter.ts";

/** A proof of possession, and the request that it came with. */
export interface Proof {
  readonly jwt: string;
  readonly method: string;
  /** The path asked for, without its query. */
  readonly path: string;
}

export interface ProofDeps {
  readonly fork: () => EntityManager;
  readonly administrationId: string;
  readonly publicUrl: string;
  readonly clock: Clock;
}

/** Says whether whoever shows a token holds the key to which it is bound. */
export type CheckProof = (proof: Proof, token: string, thumbprint: string) => Promise<boolean>;

/** The only algorithms that a proof may be signed with: asymmetric ones. */
export const proofAlgorithms = ["ES256", "EdDSA", "Ed25519", "PS256", "RS256"];

/** How old a proof may be, and how far the client's clock ahead, in seconds. */
const windowSeconds = 60;

/**
 * Checks proofs of possession (DPoP, RFC 9449 section 4.3): signed by the token's key, for this method and address, for this
 * token, made just now, and shown once, to whichever process.
 */
export function createProofs({ fork, administrationId, publicUrl, clock }: ProofDeps): CheckProof {
  const firstTime = async (thumbprint: string, jti: string): Promise<boolean> => {
    const expiresAt = new Date(clock.now().getTime() + 2 * windowSeconds * 1_000);
    const rows = await fork().execute<unknown[]>(
      `insert into "oidc_artifact" ("id", "administration_id", "kind", "payload", "expires_at") values (?, ?, 'Proof', '{}', ?) on conflict ("id") do nothing returning "id"`,
      [artifactId("Proof", `${thumbprint}:${jti}`), administrationId, expiresAt]);
    return rows.length === 1;
  };
  return async ({ jwt, method, path }, token, thumbprint) => {
    const read = await jwtVerify(jwt, EmbeddedJWK, { algorithms: proofAlgorithms, typ: "dpop+jwt", requiredClaims: ["jti", "htm", "htu", "iat", "ath"], currentDate: clock.now() }).catch(() => undefined);
    if (!read || (await calculateJwkThumbprint(read.protectedHeader.jwk!)) !== thumbprint) return false;
    const { jti, htm, htu, iat, ath } = read.payload;
    const age = clock.now().getTime() / 1_000 - iat!;
    const ours = htm === method && typeof htu === "string" && addressOf(htu) === `${publicUrl}${path}` && ath === createHash("sha256").update(token).digest("base64url");
    return ours && Math.abs(age) <= windowSeconds && typeof jti === "string" && jti.length <= 200 && firstTime(thumbprint, jti);
  };
}

/** An address without query and fragment. */
function addressOf(htu: string): string | undefined {
  const url = URL.parse(htu);
  return url ? `${url.origin}${url.pathname}` : undefined;
}

/** Forgets what has expired; answers how many rows. */
export const purgeArtifacts = async (em: EntityManager, now: Date): Promise<{ readonly artifacts: number }> => ({ artifacts: await em.nativeDelete(OidcArtifact, { expiresAt: { $lte: now } }) });
