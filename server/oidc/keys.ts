import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";
import { z } from "zod";

/** Every relying party can verify this one (OpenID Connect Core, 15.1). */
const algorithm = "RS256";

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.literal("RSA"), kid: z.string(), d: z.string() })).min(1) });

/**
 * The private keys that sign ID tokens, from a file (JSON Web Key Set) that is made at the first start. The first key signs,
 * all are published: to rotate, put a new one in front, and take the old one away once its tokens have expired.
 */
export async function openSigningKeys(file: string): Promise<{ readonly keys: JWK[] }> {
  const stored = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stored) return keySet.parse(JSON.parse(stored));
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const keys = [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: "sig" }];
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify({ keys }), { mode: 0o600 });
  return { keys };
}
