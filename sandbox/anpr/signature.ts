import { createHash, createVerify, timingSafeEqual, type KeyObject } from "node:crypto";
import { XmlC14NMode, XmlDocument, XmlElement, type XmlNode } from "libxml2-wasm";
import { demand } from "./faults.ts";

export const namespaces = {
  env: "http://schemas.xmlsoap.org/soap/envelope/",
  wsse: "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
  wsu: "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
  ds: "http://www.w3.org/2000/09/xmldsig#",
  ec: "http://www.w3.org/2001/10/xml-exc-c14n#",
  saml2: "urn:oasis:names:tc:SAML:2.0:assertion",
};

const excC14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const digests: Record<string, string> = {
  "http://www.w3.org/2000/09/xmldsig#sha1": "sha1",
  "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
  "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
};
const signatures: Record<string, string> = {
  "http://www.w3.org/2000/09/xmldsig#rsa-sha1": "RSA-SHA1",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "RSA-SHA256",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": "RSA-SHA512",
};

/**
 * Checks a `ds:Signature` (exclusive canonicalisation; RSA with SHA-1, as the registry's old clients still use, or
 * SHA-2) and returns the elements that it covers. Rejected by policy when a digest or the signature itself is wrong,
 * an identifier is not unique, or a transform is another one.
 */
export function signedElements(signature: XmlElement, key: KeyObject): readonly XmlElement[] {
  const info = only(signature, "ds:SignedInfo");
  const method = only(info, "ds:CanonicalizationMethod");
  demand(attribute(method, "Algorithm") === excC14n, "canonicalisation");
  const algorithm = signatures[attribute(only(info, "ds:SignatureMethod"), "Algorithm")];
  demand(algorithm, "signature algorithm");
  const value = Buffer.from(only(signature, "ds:SignatureValue").content, "base64");
  demand(createVerify(algorithm).update(canonical(info, prefixes(method))).verify(key, value), "signature value");
  return elements(info, "ds:Reference").map(reference => referred(reference, signature));
}

function referred(reference: XmlElement, signature: XmlElement): XmlElement {
  const id = attribute(reference, "URI").replace(/^#/, "");
  demand(/^[\w.-]+$/.test(id), "reference without identifier");
  const targets = signature.doc.find(`//*[@wsu:Id="${id}" or @ID="${id}" or @Id="${id}"]`, namespaces);
  const [target] = targets;
  demand(targets.length === 1 && target instanceof XmlElement, "identifier is not unique");
  const transforms = elements(reference, "ds:Transforms/ds:Transform");
  const names = transforms.map(transform => attribute(transform, "Algorithm"));
  demand(names.at(-1) === excC14n && names.slice(0, -1).every(name => name === enveloped) && names.length <= 2, "transforms");
  const bytes = canonical(target, prefixes(transforms.at(-1)!), names.length === 2);
  const hash = digests[attribute(only(reference, "ds:DigestMethod"), "Algorithm")];
  demand(hash, "digest algorithm");
  const [given, actual] = [Buffer.from(only(reference, "ds:DigestValue").content, "base64"), createHash(hash).update(bytes).digest()];
  demand(given.length === actual.length && timingSafeEqual(given, actual), "digest value");
  return target;
}

/** The exclusive canonical form; without the element's own signature when that is enveloped in it. */
function canonical(element: XmlElement, inclusiveNamespacePrefixes: string[], withoutSignature = false): string {
  const options = { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0, inclusiveNamespacePrefixes };
  if (!withoutSignature) return element.canonicalizeToString(options);
  using copy = XmlDocument.fromString(element.canonicalizeToString(options));
  const own = copy.find("/*/ds:Signature", namespaces);
  demand(own.length === 1, "enveloped signature");
  own[0]!.remove();
  return copy.root.canonicalizeToString(options);
}

const prefixes = (method: XmlElement): string[] =>
  elements(method, "ec:InclusiveNamespaces").flatMap(found => attribute(found, "PrefixList").split(/\s+/).filter(Boolean));

/** The children that an XPath names, elements only. */
export const elements = (node: XmlNode, xpath: string): XmlElement[] => node.find(xpath, namespaces).filter(found => found instanceof XmlElement);

/** The one child that an XPath names. Rejected by policy when there is none or more than one. */
export function only(node: XmlNode, xpath: string): XmlElement {
  const found = elements(node, xpath);
  demand(found.length === 1, `exactly one ${xpath}`);
  return found[0]!;
}

/** The value of an attribute without namespace, empty when it is not there. */
export const attribute = (element: XmlElement, name: string): string => element.attr(name)?.value ?? "";
