import { freePort, startHub, type TestHub } from "./hub.ts";

/**
 * Another process of a hub, behind the same public address: it shares the database, and what the identity providers know of
 * it. With the address at which it alone is reached.
 */
export async function another(hub: TestHub): Promise<[TestHub, string]> {
  const port = await freePort();
  const { dataDir } = hub.sandbox.world;
  const started = await startHub({ beside: hub, settings: { PORT: String(port), PUBLIC_URL: hub.url, SPID_IDP_METADATA: `${dataDir}/spid`, CIE_IDP_METADATA: `${dataDir}/cie` } });
  return [started, `http://localhost:${port}`];
}
