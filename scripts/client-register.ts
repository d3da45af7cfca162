import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import type { EntityManager } from "@mikro-orm/postgresql";
import { z } from "zod";
import { Administration } from "../entities/administration.ts";
import { createLog } from "../kernel/log.ts";
import { registerClient } from "../operations/client/register-client.ts";
import { registration } from "../operations/client/registration.ts";
import { startEmbedded } from "../server/database/embedded.ts";
import { openOrm } from "../server/database/orm.ts";
import { readManifests } from "../server/graph/trusted.ts";
import { settingsOrEnd } from "../server/settings.ts";

/**
 * Registers portals, apps and tools that sign people in through the hub, as a JSON file says: one client, or a list. Again with the
 * same file changes nothing. A secret is shown once, when it is made.
 *
 *   npm run client:register -- clients.json [--renew-secret]
 */
const { values: { "renew-secret": renewSecret }, positionals: [file] } = parseArgs({ allowPositionals: true, options: { "renew-secret": { type: "boolean", default: false } } });
if (!file) {
  console.error("Needed: the JSON file that says what to register; optional: --renew-secret");
  process.exit(2);
}

const given: unknown = JSON.parse(await readFile(file, "utf8"));
const read = z.array(registration).safeParse(Array.isArray(given) ? given : [given]);
if (!read.success) {
  console.error(z.prettifyError(read.error));
  process.exit(1);
}

const settings = settingsOrEnd();
const lists = new Set((await readManifests(settings.TRUSTED_DOCUMENTS)).map(({ client }) => client));
for (const { clientId, documents } of read.data) {
  if (documents !== null && !lists.has(documents)) console.error(`${clientId}: no documents are registered under ${settings.TRUSTED_DOCUMENTS}/${documents}; until they are, it is refused whatever it sends`);
}

const embedded = settings.DATABASE_URL ? undefined : await startEmbedded({ dataDir: path.resolve(settings.DATA_DIR, "postgres"), log: createLog("clients", settings.LOG_LEVEL) });
const orm = await openOrm({ url: settings.DATABASE_URL ?? embedded!.url, poolSize: 1, statementTimeoutMs: 60_000 });
try {
  const em = orm.em.fork() as EntityManager;
  const administration = await em.findOneOrFail(Administration, { ipaCode: settings.ADMINISTRATION });
  for (const client of read.data) {
    const { done, secret } = await registerClient(em.fork(), administration.id, client, { renewSecret });
    console.log(`${client.clientId}: ${done.toLowerCase()}${secret === null ? "" : `; its secret, shown this once: ${secret}`}`);
  }
} finally {
  await orm.close(true);
  await embedded?.stop();
}
