import { createSign, createVerify, type KeyObject } from "node:crypto";
import { XMLSerializer, type Element } from "@xmldom/xmldom";
import { SignedXml } from "xml-crypto";
import { ns } from "./saml.ts";
import { attributeOf, childrenOf, onlyChild } from "./xml.ts";

const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = `${ns.ds}enveloped-signature`;
const rsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const rsaSha512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
const sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
const sha512 = "http://www.w3.org/2001/04/xmlenc#sha512";

/** The signature methods that we accept, and what `node:crypto` calls them. SHA-1 is not among them. */
const hashOf: Readonly<Record<string, string>> = { [rsaSha256]: "RSA-SHA256", [rsaSha512]: "RSA-SHA512" };
const digests: readonly string[] = [sha256, sha512];

/** Our own key: what we sign with and what we publish. Both PEM. */
export interface Credential {
  readonly privateKey: string;
  readonly certificate: string;
}

/**
 * Signs the root element of a document (it must carry an `ID`): enveloped, exclusive canonicalisation, RSA with SHA-256, the
 * certificate in KeyInfo. The schemas want it first in metadata and after the Issuer in messages.
 */
export function signEnveloped(xml: string, credential: Credential, place: "FIRST" | "AFTER_ISSUER"): string {
  const signer = new SignedXml({
    privateKey: credential.privateKey,
    publicCert: credential.certificate,
    signatureAlgorithm: rsaSha256,
    canonicalizationAlgorithm: exclusive,
  });
  signer.addReference({ xpath: "/*", transforms: [enveloped, exclusive], digestAlgorithm: sha256 });
  const location = place === "FIRST"
    ? { reference: "/*", action: "prepend" as const }
    : { reference: `/*/*[local-name(.)='Issuer' and namespace-uri(.)='${ns.saml}']`, action: "after" as const };
  signer.computeSignature(xml, { prefix: "ds", location });
  return signer.getSignedXml();
}

const names = (parent: Element): string => childrenOf(parent).map(child => (child.namespaceURI === ns.ds ? child.localName : "?")).join(" ");
const algorithm = (parent: Element, name: string): string => attributeOf(onlyChild(parent, ns.ds, name)!, "Algorithm");

/** Whether a Signature has exactly the shape that SAML allows, so that there is one way only to read it. */
function isPlain(signature: Element, id: string): boolean {
  if (!/^SignedInfo SignatureValue( KeyInfo)?$/.test(names(signature))) return false;
  const signedInfo = onlyChild(signature, ns.ds, "SignedInfo")!;
  if (names(signedInfo) !== "CanonicalizationMethod SignatureMethod Reference") return false;
  const reference = onlyChild(signedInfo, ns.ds, "Reference")!;
  if (names(reference) !== "Transforms DigestMethod DigestValue") return false;
  const transforms = childrenOf(onlyChild(reference, ns.ds, "Transforms")!);
  return (
    algorithm(signedInfo, "CanonicalizationMethod") === exclusive &&
    algorithm(signedInfo, "SignatureMethod") in hashOf &&
    digests.includes(algorithm(reference, "DigestMethod")) &&
    reference.getAttribute("URI") === `#${id}` &&
    transforms.map(transform => transform.getAttribute("Algorithm")).join(" ") === `${enveloped} ${exclusive}` &&
    transforms.every(transform => childrenOf(transform).every(child => child.localName === "InclusiveNamespaces" && child.namespaceURI === exclusive))
  );
}

function pick<Value>(table: Record<string, Value>, keys: readonly string[]): Record<string, Value> {
  return Object.fromEntries(keys.map(key => [key, table[key]!]));
}

function checkedBy(key: KeyObject, xml: string, signature: Element): string | undefined {
  const verifier = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  verifier.SignatureAlgorithms = pick(verifier.SignatureAlgorithms, Object.keys(hashOf));
  verifier.HashAlgorithms = pick(verifier.HashAlgorithms, digests);
  verifier.CanonicalizationAlgorithms = pick(verifier.CanonicalizationAlgorithms, [exclusive, enveloped]);
  try {
    verifier.loadSignature(new XMLSerializer().serializeToString(signature));
    const signed = verifier.checkSignature(xml) ? verifier.getSignedReferences() : [];
    return signed.length === 1 ? signed[0] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks the one Signature that is a direct child of `element` with the keys of its author, and with no other: what stands in
 * KeyInfo is not looked at. `xml` is the whole text in which `element` was found; its IDs must have been found unique.
 *
 * Returns the canonical bytes that were signed, the only ones to read from; undefined when the signature does not hold.
 */
export function verifyEnveloped(xml: string, element: Element, keys: readonly KeyObject[]): string | undefined {
  const signature = onlyChild(element, ns.ds, "Signature");
  const id = element.getAttribute("ID");
  if (!signature || !id || !/^[\w.-]+$/.test(id) || !isPlain(signature, id)) return undefined;
  for (const key of keys) {
    const signed = checkedBy(key, xml, signature);
    if (signed !== undefined) return signed;
  }
  return undefined;
}

/** The query of a Redirect message with its signature (SAML bindings 3.4.4.1): `name` is SAMLRequest or SAMLResponse. */
export function signQuery(name: string, message: string, relayState: string, credential: Credential): string {
  const fields = [[name, message], ...(relayState ? [["RelayState", relayState]] : []), ["SigAlg", rsaSha256]];
  const query = fields.map(([key, value]) => `${key}=${encodeURIComponent(value!)}`).join("&");
  const value = createSign("RSA-SHA256").update(query).sign(credential.privateKey, "base64");
  return `${query}&Signature=${encodeURIComponent(value)}`;
}

/** Whether a Redirect query carries the signature of one of the keys, over its parameters as they were encoded. */
export function verifyQuery(query: string, name: string, keys: readonly KeyObject[]): boolean {
  const raw = new Map(query.split("&").map(pair => [pair.slice(0, pair.indexOf("=")), pair] as const));
  const given = new URLSearchParams(query);
  const hash = hashOf[given.get("SigAlg") ?? ""];
  const signature = given.get("Signature");
  if (!hash || !signature || [name, "RelayState", "SigAlg", "Signature"].some(key => given.getAll(key).length > 1)) return false;
  const signed = [name, "RelayState", "SigAlg"].flatMap(key => raw.get(key) ?? []).join("&");
  return keys.some(key => createVerify(hash).update(signed).verify(key, signature, "base64"));
}
