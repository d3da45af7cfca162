import path from "node:path";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Administration } from "../entities/administration.ts";
import { createLog } from "../kernel/log.ts";
import { verifyAccessChain, type ChainFault, type ChainVerdict } from "../operations/registry/verify-access-chain.ts";
import { readAnchors } from "../server/anchors.ts";
import { startEmbedded } from "../server/database/embedded.ts";
import { openOrm } from "../server/database/orm.ts";
import { settingsOrEnd } from "../server/settings.ts";

const faults: Readonly<Record<ChainFault, (place: number, goodUntil: number) => string>> = {
  EDITED: place => `link ${place} is not what it was when it was written`,
  MISSING: place => `link ${place} was taken out`,
  REPLACED: place => `link ${place} is not the one that was written there`,
  TRUNCATED: place => `the chain once went on: link ${place} and what followed are gone, cut off or lost with an old copy of the database`,
  REWRITTEN: (place, goodUntil) => `links were written anew: the first at fault lies after ${goodUntil} (the last anchor that holds) and not after ${place} (an anchor that does not)`,
};

function show(name: string, { links, anchors, fault }: ChainVerdict): boolean {
  if (!fault) console.log(`✔ ${name}: ${links} links, each as it was written; ${anchors} anchors hold`);
  else console.log(`✖ ${name}: ${faults[fault.kind](fault.sequence, fault.goodUntil)}${fault.id ? ` (row ${fault.id})` : ""}; the ${links} links before it are whole in themselves`);
  if (!fault && links > 0 && anchors === 0) console.log("  No anchor speaks for this chain: a tail that was cut off would not show (AUDIT_ANCHOR).");
  return fault === null;
}

const settings = settingsOrEnd();
const embedded = settings.DATABASE_URL ? undefined : await startEmbedded({ dataDir: path.resolve(settings.DATA_DIR, "postgres"), log: createLog("audit", settings.LOG_LEVEL) });
const orm = await openOrm({ url: settings.DATABASE_URL ?? embedded!.url, poolSize: 1, statementTimeoutMs: 600_000 });
try {
  const anchors = await readAnchors(settings.AUDIT_ANCHOR);
  const em = orm.em.fork() as EntityManager;
  let whole = true;
  for (const { id, name } of await em.find(Administration, {}, { orderBy: { ipaCode: "asc" } })) whole = show(name, await verifyAccessChain(em, id, anchors)) && whole;
  process.exitCode = whole ? 0 : 1;
} finally {
  await orm.close(true);
  await embedded?.stop();
}
