import { createHash } from "node:crypto";
import { readStamp } from "../../connectors/pagopa/stamp.ts";
import type { BoughtStamp } from "./settle-debt.ts";

/** The hash that a document is stamped under: SHA-256, in base64. */
export const documentHash = (document: Uint8Array): string => createHash("sha256").update(document).digest("base64");

/** The stamps that a receipt brings, and what they say of themselves. One that cannot be read is kept all the same. */
export const stampsOf = ({ transfers }: { readonly transfers: readonly { readonly index: number; readonly stamp?: Buffer }[] }): BoughtStamp[] => transfers.flatMap(({ index, stamp }) => {
  if (!stamp) return [];
  const facts = readStamp(stamp);
  return [{
    index, attachment: stamp.toString("base64"), serialNumber: facts?.serialNumber ?? null, boughtAt: facts?.boughtAt.toISOString() ?? null, documentHash: facts?.documentHash ?? null,
  }];
});
