// The certificate library resolves its parts through metadata reflection.
import "reflect-metadata";
import { X509Certificate as NodeCertificate } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AuthorityKeyIdentifierExtension, BasicConstraintsExtension, Extension, KeyUsageFlags, KeyUsagesExtension, Name, SubjectKeyIdentifierExtension, X509CertificateGenerator } from "@peculiar/x509";
import { ObjectIdentifier, Sequence, Utf8String } from "asn1js";
import type { Credential } from "./signature.ts";

/** Who the certificate speaks for. */
export interface CertificateSubject {
  /** Full name as in the public registers, e.g. `Comune di Cuneo`. */
  readonly organization: string;
  /** The name shown to people, as in the metadata. */
  readonly displayName: string;
  /** Seat, e.g. `Cuneo`. */
  readonly locality: string;
  /** The same as in the metadata. */
  readonly entityId: string;
  /** Code in the index of public administrations, e.g. `c_d205`. */
  readonly ipaCode: string;
}

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 3072 };

/** What a public service provider's certificate is for, each with the notice that AgID's validator of certificates reads in it. */
const policies = { "1.3.76.16.6": "agIDcert", "1.3.76.16.4.2.1": "cert_SP_Pub" } as const;
const certificatePolicies = "2.5.29.32";
const userNotice = "1.3.6.1.5.5.7.2.2";
const uri = "2.5.4.83";
const organizationIdentifier = "2.5.4.97";
const day = 86_400_000;

const pem = (label: string, der: ArrayBuffer): string => `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;

/** The policies with their notices (RFC 5280, 4.2.1.4). */
function policiesExtension(): Extension {
  const sequence = (...value: (Sequence | ObjectIdentifier | Utf8String)[]): Sequence => new Sequence({ value });
  const identifier = (value: string): ObjectIdentifier => new ObjectIdentifier({ value });
  const stated = Object.entries(policies).map(([policy, value]) => sequence(identifier(policy), sequence(sequence(identifier(userNotice), sequence(new Utf8String({ value }))))));
  return new Extension(certificatePolicies, false, sequence(...stated).toBER());
}

/**
 * Makes a key and the self-signed certificate that a public service provider may use (AgID, Avviso 29: subject with entity ID
 * and organisation identifier, policies of the public sector, key usage for seals, no natural person's name).
 */
export async function createCertificate(subject: CertificateSubject, notBefore: Date, validDays: number): Promise<Credential> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const name = new Name([
    { C: ["IT"] },
    { L: [{ utf8String: subject.locality }] },
    { O: [{ utf8String: subject.organization }] },
    { CN: [{ utf8String: subject.displayName }] },
    { [uri]: [{ utf8String: subject.entityId }] },
    { [organizationIdentifier]: [{ utf8String: `PA:IT-${subject.ipaCode}` }] },
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name,
    notBefore,
    notAfter: new Date(notBefore.getTime() + validDays * day),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(false),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation, true),
      policiesExtension(),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { privateKey: pem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", keys.privateKey)), certificate: certificate.toString("pem") };
}

/** Writes a pair into a folder, `<name>.key.pem` readable by its owner alone and `<name>.crt.pem`. Replaces nothing. */
export async function storeCredential(folder: string, name: string, credential: Credential): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `${name}.key.pem`), credential.privateKey, { mode: 0o600, flag: "wx" });
  // The certificate comes last and whole: a pair counts from the moment its certificate is there.
  const certificate = join(folder, `${name}.crt.pem`);
  await writeFile(`${certificate}.new`, credential.certificate);
  await rename(`${certificate}.new`, certificate);
}

/**
 * The pairs in a folder, the oldest first: that one signs, all are published. So a rotation is: add a pair, publish the
 * metadata, wait until every provider has read them, delete the old pair. Empty when there is none.
 */
export async function readCredentials(folder: string): Promise<Credential[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const pairs = names.filter(name => name.endsWith(".crt.pem")).map(async name => ({
    certificate: await readFile(join(folder, name), "utf8"),
    privateKey: await readFile(join(folder, name.replace(/\.crt\.pem$/, ".key.pem")), "utf8"),
  }));
  const since = ({ certificate }: Credential): number => Date.parse(new NodeCertificate(certificate).validFrom);
  return (await Promise.all(pairs)).sort((a, b) => since(a) - since(b));
}

/**
 * The pairs of a folder; makes the first one, valid for two years, when there is none. For the sandbox's first start: a
 * production administration makes its own with `npm run spid:certificate` and keeps it.
 */
export async function ensureCertificate(folder: string, subject: CertificateSubject, now: Date): Promise<[Credential, ...Credential[]]> {
  const [first, ...others] = await readCredentials(folder);
  if (first) return [first, ...others];
  const made = await createCertificate(subject, now, 730);
  await storeCredential(folder, now.toISOString().slice(0, 10), made);
  return [made];
}
