import { X509Certificate, createPrivateKey, type KeyObject } from "node:crypto";
import { OctetString } from "asn1js";
import { Certificate, EncapsulatedContentInfo, ContentInfo, IssuerAndSerialNumber, SignedData, SignerInfo } from "pkijs";

/** Object identifiers of CMS (RFC 5652). */
const data = "1.2.840.113549.1.7.1";
const signedData = "1.2.840.113549.1.7.2";

/** A workstation's key and certificate, read once. */
export interface Credential {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
  /** The certificate in DER, base64, as it travels in XML. */
  readonly certificateBase64: string;
}

/** Reads a private key and its certificate, both PEM. Throws, without showing either, when they cannot be read or are not each other's. */
export function readCredential(keyPem: string, certificatePem: string): Credential {
  const key = readable("private key", () => createPrivateKey(keyPem));
  const certificate = readable("certificate", () => new X509Certificate(certificatePem));
  if (key.asymmetricKeyType !== "rsa") throw new Error("ANPR credential: the private key is not RSA");
  if (!certificate.checkPrivateKey(key)) throw new Error("ANPR credential: the certificate is not that of the private key");
  return { key, certificate, certificateBase64: certificate.raw.toString("base64") };
}

/**
 * The text signed as CMS SignedData with its content inside and the signer's certificate beside it (RFC 5652,
 * SHA-256 with RSA), DER in base64: the proof of the workstation that the registry wants in the assertion.
 */
export async function signText({ key, certificate }: Credential, text: string): Promise<string> {
  const signer = Certificate.fromBER(certificate.raw);
  const pkcs8 = key.export({ type: "pkcs8", format: "der" });
  const signingKey = await crypto.subtle.importKey("pkcs8", pkcs8, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
  const content = new EncapsulatedContentInfo({ eContentType: data });
  // Set afterwards: the constructor would cut it into a constructed string, which is BER and not DER.
  content.eContent = new OctetString({ valueHex: new TextEncoder().encode(text).buffer });
  const cms = new SignedData({
    version: 1,
    encapContentInfo: content,
    signerInfos: [new SignerInfo({ version: 1, sid: new IssuerAndSerialNumber({ issuer: signer.issuer, serialNumber: signer.serialNumber }) })],
    certificates: [signer],
  });
  await cms.sign(signingKey, 0, "SHA-256");
  const message = new ContentInfo({ contentType: signedData, content: cms.toSchema(true) });
  return Buffer.from(message.toSchema().toBER(false)).toString("base64");
}

function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new Error(`ANPR credential: the ${what} cannot be read`);
  }
}
