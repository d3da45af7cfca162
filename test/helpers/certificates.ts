import "reflect-metadata";
import { KeyObject, randomBytes, X509Certificate } from "node:crypto";
import { BasicConstraintsExtension, X509CertificateGenerator } from "@peculiar/x509";

const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
const dates = { notBefore: new Date("2026-01-01"), notAfter: new Date("2046-01-01") };

/** Somebody with a key and a certificate, who may certify others. */
export interface Issued {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
  /** A certificate for somebody else; as an authority in its turn where `ca` says so. Valid from 2026 to 2046. */
  issue(name: string, options?: { readonly ca?: boolean }): Promise<Issued>;
}

/** An authority that certifies itself. */
export const authority = (name: string): Promise<Issued> => make(name, { ca: true });

async function make(name: string, { ca = false, by }: { readonly ca?: boolean; readonly by?: { readonly name: string; readonly key: CryptoKey } }): Promise<Issued> {
  const keys = await crypto.subtle.generateKey(rsa, true, ["sign", "verify"]);
  const nameOf = (cn: string) => [{ CN: [cn] }, { C: ["IT"] }];
  const certificate = await X509CertificateGenerator.create({
    ...dates, signingAlgorithm: rsa, serialNumber: randomBytes(8).toString("hex"), subject: nameOf(name), issuer: nameOf(by?.name ?? name), publicKey: keys.publicKey, signingKey: by?.key ?? keys.privateKey,
    extensions: [new BasicConstraintsExtension(ca, undefined, true)],
  });
  return {
    key: KeyObject.from(keys.privateKey), certificate: new X509Certificate(certificate.toString("pem")),
    issue: (subject, options = {}) => make(subject, { ...options, by: { name, key: keys.privateKey } }),
  };
}
