import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../kernel/clock.ts";
import { createLog } from "../kernel/log.ts";
import { seedDemonstration } from "../entities/seeds/demonstration.ts";
import { startApp } from "./app.ts";
import { startEmbedded } from "./database/embedded.ts";
import { migrate } from "./database/migrate.ts";
import { assertPorts } from "./ports.ts";
import { settingsOrEnd } from "./settings.ts";

/** Since `npm start`, installing and building included, where the launcher says when that was. */
const began = Number(process.env["HUB_STARTED_AT"] ?? Date.now());
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Does one step of the start, and says so before and after. */
async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const from = performance.now();
  say(`· ${title} …`);
  const result = await work();
  say(`✔ ${title}, ${((performance.now() - from) / 1_000).toFixed(1)} s`);
  return result;
}

const settings = settingsOrEnd();
const log = createLog("hub", settings.LOG_LEVEL);
const stops: (() => Promise<void>)[] = [];

/** Stops everything, last started first. A second signal does not wait. */
async function stop(code: number): Promise<void> {
  for (const close of stops.reverse()) await close().catch((error: unknown) => log.error({ failure: (error as Error).name }, "could not stop cleanly"));
  process.exit(code);
}
let stopping = false;
const halt = (): void => {
  if (stopping) process.exit(1);
  stopping = true;
  say("· stopping …");
  void stop(0);
};
// Once the launcher is gone, nobody would ever stop us.
for (const signal of ["SIGINT", "SIGTERM", "disconnect"] as const) process.on(signal, halt);

async function startSandbox(): Promise<void> {
  const main = path.join(path.dirname(fileURLToPath(import.meta.url)), "../sandbox/main.js");
  const child: ChildProcess = spawn(process.execPath, [main], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, SANDBOX_PORT: String(settings.SANDBOX_PORT), SANDBOX_REGISTRY_TLS_PORT: String(settings.SANDBOX_REGISTRY_TLS_PORT), HUB_URL: settings.PUBLIC_URL, SANDBOX_DATA: settings.SANDBOX_DATA },
  });
  stops.push(async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  await Promise.race([
    once(child.stdout!, "data"),
    once(child, "exit").then(() => { throw new Error("the sandbox did not start: the lines above say why"); }),
  ]);
}

/** The ports of the hub and, where it comes along, of the sandbox. */
const ports = [
  { setting: "PORT", port: settings.PORT, host: settings.HOST, hostSetting: "HOST" },
  ...(settings.HUB_ENV === "sandbox" ? (["SANDBOX_PORT", "SANDBOX_REGISTRY_TLS_PORT", "SANDBOX_SMTP_PORT"] as const).map(setting => ({ setting, port: settings[setting], host: "localhost" })) : []),
];

async function prepareDatabase(): Promise<string> {
  const url = settings.DATABASE_URL ?? (await step("starting PostgreSQL", async () => {
    const embedded = await startEmbedded({ dataDir: path.resolve(settings.DATA_DIR, "postgres"), log });
    stops.push(() => embedded.stop());
    return embedded.url;
  }));
  await step("migrating the database", () => migrate(url, async em => {
    if (settings.HUB_ENV === "sandbox") await seedDemonstration(em, { partnerJwksUri: `http://localhost:${settings.SANDBOX_PORT}/partner/jwks.json` });
  }).catch((error: unknown) => { throw settings.DATABASE_URL ? new Error(`DATABASE_URL: ${(error as Error).message}`) : error; }));
  return url;
}

try {
  await assertPorts(ports);
  const [databaseUrl] = await Promise.all([prepareDatabase(), settings.HUB_ENV === "sandbox" ? step("starting the sandbox", startSandbox) : undefined]);
  const app = await startApp(settings, { databaseUrl, clock: systemClock, log });
  stops.push(() => app.close());
  say(`✔ Sportello Hub is up, ${((Date.now() - began) / 1_000).toFixed(1)} s after npm start`);
  say(`  graph        ${app.url}/graphql`);
  if (settings.HUB_ENV === "sandbox") {
    say(`  sandbox      http://localhost:${settings.SANDBOX_PORT}/`);
    say(`  log in       ${app.url}/spid/login   as ada.rossi, password sportello`);
  }
  say("  stop with Ctrl-C");
} catch (error) {
  say(`✖ ${(error as Error).message}`);
  await stop(1);
}
