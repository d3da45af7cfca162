import { writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Administration } from "../entities/administration.ts";
import { createLog } from "../kernel/log.ts";
import { openVault } from "../kernel/vault.ts";
import { exportTransaction } from "../operations/session/export-transaction.ts";
import { startEmbedded } from "../server/database/embedded.ts";
import { openOrm } from "../server/database/orm.ts";
import { registerKeys, settingsOrEnd } from "../server/settings.ts";

/**
 * Takes one sign-in out of the register for the authority that asks for it: both messages and the fields that the federation
 * names, into a file that only its owner reads. Who ran it, and on what order, is written down for good.
 *
 *   npm run spid:export -- <id> --reason "Decreto 12/2026, Procura di Cuneo" [--out file.json]
 *
 * <id> is that of the entry, or the ID of the request, the response or the assertion.
 */
const { values: { reason, out }, positionals: [id] } = parseArgs({ allowPositionals: true, options: { reason: { type: "string" }, out: { type: "string" } } });
if (!id || !reason) {
  console.error('Needed: the ID of the sign-in, and --reason "the order of the authority"; optional: --out file.json');
  process.exit(2);
}

const settings = settingsOrEnd();
const log = createLog("register", "info");
const embedded = settings.DATABASE_URL ? undefined : await startEmbedded({ dataDir: path.resolve(settings.DATA_DIR, "postgres"), log: createLog("register", settings.LOG_LEVEL) });
const orm = await openOrm({ url: settings.DATABASE_URL ?? embedded!.url, poolSize: 1, statementTimeoutMs: 60_000 });
try {
  const em = orm.em.fork() as EntityManager;
  const administration = await em.findOneOrFail(Administration, { ipaCode: settings.ADMINISTRATION });
  const exportedBy = `${userInfo().username}@${hostname()}`;
  const found = await exportTransaction(em, openVault(registerKeys(settings)), { administrationId: administration.id, id, exportedBy, reason }, new Date());
  if (found) {
    const file = path.resolve(out ?? `sign-in-${found.id}.json`);
    await writeFile(file, `${JSON.stringify(found, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    log.info({ transaction: found.id, exportedBy }, "a sign-in was taken out of the register");
    console.log(file);
  } else {
    console.error("No sign-in in the register has this ID.");
    process.exitCode = 1;
  }
} finally {
  await orm.close(true);
  await embedded?.stop();
}
