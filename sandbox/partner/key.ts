import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";

export interface PartnerKey {
  readonly privateKey: CryptoKey;
  /** With `kid`, `alg` and `use`; nothing private in it. */
  readonly publicJwk: JWK;
}

/** The partner's signing key (ES256), made in `folder/key.jwk.json` (readable by the owner only) at the first start. */
export async function openKey(folder: string): Promise<PartnerKey> {
  const file = join(folder, "key.jwk.json");
  const jwk = await readFile(file, "utf8").then(text => JSON.parse(text) as JWK).catch(() => newKey(folder, file));
  const privateKey = await importJWK(jwk, "ES256");
  if (privateKey instanceof Uint8Array) throw new Error(`${file} does not hold an EC key`);
  const { d: _private, ...rest } = jwk;
  return { privateKey, publicJwk: { ...rest, kid: await calculateJwkThumbprint(rest), alg: "ES256", use: "sig" } };
}

async function newKey(folder: string, file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}
