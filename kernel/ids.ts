import { randomBytes, randomUUID } from "node:crypto";

/**
 * A new identifier: UUID version 7 (RFC 9562), so that rows made one after the other lie side by side in the index.
 * The first 48 bits are the Unix time in milliseconds, the rest is random.
 */
export function newId(now: number = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** An identifier that tells nothing, not even when it was made: for request ids and one-time handles. */
export const opaqueId = (): string => randomUUID();

/** A secret of 256 bits, base64url: session cookies, RelayState handles. */
export const newSecret = (): string => randomBytes(32).toString("base64url");
