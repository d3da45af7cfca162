import { access, constants, mkdir } from "node:fs/promises";
import pg from "pg";
import { Administration } from "../../entities/administration.ts";
import { openOrm } from "../../server/database/orm.ts";
import { readManifests } from "../../server/graph/trusted.ts";
import type { Settings } from "../../server/settings.ts";
import { good, missing, type Check } from "./finding.ts";

/** The oldest PostgreSQL that the hub knows. */
const oldest = 14;

/** The hub's own things: database, keys, registered documents, the collector. */
export function ownChecks(settings: Settings, databaseUrl: string): Check[] {
  return [
    { name: "database: server", look: async () => {
      const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
      try {
        await client.connect();
        const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
        const version = rows[0]!.version.split(" ")[0]!;
        return Number.parseInt(version, 10) >= oldest ? good(`PostgreSQL ${version}`) : missing(`PostgreSQL ${version} is too old`, `${oldest} or newer (DATABASE_URL)`);
      } catch (error) {
        return missing(`cannot be reached (${(error as NodeJS.ErrnoException).code ?? (error as Error).name})`, "check address, user, password and database (DATABASE_URL)");
      } finally {
        await client.end().catch(() => undefined);
      }
    } },
    { name: "database: tables", look: async () => {
      const orm = await openOrm({ url: databaseUrl, poolSize: 1, statementTimeoutMs: 5_000 });
      try {
        const pending = await orm.migrator.getPending();
        if (pending.length > 0) return missing(`${pending.length} migrations are not applied`, "start the hub once: it applies them");
        const found = await orm.em.fork().count(Administration, { ipaCode: settings.ADMINISTRATION });
        return found === 1 ? good(`up to date, with ${settings.ADMINISTRATION} in them`) : missing(`there is no administration ${settings.ADMINISTRATION}`, "add it to the table \"administration\", or correct ADMINISTRATION");
      } finally {
        await orm.close(true);
      }
    } },
    { name: "keys: folder", look: async () => {
      const folder = `${settings.DATA_DIR}/keys`;
      if (settings.HUB_ENV === "sandbox") await mkdir(folder, { recursive: true, mode: 0o700 });
      return access(folder, constants.R_OK | constants.W_OK).then(() => good("can be read and written"), () => missing("is not there, or cannot be written", "make it, for the hub's account alone (DATA_DIR)"));
    } },
    { name: "registered documents", look: async () => {
      try {
        const lists = await readManifests(settings.TRUSTED_DOCUMENTS);
        const count = lists.reduce((sum, { manifest }) => sum + Object.keys(manifest).length, 0);
        if (count === 0 && settings.TRUSTED_ONLY.length > 0) return missing("there are none, and some callers may send nothing else", "put the clients' lists into TRUSTED_DOCUMENTS, or empty TRUSTED_ONLY");
        return good(`${count} of ${lists.length} releases`);
      } catch (error) {
        return missing((error as Error).message, "have the client's build write the list anew (TRUSTED_DOCUMENTS)");
      }
    } },
    ...(settings.OTEL_EXPORTER_OTLP_ENDPOINT ? [collector(settings.OTEL_EXPORTER_OTLP_ENDPOINT)] : []),
  ];
}

const collector = (endpoint: string): Check => ({ name: "OpenTelemetry collector", look: async () => {
  const answer = await fetch(`${endpoint.replace(/\/$/, "")}/v1/traces`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}", signal: AbortSignal.timeout(3_000) }).catch(() => undefined);
  return answer && answer.status < 400 ? good("takes traces") : missing(answer ? `refuses (HTTP ${answer.status})` : "gives no answer", "check OTEL_EXPORTER_OTLP_ENDPOINT");
} });
