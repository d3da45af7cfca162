import type { XmlElement } from "libxml2-wasm";
import { elementsOf } from "../xml.ts";
import { withRoot } from "./envelope.ts";
import { instant } from "./receive.ts";

/** What a digital revenue stamp says of itself. */
export interface StampFacts {
  /** IUBD: the number of the stamp, unique for ever. */
  readonly serialNumber: string;
  readonly boughtAt: Date;
  /** Hash of the document that it was bought for, in base64. */
  readonly documentHash: string;
  /** What was paid for it, in cents; null when it does not say so. */
  readonly amountCents: number | null;
}

/**
 * Reads the stamp that comes with a receipt: the signed XML of the Agenzia delle Entrate, bytes of strangers. Undefined when
 * it is no such document; what its signature is worth, `stamp-signature.ts` judges.
 */
export function readStamp(attachment: Uint8Array): StampFacts | undefined {
  try {
    return withRoot(attachment, root => {
      const [serialNumber, bought, documentHash] = [textAt(root, "IUBD"), textAt(root, "OraAcquisto"), textAt(root, "ImprontaDocumento", "DigestValue")];
      const boughtAt = instant(bought ?? "");
      if (!serialNumber || serialNumber.length > 64 || !documentHash || documentHash.length > 128 || !boughtAt) return undefined;
      return { serialNumber, boughtAt, documentHash, amountCents: centsOf(textAt(root, "Importo") ?? "") };
    });
  } catch {
    return undefined;
  }
}

/** The text of a descendant by its path of names, whichever namespaces they are of. */
function textAt(parent: XmlElement, ...[name, ...further]: string[]): string | undefined {
  const child = [...elementsOf(parent)].find(element => element.name === name);
  if (!child) return undefined;
  return further.length > 0 ? textAt(child, ...further) : child.content.trim();
}

/** Euro with at most two decimals, in cents. */
function centsOf(euro: string): number | null {
  const [, whole, part = ""] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(euro) ?? [];
  return whole === undefined ? null : Number(whole) * 100 + Number(part.padEnd(2, "0"));
}
