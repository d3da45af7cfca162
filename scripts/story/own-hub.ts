import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** A hub and a sandbox that nobody else uses, as `npm start` starts them. */
export interface OwnHub {
  readonly hub: string;
  readonly sandbox: string;
  /** Stops both, removes what they kept, and tells how the hub ended: its exit code, or the signal that ended it. */
  readonly stop: () => Promise<number | string>;
}

/** Who looks whether things are right has time: on a busy machine nobody is to be given up who only takes long. */
const patience = { OPERATION_DEADLINE_MS: "60000", STATEMENT_TIMEOUT_MS: "60000", ANPR_DEADLINE_MS: "60000" };

/** Starts them on free ports, with a database and files of their own. Throws what the hub said when it does not come up. */
export async function startOwnHub(settings: Readonly<Record<string, string>> = {}): Promise<OwnHub> {
  const folder = await mkdtemp(path.join(tmpdir(), "sportello-hub-own-"));
  const [port, sandboxPort, smtpPort] = await freePorts(3);
  const { DATABASE_URL: _other, HUB_STARTED_AT: _launched, ...env } = process.env;
  const start = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../server/start.js");
  const child = spawn(process.execPath, ["--enable-source-maps", start], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...env, LOG_LEVEL: "error", ...patience, PORT: String(port), SANDBOX_PORT: String(sandboxPort), SANDBOX_SMTP_PORT: String(smtpPort), SANDBOX_REGISTRY_TLS_PORT: "0", DATA_DIR: folder, SANDBOX_DATA: path.join(folder, "sandbox"), ...settings },
  });
  const ended = once(child, "exit") as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  const stop = async (): Promise<number | string> => {
    child.kill("SIGTERM");
    const [code, signal] = await ended;
    await rm(folder, { recursive: true, force: true });
    return code ?? signal!;
  };
  let said = "";
  const up = new Promise<true>(resolve => {
    child.stdout.on("data", chunk => {
      said += String(chunk);
      if (said.includes("is up")) resolve(true);
    });
  });
  if ((await Promise.race([up, ended])) !== true) {
    await stop();
    throw new Error(`the hub did not start: ${said}`);
  }
  return { hub: `http://localhost:${port}`, sandbox: `http://localhost:${sandboxPort}`, stop };
}

/** Ports that nobody listens on, all different, below those that the system hands out to clients. */
async function freePorts(number: number): Promise<number[]> {
  const free = new Set<number>();
  while (free.size < number) {
    const port = randomInt(15_000, 32_000);
    const probe = createServer();
    if (!(await new Promise<boolean>(resolve => probe.once("error", () => resolve(false)).listen(port, "localhost", () => resolve(true))))) continue;
    await new Promise(closed => probe.close(closed));
    free.add(port);
  }
  return [...free];
}
