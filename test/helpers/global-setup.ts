import { randomBytes } from "node:crypto";
import { silentLog } from "../../kernel/log.ts";
import { type EmbeddedPostgres, startEmbedded } from "../../server/database/embedded.ts";
import { scratchFolder } from "./scratch.ts";

declare global {
  /** The server of this run, kept from the global set-up to the global tear-down of jest. */
  var testPostgres: EmbeddedPostgres | undefined;
}

/** Starts one PostgreSQL for the whole run, unless TEST_DATABASE_URL names a server on which databases may be made. */
export default async function setUp(): Promise<void> {
  process.env["TEST_RUN"] = randomBytes(4).toString("hex");
  if (process.env["TEST_DATABASE_URL"]) return;
  globalThis.testPostgres = await startEmbedded({ dataDir: await scratchFolder(), temporary: true, log: silentLog });
  process.env["TEST_DATABASE_URL"] = globalThis.testPostgres.url;
}
