import { createHash, createVerify, timingSafeEqual, type X509Certificate } from "node:crypto";
import { type CertificateChoices, ContentInfo, id_messageDigest, id_signedData, SignedData, type SignerInfo } from "@peculiar/asn1-cms";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { fromBER, OctetString as PiecewiseOctetString, Set as Asn1Set } from "asn1js";
import { demand, GateFault } from "./faults.ts";

const sha256 = "2.16.840.1.101.3.4.2.1";

/**
 * Checks a CMS SignedData (RFC 5652) with its content attached, signed RSA with SHA-256 by this very certificate,
 * which it must carry, and returns the content. Rejected by policy when anything else comes.
 */
export function contentSignedBy(certificate: X509Certificate, der: Buffer): Buffer {
  const data = parse(der);
  const bytes = attachedContent(data);
  demand([...(data.certificates ?? [])].some(choice => isSame(choice, certificate)), "CMS without the workstation's certificate");
  demand(data.signerInfos.length === 1, "CMS with other than one signer");
  const signer = data.signerInfos[0]!;
  demand(signer.digestAlgorithm.algorithm === sha256, "CMS digest algorithm");
  const signature = Buffer.from(signer.signature.buffer);
  demand(createVerify("RSA-SHA256").update(signedBytes(signer, bytes)).verify(certificate.publicKey, signature), "CMS signature");
  return bytes;
}

function parse(der: Buffer): SignedData {
  try {
    const outer = AsnConvert.parse(der, ContentInfo);
    demand(outer.contentType === id_signedData, "CMS content type");
    return AsnConvert.parse(outer.content, SignedData);
  } catch {
    throw new GateFault("policy", "CMS cannot be read");
  }
}

/** The content in one piece, or in the several pieces into which BER lets a sender cut it. */
function attachedContent({ encapContentInfo: { eContent } }: SignedData): Buffer {
  if (eContent?.single) return Buffer.from(eContent.single.buffer);
  const pieces = eContent?.any && fromBER(eContent.any).result;
  demand(pieces instanceof PiecewiseOctetString, "CMS without its content");
  return Buffer.from(pieces.getValue());
}

/** With signed attributes the signature is over them, and one of them is the digest of the content. */
function signedBytes(signer: SignerInfo, content: Buffer): Buffer {
  if (!signer.signedAttrs) return content;
  const value = signer.signedAttrs.find(({ attrType }) => attrType === id_messageDigest)?.attrValues[0];
  demand(value, "CMS without message digest");
  const given = Buffer.from(AsnConvert.parse(value, OctetString).buffer);
  const actual = createHash("sha256").update(content).digest();
  demand(given.length === actual.length && timingSafeEqual(given, actual), "CMS message digest");
  // On the wire they are tagged [0]; what is signed is the same attributes as a SET OF (RFC 5652, 5.4).
  return Buffer.from(new Asn1Set({ value: signer.signedAttrs.map(one => fromBER(AsnConvert.serialize(one)).result) }).toBER());
}

const isSame = (choice: CertificateChoices, certificate: X509Certificate): boolean =>
  choice.certificate !== undefined && Buffer.from(AsnConvert.serialize(choice.certificate)).equals(certificate.raw);
