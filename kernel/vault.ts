import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** What was encrypted, and which key did it. */
export interface Sealed {
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** Encrypts what lies at rest and must be read again by few. */
export interface Vault {
  /** Encrypts with the first key. `context` names what it belongs to: the same must be given to open it. */
  seal(text: string, context: string): Sealed;
  /** Decrypts. Throws when the key is not among ours, or when anything was changed or moved elsewhere. */
  open(sealed: Sealed, context: string): string;
}

const algorithm = "aes-256-gcm";
const ivLength = 12;
const tagLength = 16;

/**
 * A vault with keys of 32 bytes: the first encrypts (AES-256-GCM), every one decrypts. So a rotation is: put a new key in
 * front, and take the old one away when nothing is kept any more that it sealed. Throws for a key of another length.
 */
export function openVault(keys: readonly Buffer[]): Vault {
  const byId = new Map(keys.map(key => [idOf(key), key]));
  const [first] = byId;
  if (!first || keys.some(key => key.length !== 32)) throw new Error("a vault needs keys of 32 bytes");
  const [keyId, current] = first;
  return {
    seal(text, context) {
      const iv = randomBytes(ivLength);
      const cipher = createCipheriv(algorithm, current, iv, { authTagLength: tagLength }).setAAD(Buffer.from(context));
      const content = Buffer.concat([cipher.update(deflateRawSync(text)), cipher.final()]);
      return { keyId, bytes: Buffer.concat([iv, cipher.getAuthTag(), content]) };
    },
    open(sealed, context) {
      const key = byId.get(sealed.keyId);
      if (!key) throw new Error("sealed with a key that is not here");
      const bytes = Buffer.from(sealed.bytes);
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivLength), { authTagLength: tagLength })
        .setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
      return inflateRawSync(Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()])).toString("utf8");
    },
  };
}

/** Names a key without telling it. */
const idOf = (key: Buffer): string => createHash("sha256").update("vault key").update(key).digest("hex").slice(0, 16);
