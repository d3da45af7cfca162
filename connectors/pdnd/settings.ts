import { z } from "zod";
import { eServiceCodes } from "./anpr/e-services.ts";

const pem = (label: string) => z.string().includes("-----BEGIN", { error: `${label} in PEM` });

/** How one administration reaches the registry's e-services on PDND. All of it comes from PDND's portal, but for the last four. */
export const pdndSettings = z.object({
  /** Where vouchers are asked for: `https://auth.interop.pagopa.it/token.oauth2`. */
  tokenUrl: z.url(),
  /** Where the registry's e-services live: `https://modipa.anpr.interno.it/govway/rest/in/MinInternoPortaANPR-PDND`. */
  registryUrl: z.url().regex(/-PDND\/?$/, "an address that ends with -PDND").transform(url => url.replace(/\/$/, "")),
  /** The client for e-services that the administration made on PDND. */
  clientId: z.uuid(),
  /** The client's private key: RSA, 2048 bits or more. */
  key: pem("a private key"),
  /** The number that PDND gave the public key. Without it, the key's thumbprint (RFC 7638), which is how PDND numbers keys. */
  keyId: z.string().regex(/^[a-zA-Z0-9_-]{43}$/, "43 letters, digits, - and _").optional(),
  /** The purpose for each e-service that may be used; what has none is not asked. */
  purposes: z.partialRecord(z.enum(eServiceCodes), z.uuid()),
  /** Stands for whoever caused a read where nobody in person did: scheduled checks, the test of the connection. */
  user: z.object({ id: z.string().min(1), location: z.string().min(1) }),
  /** The authority of the registry's server certificate, where it is none that Node knows (the test environment). */
  authority: pem("a certificate").optional(),
  /** The longest one exchange with the registry may take, voucher and repeats included, in milliseconds. A person is two, one after the other. */
  deadlineMs: z.int().positive().default(1_400),
  /** The longest that getting a voucher may take, in milliseconds. */
  voucherDeadlineMs: z.int().positive().default(800),
});

/** `PdndSettingsInput` is what to write; `PdndSettings` what stands after the defaults. */
export type PdndSettings = z.infer<typeof pdndSettings>;
export type PdndSettingsInput = z.input<typeof pdndSettings>;
