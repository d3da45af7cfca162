import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../kernel/log.ts";
import { type EmbeddedPostgres, startEmbedded } from "../../server/database/embedded.ts";

declare global {
  /** The server of this run, kept from the global set-up to the global tear-down of jest. */
  var testPostgres: EmbeddedPostgres | undefined;
}

const GIB = 2 ** 30;

/** Memory where there is enough of it: a database is copied there in 15 ms instead of 250. PostgreSQL's account may enter. */
async function scratchFolder(): Promise<string> {
  const memory = "/dev/shm";
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }));
  const folder = await mkdtemp(join(bavail * bsize > 2 * GIB ? memory : tmpdir(), "sportello-hub-test-"));
  await chmod(folder, 0o711);
  return folder;
}

/** Starts one PostgreSQL for the whole run, unless TEST_DATABASE_URL names a server on which databases may be made. */
export default async function setUp(): Promise<void> {
  process.env["TEST_RUN"] = randomBytes(4).toString("hex");
  if (process.env["TEST_DATABASE_URL"]) return;
  globalThis.testPostgres = await startEmbedded({ dataDir: await scratchFolder(), temporary: true, log: silentLog });
  process.env["TEST_DATABASE_URL"] = globalThis.testPostgres.url;
}
