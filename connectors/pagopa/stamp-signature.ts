import { X509Certificate } from "node:crypto";
import { DOMParser, onErrorStopParsing, XMLSerializer, type Element } from "@xmldom/xmldom";
import { SignedXml } from "xml-crypto";

const ds = "http://www.w3.org/2000/09/xmldsig#";
const enveloped = `${ds}enveloped-signature`;
const inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
/** What is accepted; SHA-1 is not, nor anything that takes less than the whole document into account. */
const canonicalisations = [inclusive, `${inclusive}#WithComments`, exclusive, `${exclusive}WithComments`];
const signatures = ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"];
const digests = ["http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmlenc#sha512"];

/**
 * What the signature of a stamp is worth: there is none; it does not hold; it holds, and whoever signed leads to no authority
 * that is trusted; it holds, and no authority was named by which to tell; it holds and is trusted.
 */
export type Seal = "UNSIGNED" | "BROKEN" | "UNTRUSTED" | "UNVERIFIED" | "TRUSTED";

/** The certificates of a file in PEM. Throws for what is no certificate. */
export const certificatesOf = (pem: string): X509Certificate[] => (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(one => new X509Certificate(one));

/**
 * Judges the XML signature of a stamp, which must have been found free of document types: one, directly below the root, over
 * the whole document but itself, by a key whose certificate it carries. That certificate must have been valid when the stamp
 * was bought, and be issued by one of the authorities, be it through others that the signature carries. Lists of what was
 * revoked are not looked at.
 */
export function sealOf(attachment: Uint8Array, boughtAt: Date, authorities: readonly X509Certificate[]): Seal {
  const xml = textOf(attachment);
  const root = xml === undefined ? undefined : rootOf(xml);
  if (xml === undefined || !root) return "BROKEN";
  const found = [...root.getElementsByTagNameNS(ds, "Signature")];
  const [signature] = found;
  if (!signature) return "UNSIGNED";
  if (found.length > 1 || signature.parentNode !== root || !isPlain(signature)) return "BROKEN";
  const certificates = [...signature.getElementsByTagNameNS(ds, "X509Certificate")].flatMap(({ textContent }) => certificateIn(textContent ?? ""));
  const signer = certificates.find(({ publicKey }) => holds(xml, signature, publicKey.export({ format: "pem", type: "spki" }) as string));
  if (!signer) return "BROKEN";
  if (authorities.length === 0) return "UNVERIFIED";
  return isTrusted(signer, certificates, authorities, boughtAt) ? "TRUSTED" : "UNTRUSTED";
}

/** The text in the encoding that it declares. */
function textOf(attachment: Uint8Array): string | undefined {
  const declared = /^<\?xml[^>]*\bencoding\s*=\s*["']([\w-]+)["']/.exec(Buffer.from(attachment.subarray(0, 200)).toString("latin1").replace(/^\u00ef\u00bb\u00bf/, ""))?.[1];
  try {
    return new TextDecoder(declared ?? "utf-8", { fatal: true }).decode(attachment);
  } catch {
    return undefined;
  }
}

function rootOf(xml: string): Element | undefined {
  try {
    return new DOMParser({ onError: onErrorStopParsing }).parseFromString(xml, "text/xml").documentElement ?? undefined;
  } catch {
    return undefined;
  }
}

const below = (parent: Element, name: string): Element[] => [...parent.getElementsByTagNameNS(ds, name)];
const algorithmOf = (element: Element): string => element.getAttribute("Algorithm") ?? "";

/**
 * Whether a Signature can be read in one way only: one reference is to the whole document, with nothing taken out but the
 * signature. Others may only add to what is signed, as signatures with properties of their own (XAdES) do.
 */
function isPlain(signature: Element): boolean {
  const [signedInfo, ...more] = below(signature, "SignedInfo");
  if (signedInfo?.parentNode !== signature || more.length > 0) return false;
  const references = below(signedInfo, "Reference");
  const [[whole, ...again], others] = [references.filter(isWhole), references.filter(reference => !isWhole(reference))] as const;
  const [first, ...after] = whole ? transformsOf(whole) : [];
  return again.length === 0 && first === enveloped && after.length <= 1 && after.every(isCanonical)
    && others.every(other => /^#./.test(other.getAttribute("URI") ?? "") && transformsOf(other).every(isCanonical))
    && below(signedInfo, "DigestMethod").every(element => digests.includes(algorithmOf(element)))
    && below(signedInfo, "CanonicalizationMethod").map(algorithmOf).every(isCanonical)
    && below(signedInfo, "SignatureMethod").every(element => signatures.includes(algorithmOf(element)));
}

const isWhole = (reference: Element): boolean => reference.getAttribute("URI") === "";
const transformsOf = (reference: Element): string[] => below(reference, "Transform").map(algorithmOf);
const isCanonical = (algorithm: string): boolean => canonicalisations.includes(algorithm);

/** Whether a key made the signature, and the document is what was signed. */
function holds(xml: string, signature: Element, key: string): boolean {
  const verifier = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  try {
    verifier.loadSignature(new XMLSerializer().serializeToString(signature));
    return verifier.checkSignature(xml) && verifier.getSignedReferences().length === below(signature, "SignedInfo").flatMap(signedInfo => below(signedInfo, "Reference")).length;
  } catch {
    return false;
  }
}

function certificateIn(base64: string): X509Certificate[] {
  try {
    return [new X509Certificate(Buffer.from(base64, "base64"))];
  } catch {
    return [];
  }
}

const validAt = ({ validFromDate, validToDate }: X509Certificate, at: Date): boolean => validFromDate <= at && at <= validToDate;
const issued = (issuer: X509Certificate, subject: X509Certificate): boolean => subject.checkIssued(issuer) && subject.verify(issuer.publicKey);

/** Whether a certificate is an authority's own or leads to one, through at most three others, each valid at that time. */
function isTrusted(one: X509Certificate, given: readonly X509Certificate[], authorities: readonly X509Certificate[], at: Date, most = 3): boolean {
  if (!validAt(one, at)) return false;
  if (authorities.some(authority => authority.fingerprint256 === one.fingerprint256 || (validAt(authority, at) && issued(authority, one)))) return true;
  return most > 0 && given.some(other => other.ca && other.fingerprint256 !== one.fingerprint256 && issued(other, one) && isTrusted(other, given, authorities, at, most - 1));
}
