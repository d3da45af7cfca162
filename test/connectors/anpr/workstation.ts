import "reflect-metadata";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";

/** A key and a self-signed certificate for it, PEM, as an administration's workstation would hold. */
export async function makeWorkstation({ name = "CN=004078-CO-9999", from = new Date(Date.now() - 86_400_000), until = new Date(Date.now() + 86_400_000) } = {}): Promise<{ key: string; certificate: string }> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({ serialNumber: "0123456789", name, notBefore: from, notAfter: until, signingAlgorithm: algorithm, keys, extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])] });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return { key: `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`, certificate: certificate.toString("pem") };
}
