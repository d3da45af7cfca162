import "reflect-metadata";
import { createHash, randomBytes } from "node:crypto";
import { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } from "@peculiar/x509";
import { SignedXml } from "xml-crypto";
import { escapeXml } from "../contract/write.ts";

/** What the provider sells stamps with: its key, its certificate, and that of the authority which certified it; all PEM. */
export interface StampSeller {
  readonly privateKey: string;
  readonly certificate: string;
  readonly authority: string;
}

/** A stamp that is asked for. */
export interface StampRequest {
  /** Of the document, in base64. */
  readonly hash: string;
  /** Euro with two decimals. */
  readonly amount: string;
  readonly paymentToken: string;
  /** Which transfer buys it: two stamps for one document are two stamps. */
  readonly idTransfer: string;
  readonly paidAt: Date;
}

/** What the provider does wrong about a stamp, for those who want to see what comes of it. */
export const stampFlaws = ["none", "other-document", "forged", "unsigned"] as const;
export type StampFlaw = (typeof stampFlaws)[number];

const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
const tenYears = 10 * 365 * 86_400_000;
const ds = "http://www.w3.org/2000/09/xmldsig#";
const sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
const c14n = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";

/** Makes an authority for digital stamps and a seller whom it certified. Both are made anew in each sandbox. */
export async function openSeller(name: string, fiscalCode: string, now: Date): Promise<StampSeller> {
  const [authorityKeys, keys] = await Promise.all([1, 2].map(() => crypto.subtle.generateKey(rsa, true, ["sign", "verify"])));
  const issuer = "CN=CA Bollo Digitale della sandbox, O=Agenzia simulata, C=IT";
  const dates = { notBefore: new Date(now.getTime() - 86_400_000), notAfter: new Date(now.getTime() + tenYears), signingAlgorithm: rsa };
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...dates, name: issuer, serialNumber: randomBytes(8).toString("hex"), keys: authorityKeys!, extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
  });
  const certificate = await X509CertificateGenerator.create({
    ...dates, subject: `CN=${fiscalCode} ${name}, OU=PSP, C=IT`, issuer, serialNumber: randomBytes(8).toString("hex"), publicKey: keys!.publicKey, signingKey: authorityKeys!.privateKey,
    extensions: [new BasicConstraintsExtension(false, undefined, true), new KeyUsagesExtension(KeyUsageFlags.nonRepudiation, true)],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys!.privateKey)).toString("base64");
  return { privateKey: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`, certificate: certificate.toString("pem"), authority: authority.toString("pem") };
}

/**
 * The stamp that a provider buys for a transfer: number, instant, price and the document's digest, signed as published ones
 * are (the whole document, plain canonicalisation, RSA with SHA-256, the seller's certificate within). In base64.
 */
export function stampOf(seller: StampSeller, psp: { readonly fiscalCode: string; readonly name: string }, { hash, amount, paymentToken, idTransfer, paidAt }: StampRequest, flaw: StampFlaw): string {
  const serial = BigInt(`0x${createHash("sha256").update(`${paymentToken}/${idTransfer}/${hash}`).digest("hex")}`) % 10n ** 14n;
  const bought = flaw === "other-document" ? createHash("sha256").update(hash).digest("base64") : hash;
  const xml =
    `<marcaDaBollo xmlns="http://www.agenziaentrate.gov.it/2014/MarcaDaBollo" xmlns:ns2="${ds}">` +
    `<PSP><CodiceFiscale>${psp.fiscalCode}</CodiceFiscale><Denominazione>${psp.name}</Denominazione></PSP>` +
    `<IUBD>${String(serial).padStart(14, "0")}</IUBD><OraAcquisto>${paidAt.toISOString()}</OraAcquisto><Importo>${amount}</Importo><TipoBollo>01</TipoBollo>` +
    `<ImprontaDocumento><DigestMethod Algorithm="${sha256}"/><ns2:DigestValue>${escapeXml(bought)}</ns2:DigestValue></ImprontaDocumento></marcaDaBollo>`;
  const signed = flaw === "unsigned" ? xml : sign(xml, seller);
  return Buffer.from(flaw === "forged" ? signed.replace("<IUBD>", "<IUBD>9") : signed).toString("base64");
}

function sign(xml: string, { privateKey, certificate }: StampSeller): string {
  const signer = new SignedXml({ privateKey, publicCert: certificate, signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", canonicalizationAlgorithm: c14n });
  signer.addReference({ xpath: "/*", transforms: [`${ds}enveloped-signature`], digestAlgorithm: sha256, uri: "", isEmptyUri: true });
  signer.computeSignature(xml, { location: { reference: "/*", action: "append" } });
  return signer.getSignedXml();
}
