import "reflect-metadata";
import { BasicConstraintsExtension, X509CertificateGenerator, type X509Certificate } from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

export interface Pair {
  readonly key: string;
  readonly certificate: string;
}

interface Authority {
  readonly name: string;
  readonly pem: string;
  /** A certificate of this authority's for a common name; `days` from now, so that one may be past. */
  issue(commonName: string, days?: number): Promise<Pair>;
}

const pemOf = async (key: CryptoKey): Promise<string> =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.from(await crypto.subtle.exportKey("pkcs8", key)).toString("base64")}\n-----END PRIVATE KEY-----\n`;

/** An authority of one's own, for the length of a test. */
export async function authority(name: string): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const root = await X509CertificateGenerator.createSelfSigned({ name: `CN=${name}`, keys, signingAlgorithm: algorithm, extensions: [new BasicConstraintsExtension(true)], serialNumber: "01" });
  return {
    name, pem: root.toString("pem"),
    async issue(commonName, days = 1) {
      const own = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
      const certificate: X509Certificate = await X509CertificateGenerator.create({
        subject: `CN=${commonName}`, issuer: root.subject, signingKey: keys.privateKey, publicKey: own.publicKey, signingAlgorithm: algorithm,
        notBefore: new Date(Date.now() - 10 * 86_400_000), notAfter: new Date(Date.now() + days * 86_400_000), serialNumber: "02",
      });
      return { key: await pemOf(own.privateKey), certificate: certificate.toString("pem") };
    },
  };
}
