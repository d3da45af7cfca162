// What every command needs before it can run: the packages, the pinned Node, the built sources.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { step } from "./progress.mjs";
import { onSignals } from "./run.mjs";

/** The checkout's own folder. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

const read = path => readFileSync(`${root}/${path}`, "utf8");
const readJson = path => JSON.parse(read(path));
const STAMP = "node_modules/.hub-installed";
/** npm's record of what it installed: the last thing that it writes, so what stands without it was broken off. */
const RECORD = "node_modules/.package-lock.json";

/** Whether every package of the lock file is in node_modules at its version, by npm's own record of what it installed. */
function installedAsLocked() {
  if (!existsSync(`${root}/${RECORD}`)) return false;
  const { packages: wanted } = readJson("package-lock.json");
  const { packages: present } = readJson(RECORD);
  return Object.entries(wanted).every(([path, { version, optional }]) =>
    path === "" || (present[path] === undefined ? optional === true : present[path].version === version));
}

/**
 * Runs npm as the one that runs us, or as found on the PATH; its output is shown only when it fails. Told to stop, npm
 * would first finish and then put everything back, behind the next start or for minutes before a person who waits: it is
 * killed, and the next start begins anew.
 */
function npm(args) {
  const own = process.env.npm_execpath;
  const [command, first] = own?.endsWith(".js") ? [process.execPath, [own]] : ["npm", []];
  const windows = process.platform === "win32";
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"], shell: windows && first.length === 0, detached: !windows });
    let stopped = false;
    onSignals(child, () => {
      stopped = true;
      child.kill("SIGKILL");
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", chunk => { said += chunk; });
    child.on("error", reject);
    child.on("close", code => {
      if (stopped) {
        for (const proof of [RECORD, STAMP]) rmSync(`${root}/${proof}`, { force: true });
        reject(new Error("stopped while the packages were being installed; the next start begins anew"));
      }
      else if (code === 0) resolve();
      else reject(new Error(`npm ${args.join(" ")} failed:\n${said.trim()}`));
    });
  });
}

/**
 * Installs the locked packages when they are missing or others: `npm ci` where there are none, or some that a broken off
 * installation left; `npm install` without touching the lock file where a whole one stands, because wiping it would break
 * whatever runs from it.
 */
export async function install() {
  const locked = createHash("sha256").update(read("package-lock.json")).digest("hex");
  if (existsSync(`${root}/${STAMP}`) && read(STAMP) === locked) return;
  if (!installedAsLocked()) {
    const fresh = !existsSync(`${root}/${RECORD}`);
    await step(fresh ? "installing the packages (first run: about a minute)" : "updating the packages", () =>
      npm([...(fresh ? ["ci"] : ["install", "--no-save"]), "--include=dev", "--include=optional"]));
  }
  writeFileSync(`${root}/${STAMP}`, locked);
}

const ENOUGH = [22, 17];

/**
 * The path of the Node that runs the hub: the pinned package where this platform has one, else the Node that runs this
 * script when it is new enough for MikroORM 7 (22.17).
 */
export function findNode() {
  try {
    return createRequire(`${root}/package.json`).resolve(`node-${process.platform}-${process.arch}/bin/node`);
  } catch {
    const [major, minor] = process.versions.node.split(".").map(Number);
    if (major > ENOUGH[0] || (major === ENOUGH[0] && minor >= ENOUGH[1])) return process.execPath;
    throw new Error(`no Node for ${process.platform} ${process.arch} comes with the project: install Node 24 and start again (this is ${process.version})`);
  }
}

/** Compiles what changed since the last time, and bundles the page of the IDE anew when its sources changed. */
export async function buildAll() {
  const [{ planBuild, build }, { planIde, buildIde }] = await Promise.all([import("./build.mjs"), import("./ide.mjs")]);
  const [plan, mark] = await Promise.all([planBuild(root), planIde(root)]);
  const count = plan.changed.length + plan.gone.length;
  const work = () => Promise.all([count > 0 ? build(root, plan) : undefined, mark === undefined ? undefined : buildIde(root, mark)]);
  if (count > 10 || mark !== undefined) await step(`building ${count} files${mark === undefined ? "" : " and the page of the IDE"}`, work);
  else await work();
}
