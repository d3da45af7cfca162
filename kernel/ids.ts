import { randomBytes, randomUUID } from "node:crypto";

let lastMillisecond = 0;
let counter = 0;

/**
 * A new identifier: UUID version 7 (RFC 9562), so that rows made one after the other lie side by side in the index, in
 * the order in which one process made them. The first 48 bits are the Unix time in milliseconds, the next 12 a counter
 * that begins anew, somewhere in its lower half, with each millisecond (method 1 of the RFC), the rest is random.
 */
export function newId(now: number = Date.now()): string {
  const bytes = randomBytes(16);
  if (now > lastMillisecond) [lastMillisecond, counter] = [now, bytes.readUInt16BE(6) & 0x07ff];
  else counter += 1;
  // A counter that has run through borrows from the next millisecond.
  if (counter > 0x0fff) [lastMillisecond, counter] = [lastMillisecond + 1, 0];
  bytes.writeUIntBE(lastMillisecond, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** An identifier that tells nothing, not even when it was made: for request ids and one-time handles. */
export const opaqueId = (): string => randomUUID();

/** A secret of 256 bits, base64url: session cookies, RelayState handles. */
export const newSecret = (): string => randomBytes(32).toString("base64url");
