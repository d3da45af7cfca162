import { inflateRawSync } from "node:zlib";
import { Unreadable } from "../upstream.ts";

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const stored = 0, deflated = 8;

/** The most that an archive may hold, in bytes: a table of codes is a few hundred thousand. */
const maximum = 16 * 1_048_576;

/**
 * The content of the one file of a ZIP archive, as the registry packs its tables. Throws `Unreadable` for anything else,
 * and for what unpacks to more than 16 MiB.
 */
export function onlyFileOf(zip: Buffer): Buffer {
  try {
    const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end === -1 || zip.readUInt32LE(end) !== endOfDirectory || zip.readUInt16LE(end + 10) !== 1) throw new Unreadable("ARCHIVE");
    const entry = zip.readUInt32LE(end + 16);
    if (zip.readUInt32LE(entry) !== directoryEntry) throw new Unreadable("ARCHIVE");
    const [method, size, local] = [zip.readUInt16LE(entry + 10), zip.readUInt32LE(entry + 20), zip.readUInt32LE(entry + 42)];
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + size);
    if (method === stored) return packed;
    if (method !== deflated) throw new Unreadable("ARCHIVE");
    return inflateRawSync(packed, { maxOutputLength: maximum });
  } catch (error) {
    // Offsets beyond the end, and what does not inflate.
    throw error instanceof Unreadable ? error : new Unreadable("ARCHIVE");
  }
}
