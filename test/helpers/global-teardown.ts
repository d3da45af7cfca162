import "./global-setup.ts";
import { dropDatabasesOfRun } from "./postgres.ts";

/** Stops what the global set-up started, or clears what the run made on somebody else's server. */
export default async function tearDown(): Promise<void> {
  await (globalThis.testPostgres?.stop() ?? dropDatabasesOfRun());
}
