import { createHash, sign, type KeyObject } from "node:crypto";
import { XmlC14NMode, XmlDocument } from "libxml2-wasm";

const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const algorithms = {
  sha256: { signature: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", digest: "http://www.w3.org/2001/04/xmlenc#sha256" },
  sha1: { signature: "http://www.w3.org/2000/09/xmldsig#rsa-sha1", digest: "http://www.w3.org/2000/09/xmldsig#sha1" },
} as const;

export type Digest = keyof typeof algorithms;

/** An element to sign: where it is, and its exclusive canonical form without the signature to come. */
export interface Part {
  readonly id: string;
  readonly canonical: string;
  /** Whether the signature will stand inside the element. */
  readonly enveloping?: boolean;
}

/**
 * The exclusive canonical form of a document.
 * Canonical XML is libxml2's: a tenth of the time that a DOM in JavaScript takes, on every call to the registry.
 */
export function canonicalXml(xml: string): string {
  const document = XmlDocument.fromString(xml);
  try {
    return document.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 });
  } finally {
    document.dispose();
  }
}

/**
 * A `ds:Signature` (XML Signature 1.1, RSA) over the parts; `keyInfo` is the XML that tells which key made it. What is
 * signed is written in its canonical form as it stands: names in order, no element closed in itself, nothing to escape.
 */
export function signatureOf(parts: readonly Part[], key: KeyObject, digest: Digest, keyInfo: string): string {
  const { signature, digest: digestMethod } = algorithms[digest];
  const references = parts.map(
    ({ id, canonical, enveloping = false }) =>
      `<ds:Reference URI="#${id}"><ds:Transforms>${enveloping ? `<ds:Transform Algorithm="${enveloped}"></ds:Transform>` : ""}<ds:Transform Algorithm="${exclusive}"></ds:Transform></ds:Transforms>` +
      `<ds:DigestMethod Algorithm="${digestMethod}"></ds:DigestMethod><ds:DigestValue>${createHash(digest).update(canonical).digest("base64")}</ds:DigestValue></ds:Reference>`,
  );
  const info =
    `<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:CanonicalizationMethod Algorithm="${exclusive}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${signature}"></ds:SignatureMethod>${references.join("")}</ds:SignedInfo>`;
  const value = sign(digest, Buffer.from(info), key).toString("base64");
  return `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${info}<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo>${keyInfo}</ds:KeyInfo></ds:Signature>`;
}
