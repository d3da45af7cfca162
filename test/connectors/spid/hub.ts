import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { openServiceProvider, spidProfile, type Credential, type PendingLogin, type Profile, type ServiceProvider, type ServiceProviderSettings } from "../../../connectors/spid/index.ts";
import { silentLog } from "../../../kernel/log.ts";
import { acs, idp, idpMetadata, makeCredential, slo, sp } from "./identity-provider.ts";

export const now = new Date("2026-11-23T09:00:05.000Z");
export const requestedAt = new Date("2026-11-23T09:00:00.000Z");

export const pendingAt = (level: 1 | 2 | 3, attributeSet = 0): PendingLogin => ({ requestId: "_request-1", issueInstant: requestedAt, idp, level, attributeSet });

const scratch = mkdtempSync(join(tmpdir(), "spid-test-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A folder of the test's own, gone afterwards. */
export const newFolder = (): string => mkdtempSync(join(scratch, "idp-"));

/** A folder of trusted metadata holding one file. */
export function trusting(xml: string): string {
  const folder = newFolder();
  writeFileSync(join(folder, "idp.xml"), xml);
  return folder;
}

export const hubSettings = (credential: Credential, idpFiles: string, profile: Profile = spidProfile): ServiceProviderSettings => ({
  profile,
  entityId: sp,
  assertionConsumerUrl: acs,
  logoutUrl: slo,
  organization: { name: "Comune di Prova & Figli", displayName: "Comune di Prova", url: "https://comune.example.org" },
  contact: { email: "spid@comune.example.org", phone: "+390171000000", ipaCode: "c_x000", municipality: "X000", province: "XX" },
  serviceName: "Servizi al cittadino",
  credentials: [credential],
  idpMetadata: idpFiles,
  clockSkewMs: 1_500,
});

/** A service provider that trusts the test's identity provider, at a standing clock. */
export const openHub = (own: Credential, providers: readonly string[], changes: Partial<ServiceProviderSettings> = {}): ServiceProvider =>
  openServiceProvider({ ...hubSettings(own, trusting(idpMetadata(providers))), ...changes }, { log: silentLog, clock: { now: () => now } });

/** Who takes part in a sign-in, each with a key of its own, and the hub that trusts the one identity provider. */
export interface Parties {
  readonly own: Credential;
  readonly provider: Credential;
  /** Somebody whom the hub does not know. */
  readonly stranger: Credential;
  readonly hub: ServiceProvider;
}

/** Makes the four of a test. */
export async function openParties(): Promise<Parties> {
  const [own, provider, stranger] = await Promise.all(["hub", "idp", "stranger"].map(makeCredential)) as [Credential, Credential, Credential];
  return { own, provider, stranger, hub: openHub(own, [provider.certificate]) };
}
