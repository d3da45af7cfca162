import { deflateRawSync, inflateRawSync } from "node:zlib";
import { ensure, SpidRefusal } from "./refusal.ts";

/** The longest message we decode, in characters of base64. Real responses stay below 20,000. */
export const maxMessageLength = 131_072;

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeBytes(base64: string): Buffer {
  ensure(base64.length <= maxMessageLength, "message.size");
  const compact = base64.replace(/[\r\n\t ]/g, "");
  ensure(compact.length > 0 && compact.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact), "message.base64");
  return Buffer.from(compact, "base64");
}

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new SpidRefusal("message.utf8");
  }
}

/** The XML of a message that came by POST. Capped before it is decoded. */
export const decodePost = (base64: string): string => decodeText(decodeBytes(base64));

/** The XML of a message that came by Redirect. What it inflates to is capped as well. */
export function decodeRedirect(base64: string): string {
  const bytes = decodeBytes(base64);
  try {
    return decodeText(inflateRawSync(bytes, { maxOutputLength: maxMessageLength }));
  } catch (error) {
    throw error instanceof SpidRefusal ? error : new SpidRefusal("message.deflate");
  }
}

export const encodePost = (xml: string): string => Buffer.from(xml, "utf8").toString("base64");

export const encodeRedirect = (xml: string): string => deflateRawSync(Buffer.from(xml, "utf8")).toString("base64");
