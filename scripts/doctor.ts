import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readCredentials } from "../connectors/spid/certificate.ts";
import { Administration } from "../entities/administration.ts";
import { seedDemonstration } from "../entities/seeds/demonstration.ts";
import { systemClock } from "../kernel/clock.ts";
import { silentLog } from "../kernel/log.ts";
import { openConnectors } from "../server/connectors.ts";
import { startEmbedded } from "../server/database/embedded.ts";
import { migrate } from "../server/database/migrate.ts";
import { openOrm } from "../server/database/orm.ts";
import { settingsOf, type Settings } from "../server/settings.ts";
import { look, missing, type Check, type Finding } from "./doctor/finding.ts";
import { ownChecks } from "./doctor/own.ts";
import { paperChecks } from "./doctor/paper.ts";
import { positionChecks } from "./doctor/positions.ts";
import { runningCheck } from "./doctor/running.ts";
import { sourceChecks } from "./doctor/sources.ts";

/**
 * Looks at settings, reachability and credentials of everything that the hub needs, a line for each, with the step that is
 * missing and what to do. Ends with exit code 1 when something is missing. In the sandbox it starts for the time of the
 * look what does not run; in production it starts, makes and changes nothing.
 */
let lacking = 0;
const tell = (name: string, { good, says, remedy }: Finding): void => {
  if (!good) lacking += 1;
  console.log(`${good ? "✔" : "✖"} ${name.padEnd(38)} ${says}${remedy === undefined ? "" : `\n  → ${remedy}`}`);
};
const tellAll = async (checks: readonly Check[]): Promise<void> => {
  for (const check of checks) tell(check.name, await look(check));
};

const ends: (() => Promise<void>)[] = [];

/** Starts the sandbox unless it answers already. */
async function sandbox({ SANDBOX_PORT: port, SANDBOX_DATA: data, PUBLIC_URL: hub }: Settings): Promise<void> {
  if (await fetch(`http://localhost:${port}/`, { signal: AbortSignal.timeout(2_000) }).then(() => true, () => false)) return;
  console.log("· the sandbox does not run: started for this look");
  const main = path.join(path.dirname(fileURLToPath(import.meta.url)), "../sandbox/main.js");
  const child = spawn(process.execPath, [main], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, SANDBOX_PORT: String(port), SANDBOX_DATA: data, HUB_URL: hub } });
  ends.push(async () => {
    if (child.exitCode !== null || !child.kill("SIGTERM")) return;
    await once(child, "exit");
  });
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
}

/** The database: the one named or, in the sandbox, the embedded one, prepared as the hub's start would. */
async function database(settings: Settings): Promise<string> {
  if (settings.DATABASE_URL) return settings.DATABASE_URL;
  const embedded = await startEmbedded({ dataDir: path.resolve(settings.DATA_DIR, "postgres"), log: silentLog });
  ends.push(() => embedded.stop());
  await migrate(embedded.url, em => seedDemonstration(em, { partnerJwksUri: `http://localhost:${settings.SANDBOX_PORT}/partner/jwks.json` }));
  return embedded.url;
}

/** The checks of the outside systems; a finding instead when the connectors cannot even be opened. */
async function sources(settings: Settings, databaseUrl: string): Promise<Check[]> {
  const unopened = (finding: Finding): Check[] => [{ name: "outside systems", look: () => Promise.resolve(finding) }];
  // Where there is none, opening the connectors would make one: right in the sandbox, wrong in production.
  if (settings.HUB_ENV === "production" && (await readCredentials(settings.SPID_KEYS)).length === 0) {
    return unopened(missing("not looked at: SPID and CIE have no certificate of ours", "npm run spid:certificate (SPID_KEYS)"));
  }
  const orm = await openOrm({ url: databaseUrl, poolSize: 1, statementTimeoutMs: 5_000 });
  try {
    const administration = await orm.em.fork().findOne(Administration, { ipaCode: settings.ADMINISTRATION }).catch(() => null);
    if (!administration) return unopened(missing("not looked at: the administration is not known", "mend the database first"));
    const connectors = await openConnectors(settings, administration, { clock: systemClock, log: silentLog, onCall: () => undefined });
    return sourceChecks(settings, connectors, systemClock.now());
  } catch (error) {
    const { code, path: file, message } = error as NodeJS.ErrnoException;
    return unopened(missing(code === "ENOENT" ? `a file is not there: ${file}` : message.split("\n")[0]!, "correct the setting that names it (.env.example)"));
  } finally {
    await orm.close(true);
  }
}

async function main(): Promise<void> {
  let settings: Settings;
  try {
    settings = settingsOf(process.env);
  } catch (error) {
    const [summary = "", ...faults] = (error as Error).message.split("\n");
    for (const fault of faults.map(line => line.trim())) tell(`settings: ${fault.split(":")[0]!}`, missing(fault.split(": ")[1] ?? summary.replace(/:$/, ""), "it is explained in .env.example"));
    return;
  }
  tell("settings", { good: true, says: `${settings.HUB_ENV}, reached at ${settings.PUBLIC_URL}` });
  const [databaseUrl] = await Promise.all([database(settings), settings.HUB_ENV === "sandbox" ? sandbox(settings) : undefined]);
  await tellAll(ownChecks(settings, databaseUrl));
  await tellAll(positionChecks(settings, databaseUrl));
  await tellAll(paperChecks(settings, databaseUrl));
  await tellAll(await sources(settings, databaseUrl));
  await tellAll([runningCheck(settings)]);
}

try {
  await main();
} finally {
  for (const end of ends.reverse()) await end();
}
console.log(lacking === 0 ? "\nNothing is missing." : `\n${lacking} ${lacking === 1 ? "thing is" : "things are"} missing.`);
process.exit(lacking === 0 ? 0 : 1);
