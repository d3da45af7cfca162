import type { XmlElement } from "libxml2-wasm";
import { elementsOf, withRoot } from "./envelope.ts";

/** What a digital revenue stamp says of itself. */
export interface StampFacts {
  /** IUBD: the number of the stamp, unique for ever. */
  readonly serialNumber: string;
  readonly boughtAt: Date;
  /** Hash of the document that it was bought for, in base64. */
  readonly documentHash: string;
}

/**
 * Reads the stamp that comes with a receipt: the signed XML of the Agenzia delle Entrate, bytes of strangers. Undefined when
 * it is no such document; the signature is not judged here, for that needs the agency's list of whoever may sell stamps.
 */
export function readStamp(attachment: Uint8Array): StampFacts | undefined {
  try {
    return withRoot(attachment, root => {
      const [serialNumber, bought, documentHash] = [textAt(root, "IUBD"), textAt(root, "OraAcquisto"), textAt(root, "ImprontaDocumento", "DigestValue")];
      const boughtAt = new Date(bought ?? "");
      if (!serialNumber || serialNumber.length > 64 || !documentHash || documentHash.length > 128 || Number.isNaN(boughtAt.getTime())) return undefined;
      return { serialNumber, boughtAt, documentHash };
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
