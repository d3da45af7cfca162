// The certificate library resolves its parts through metadata reflection.
import "reflect-metadata";
import { createPrivateKey, X509Certificate as NodeCertificate } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { CertificatePolicyExtension, KeyUsageFlags, KeyUsagesExtension, X509Certificate } from "@peculiar/x509";
import { createCertificate, ensureCertificate, readCredentials, storeCredential, type CertificateSubject } from "../../../connectors/spid/certificate.ts";
import { newFolder, now } from "./hub.ts";

const subject: CertificateSubject = { organization: "Comune di Forlì", displayName: "Comune di Forlì", locality: "Forlì", entityId: "https://hub.example.org", ipaCode: "c_x000" };

describe("the certificate of a public service provider", () => {
  test("has the subject, policies and key usage of Avviso 29, and nobody's personal name", async () => {
    const { certificate, privateKey } = await createCertificate(subject, now, 730);
    const read = new X509Certificate(certificate);
    const names = new Map(read.subjectName.toJSON().flatMap(entry => Object.entries(entry)).map(([type, values]) => [type, values[0]]));
    expect([...names]).toEqual([["C", "IT"], ["L", "Forlì"], ["O", "Comune di Forlì"], ["CN", "Comune di Forlì"], ["2.5.4.83", "https://hub.example.org"], ["2.5.4.97", "PA:IT-c_x000"]]);
    const policies = read.getExtension(CertificatePolicyExtension);
    expect([policies?.critical, policies?.policies]).toEqual([false, ["1.3.76.16.6", "1.3.76.16.4.2.1"]]);
    expect(Buffer.from(policies!.value).toString("latin1")).toMatch(/agIDcert.*cert_SP_Pub/s);
    const usage = read.getExtension(KeyUsagesExtension);
    expect([usage?.critical, usage?.usages]).toEqual([true, KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation]);
    expect([read.notBefore, read.notAfter]).toEqual([now, new Date("2028-11-22T09:00:05.000Z")]);
    const node = new NodeCertificate(certificate);
    expect(node.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(node.verify(node.publicKey) && node.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
  });

  test("is made once for a folder, its key readable by the owner alone", async () => {
    const folder = join(newFolder(), "keys");
    const [first] = await ensureCertificate(folder, subject, now);
    expect(await ensureCertificate(folder, subject, new Date("2027-01-01T00:00:00Z"))).toEqual([first]);
    expect(statSync(join(folder, "2026-11-23.key.pem")).mode & 0o777).toBe(0o600);
    await expect(storeCredential(folder, "2026-11-23", first)).rejects.toThrow("EEXIST");
  });

  test("is rotated by adding a pair and taking away the oldest, which signs until then", async () => {
    const folder = newFolder();
    const [older, newer] = await Promise.all([createCertificate(subject, now, 30), createCertificate(subject, new Date(now.getTime() + 86_400_000), 30)]);
    await storeCredential(folder, "b-older", older);
    await storeCredential(folder, "a-newer", newer);
    expect(await readCredentials(folder)).toEqual([older, newer]);
    for (const part of ["key", "crt"]) rmSync(join(folder, `b-older.${part}.pem`));
    expect(await readCredentials(folder)).toEqual([newer]);
    expect(await readCredentials(join(folder, "nowhere"))).toEqual([]);
  });
});
