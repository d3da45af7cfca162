import "reflect-metadata";
import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate as Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { municipality } from "./municipality.ts";

const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
const yearMs = 365.25 * 86_400_000;
const files = ["ca.key.pem", "ca.crt.pem", "municipality.key.pem", "municipality.crt.pem"] as const;

/**
 * The registry's certification authority for workstations ("CA Postazioni"): the certificate that issued the
 * municipality's. At the first start it makes both pairs of keys in `folder` (`ca.*.pem`, `municipality.*.pem`,
 * PKCS#8 and PEM, keys readable by the owner only); later it keeps what it finds, unless that has expired.
 */
export async function openAuthority(folder: string, now: Date): Promise<X509Certificate> {
  const found = await readPair(folder);
  if (found && Date.parse(found.own.validTo) > now.getTime() && found.own.verify(found.ca.publicKey)) return found.ca;
  await mkdir(folder, { recursive: true });
  const pems = await issue(now);
  for (const name of files) await writeFile(join(folder, name), pems[name], { mode: name.endsWith("key.pem") ? 0o600 : 0o644 });
  return new X509Certificate(pems["ca.crt.pem"]);
}

async function readPair(folder: string): Promise<{ ca: X509Certificate; own: X509Certificate } | undefined> {
  try {
    const [, ca, key, own] = await Promise.all(files.map(name => readFile(join(folder, name), "utf8")));
    const certificate = new X509Certificate(own!);
    return certificate.checkPrivateKey(createPrivateKey(key!)) ? { ca: new X509Certificate(ca!), own: certificate } : undefined;
  } catch {
    return undefined;
  }
}

async function issue(now: Date): Promise<Record<(typeof files)[number], string>> {
  const [caKeys, ownKeys] = await Promise.all([newKeys(), newKeys()]);
  const caName = "CN=CA Postazioni Sandbox, OU=Anagrafe simulata, O=Sportello Hub, C=IT";
  const dates = { notBefore: new Date(now.getTime() - 86_400_000), signingAlgorithm: rsa };
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...dates,
    serialNumber: serial(),
    name: caName,
    notAfter: new Date(now.getTime() + 10 * yearMs),
    keys: caKeys,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)],
  });
  const own = await X509CertificateGenerator.create({
    ...dates,
    serialNumber: serial(),
    subject: `CN=${municipality.workstation}, O=Comune di Cuneo, C=IT`,
    issuer: caName,
    notAfter: new Date(now.getTime() + 3 * yearMs),
    publicKey: ownKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [new BasicConstraintsExtension(false, undefined, true), new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation, true)],
  });
  return {
    "ca.key.pem": await pemOf(caKeys.privateKey),
    "ca.crt.pem": ca.toString("pem") + "\n",
    "municipality.key.pem": await pemOf(ownKeys.privateKey),
    "municipality.crt.pem": own.toString("pem") + "\n",
  };
}

/** A key and certificate for the registry's own server, from the authority of `folder`; made anew at every start, for nobody keeps it. */
export async function issueServerPair(folder: string, now: Date): Promise<{ readonly key: string; readonly cert: string; readonly ca: string }> {
  const [caKey, ca] = await Promise.all(["ca.key.pem", "ca.crt.pem"].map(name => readFile(join(folder, name), "utf8")));
  const der = createPrivateKey(caKey!).export({ format: "der", type: "pkcs8" });
  const keys = await newKeys();
  const server = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: "CN=localhost, O=Anagrafe simulata, C=IT",
    issuer: new Certificate(ca!).subject,
    notBefore: new Date(now.getTime() - 86_400_000),
    notAfter: new Date(now.getTime() + yearMs),
    signingAlgorithm: rsa,
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey("pkcs8", der, rsa, false, ["sign"]),
    extensions: [new BasicConstraintsExtension(false, undefined, true), new SubjectAlternativeNameExtension([{ type: "dns", value: "localhost" }])],
  });
  return { key: await pemOf(keys.privateKey), cert: server.toString("pem"), ca: ca! };
}

const newKeys = () => crypto.subtle.generateKey(rsa, true, ["sign", "verify"]);

/** Positive, as RFC 5280 wants: the first bit is 0. */
const serial = (): string => `01${randomBytes(15).toString("hex")}`;

async function pemOf(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "pem", type: "pkcs8" }).toString();
}
