import "reflect-metadata";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { X509CertificateGenerator } from "@peculiar/x509";

/** A signing key and its self-signed certificate, both PEM. */
export interface KeyPair {
  readonly privateKey: string;
  readonly certificate: string;
}

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
const tenYears = 10 * 365 * 86_400_000;

/** Makes an RSA key of 2048 bits with a self-signed certificate that is valid from the day before `now` for ten years. */
export async function generateKeyPair(organization: string, now: Date): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [organization] }, { O: [organization] }, { C: ["IT"] }],
    notBefore: new Date(now.getTime() - 86_400_000),
    notAfter: new Date(now.getTime() + tenYears),
    keys,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, "$&\n").trimEnd()}\n-----END PRIVATE KEY-----\n`;
  return { privateKey, certificate: `${certificate.toString("pem")}\n` };
}

/** The key pair kept in a folder under a name, made at the first start. The private key is readable by its owner only. */
export async function keepKeyPair(folder: string, name: string, organization: string, now: Date): Promise<KeyPair> {
  const [keyFile, certificateFile] = [join(folder, `${name}.key.pem`), join(folder, `${name}.crt.pem`)];
  if (!existsSync(keyFile) || !existsSync(certificateFile)) {
    mkdirSync(folder, { recursive: true });
    const fresh = await generateKeyPair(organization, now);
    writeFileSync(keyFile, fresh.privateKey, { mode: 0o600 });
    writeFileSync(certificateFile, fresh.certificate);
  }
  return { privateKey: readFileSync(keyFile, "utf8"), certificate: readFileSync(certificateFile, "utf8") };
}

/** The base64 inside a PEM block, as `X509Certificate` elements carry it. */
export const bodyOfPem = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, "");

/** A certificate from the base64 of an `X509Certificate` element. */
export const pemOfBody = (body: string): string =>
  `-----BEGIN CERTIFICATE-----\n${body.replace(/\s/g, "").replace(/.{64}/g, "$&\n").trimEnd()}\n-----END CERTIFICATE-----\n`;
