import { z } from "zod";

const pem = (label: string) => z.string().includes("-----BEGIN", { error: `${label} in PEM` });
const softwareText = z.string().regex(/^[0-9a-zA-Z.\- ]{1,80}$/);

/** How one administration reaches the registry. All of it comes from its accreditation, but for the last three. */
export const registrySettings = z.object({
  /** Where the services live, without their paths: `https://ws.anpr.interno.it`. */
  url: z.url(),
  /** Which registry is meant: it must agree with the address and the certificate. */
  environment: z.enum(["PROD", "PRE_SUB", "TEST", "FREE"]),
  /** The version of the interface. */
  interfaceVersion: z.string().regex(/^ANPR\d\d$/).default("ANPR05"),
  /** The ISTAT code of the municipality: who asks. */
  municipality: z.string().regex(/^\d{6}$/),
  /** The workstation the certificate was issued for, for example `004078-CO-9999`. */
  workstation: z.string().regex(/^\d{6}-[A-Z]{2}-\d{4}$/),
  /** A free number that names this program. */
  application: z.string().regex(/^\d{1,20}$/),
  /** The operator enabled at the registry in whose name the hub asks. */
  operator: z.string().min(1),
  /** Who issues the assertion: the registry's own client says `XS`, newer ones the operator. */
  issuer: z.string().min(1).default("XS"),
  /** The address from which the hub calls, registered at the registry. */
  clientAddress: z.union([z.ipv4(), z.ipv6()]),
  /** The private key and certificate of the workstation: for the connection and for all three signatures. */
  key: pem("a private key"),
  certificate: pem("a certificate"),
  /** The authority that issued the registry's server certificate, where it is none that Node knows. */
  authority: pem("a certificate").optional(),
  /** The digest of the XML signatures. SHA-1 only for a counterpart that accepts nothing else. */
  digest: z.enum(["sha256", "sha1"]).default("sha256"),
  /** What the registry is told about this program. */
  software: z.object({ name: z.string().regex(/^[0-9a-zA-Z. ]{1,80}$/), version: softwareText, vendor: softwareText }).optional(),
  /** The longest a question about people may take, in milliseconds. */
  deadlineMs: z.int().positive().default(2_500),
  /** The longest a certificate, a table or a declaration may take, in milliseconds: nobody's page waits for them. */
  officeDeadlineMs: z.int().positive().default(15_000),
  /** Where citizens' online declarations are asked for. */
  declarationsPath: z.string().startsWith("/").default("/anpr-wsP000/AnprServiceP000"),
});

/** `RegistrySettingsInput` is what to write; `RegistrySettings` what stands after the defaults. */
export type RegistrySettings = z.infer<typeof registrySettings>;
export type RegistrySettingsInput = z.input<typeof registrySettings>;
