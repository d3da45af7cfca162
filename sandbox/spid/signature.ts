import { createSign, createVerify } from "node:crypto";
import { XMLSerializer } from "@xmldom/xmldom";
import { SignedXml } from "xml-crypto";
import type { KeyPair } from "./keys.ts";
import { attributeOf, childrenOf, find, parseXml } from "./xml.ts";

const c14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
const rsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/** What SPID accepts in a request: RSA with SHA-256 or longer. */
const queryDigests: Record<string, string> = {
  [rsaSha256]: "RSA-SHA256",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": "RSA-SHA384",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": "RSA-SHA512",
};
const digests = [sha256, "http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmlenc#sha512"];

/** Where the signature goes: as SAML orders it, after the Issuer in messages and first in metadata. */
export interface Place {
  /** XPath of the element to sign. */
  readonly element: string;
  /** XPath of what the signature stands beside. */
  readonly beside: string;
  readonly action: "after" | "prepend";
}

/** Signs one element of an XML text with an enveloped signature: exclusive canonicalisation, RSA-SHA256. */
export function signElement(xml: string, place: Place, keys: KeyPair): string {
  const signer = new SignedXml({
    privateKey: keys.privateKey,
    publicCert: keys.certificate,
    signatureAlgorithm: rsaSha256,
    canonicalizationAlgorithm: c14n,
  });
  signer.addReference({ xpath: place.element, transforms: [enveloped, c14n], digestAlgorithm: sha256 });
  signer.computeSignature(xml, { prefix: "ds", location: { reference: place.beside, action: place.action } });
  return signer.getSignedXml();
}

/**
 * Verifies the enveloped signature of a document's root against the given certificates (PEM), whatever its KeyInfo says.
 * Returns the canonical text that was signed, or undefined when no certificate fits or the form is not the one SPID asks for.
 */
export function verifyRoot(xml: string, certificates: readonly string[]): string | undefined {
  const root = parseXml(xml).documentElement!;
  const [signature, ...others] = childrenOf(root, "ds:Signature");
  const reference = signature && find(signature, "ds:SignedInfo", "ds:Reference");
  const digest = reference && attributeOf(find(reference, "ds:DigestMethod"), "Algorithm");
  if (!signature || others.length > 0 || attributeOf(reference, "URI") !== `#${attributeOf(root, "ID")}`) return undefined;
  if (!digests.includes(digest ?? "")) return undefined;
  const text = new XMLSerializer().serializeToString(signature);
  for (const certificate of certificates) {
    const verifier = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null });
    verifier.loadSignature(text);
    if (!(verifier.signatureAlgorithm! in queryDigests)) return undefined;
    if (succeeds(() => verifier.checkSignature(xml)) && verifier.getSignedReferences().length === 1) return verifier.getSignedReferences()[0];
  }
  return undefined;
}

/** A library that throws for a wrong signature, answering like one that says no. */
function succeeds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

/** Signs the query of the Redirect binding: `parameters` in their order, then `SigAlg`; returns it with `Signature`. */
export function signQuery(parameters: readonly (readonly [string, string])[], keys: KeyPair): string {
  const signed = [...parameters, ["SigAlg", rsaSha256] as const].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return `${signed}&Signature=${encodeURIComponent(createSign("RSA-SHA256").update(signed).sign(keys.privateKey, "base64"))}`;
}

/** Verifies the signature of a Redirect query over its parameters exactly as they were written on the wire. */
export function verifyQuery(query: string, message: "SAMLRequest" | "SAMLResponse", certificates: readonly string[]): boolean {
  const raw = new Map(query.split("&").map(pair => [pair.split("=", 1)[0]!, pair]));
  const values = new URLSearchParams(query);
  const digest = queryDigests[values.get("SigAlg") ?? ""];
  if (digest === undefined) return false;
  const signed = [message, "RelayState", "SigAlg"].flatMap(name => raw.get(name) ?? []).join("&");
  const signature = Buffer.from(values.get("Signature") ?? "", "base64");
  return certificates.some(certificate => succeeds(() => createVerify(digest).update(signed).verify(certificate, signature)));
}
