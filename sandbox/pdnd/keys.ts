import { createPrivateKey, createPublicKey, generateKeyPair, randomUUID, type KeyObject } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { calculateJwkThumbprint, type JWK } from "jose";

/** The keys that PDND knows: its own, with which it signs vouchers, and the one public key of the municipality's client. */
export interface PlatformKeys {
  readonly own: { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly client: { readonly kid: string; readonly publicKey: KeyObject };
}

const newKeys = promisify(generateKeyPair);

/**
 * At the first start makes, in `folder`, PDND's key (`platform.key.pem`, named in `platform.kid`) and the pair of the
 * municipality's client: `client.key.pem` for the municipality, and its public half in `client.jwks.json` as it was
 * registered on PDND, whose number is the key's thumbprint. Later it keeps what it finds; who brings a key of their own
 * writes its public half there.
 */
export async function openKeys(folder: string): Promise<PlatformKeys> {
  await mkdir(folder, { recursive: true });
  const own = createPrivateKey(await kept(join(folder, "platform.key.pem"), newPem, 0o600));
  const kid = (await kept(join(folder, "platform.kid"), async () => randomUUID())).trim();
  const clientKey = async () => createPublicKey(createPrivateKey(await kept(join(folder, "client.key.pem"), newPem, 0o600))).export({ format: "jwk" });
  const registered = JSON.parse(await kept(join(folder, "client.jwks.json"), async () => JSON.stringify({ keys: [await asRegistered(await clientKey())] }, null, 2))) as { keys: [JWK] };
  const [jwk] = registered.keys;
  return {
    own: { kid, privateKey: own, publicKey: createPublicKey(own) },
    client: { kid: jwk.kid ?? "", publicKey: createPublicKey({ key: { ...jwk }, format: "jwk" }) },
  };
}

const asRegistered = async (jwk: JWK): Promise<JWK> => ({ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: "RS256", use: "sig" });

const newPem = async (): Promise<string> => (await newKeys("rsa", { modulusLength: 2048 })).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** The content of a file, made when there is none. */
async function kept(file: string, make: () => Promise<string>, mode = 0o644): Promise<string> {
  const found = await readFile(file, "utf8").catch(() => undefined);
  if (found !== undefined) return found;
  const made = await make();
  await writeFile(file, made, { mode });
  return made;
}
