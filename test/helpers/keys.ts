import { cp, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ensureCertificate } from "../../connectors/spid/certificate.ts";
import { systemClock } from "../../kernel/clock.ts";
import { startSandbox } from "../../sandbox/server.ts";
import { openSigningKeys } from "../../server/oidc/keys.ts";
import { openTokens } from "../../server/tokens.ts";

/** Made anew each month, long before anything in it expires. */
const kept = join(import.meta.dirname, "../../node_modules/.cache/hub-test-keys", new Date().toISOString().slice(0, 7));

/**
 * Makes the keys of a hub and of its sandbox once for all tests of this checkout: RSA keys take seconds, and no test is
 * about making them.
 */
export async function prepareKeys(): Promise<void> {
  if (await stat(kept).catch(() => undefined)) return;
  await mkdir(join(kept, ".."), { recursive: true });
  const unfinished = await mkdtemp(`${kept}-`);
  const sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:4000", dataDir: join(unfinished, "sandbox") });
  await sandbox.close();
  const subject = { organization: "Comune di Cuneo", displayName: "Comune di Cuneo", locality: "Cuneo", entityId: "http://localhost:4000", ipaCode: "c_d205" };
  await ensureCertificate(join(unfinished, "data/keys/spid"), subject, new Date());
  await openTokens(join(unfinished, "data/keys/token.jwk.json"), "http://localhost:4000", systemClock);
  await openSigningKeys(join(unfinished, "data/keys/oidc.jwks.json"));
  // Of two runs that make them at once, the second finds the name taken and uses the first's.
  await rename(unfinished, kept).catch(() => rm(unfinished, { recursive: true }));
}

/** Copies the keys into a folder: `data` for the hub, `sandbox` for the sandbox. */
export const copyKeys = (folder: string): Promise<void> => cp(kept, folder, { recursive: true });
