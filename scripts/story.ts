import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { steps } from "./story/step.ts";
import { tell } from "./story/tell.ts";

/**
 * The main story, told end to end with real clients: fetch, a graphql-transport-ws client, forms submitted as a browser
 * does. It starts the hub and the sandbox as `npm start` does, on free ports and a database of its own, prints each step
 * with its figures, and ends with an exit code other than 0 at the first that does not hold.
 */

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
};

const folder = await mkdtemp(path.join(tmpdir(), "sportello-story-"));
const [port, sandboxPort, smtpPort] = [await freePort(), await freePort(), await freePort()];
const [hubUrl, sandboxUrl] = [`http://localhost:${port}`, `http://localhost:${sandboxPort}`];
const began = performance.now();
const start = path.join(path.dirname(fileURLToPath(import.meta.url)), "../server/start.js");
const { DATABASE_URL: _other, HUB_STARTED_AT: _launched, ...env } = process.env;
const hub = spawn(process.execPath, ["--enable-source-maps", start], {
  stdio: ["ignore", "pipe", "inherit"],
  env: { ...env, PORT: String(port), SANDBOX_PORT: String(sandboxPort), SANDBOX_SMTP_PORT: String(smtpPort), DATA_DIR: folder, SANDBOX_DATA: path.join(folder, "sandbox"), LOG_LEVEL: "error" },
});
try {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    hub.stdout.on("data", chunk => {
      said += String(chunk);
      if (said.includes("is up")) resolve();
    });
    hub.once("exit", () => reject(new Error(`the hub did not start: ${said}`)));
  });
  console.log(`Sportello Hub on ${hubUrl}, sandbox on ${sandboxUrl}, a database of their own: up in ${Math.round(performance.now() - began)} ms\n`);
  await tell(hubUrl, sandboxUrl);
  console.log(`\nThe story held: ${steps()} steps, ${((performance.now() - began) / 1_000).toFixed(1)} s.`);
} catch (error) {
  console.log(`\nThe story broke: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  hub.kill("SIGTERM");
  const stopped = performance.now();
  if (hub.exitCode === null) await once(hub, "exit");
  console.log(`Stopped in ${Math.round(performance.now() - stopped)} ms, exit code ${hub.exitCode}.`);
  await rm(folder, { recursive: true, force: true });
}
