import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

/** A checkout with the launcher alone, its lock file, and an npm that writes what it was asked and does as it is told. */
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "sportello hub è "));
  await mkdir(join(root, "scripts"));
  for (const name of ["toolchain", "run", "progress"]) await cp(`scripts/${name}.mjs`, join(root, `scripts/${name}.mjs`));
  await writeFile(join(root, "package.json"), '{ "type": "module" }');
  await writeFile(join(root, "package-lock.json"), '{ "packages": { "": {}, "node_modules/a": { "version": "1.0.0" } } }');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Begins to install. `works`: npm installs what is locked; else it goes on for ever and takes signals for nothing, as npm does. */
async function installing(works: boolean): Promise<{ readonly asked: () => Promise<string[]>; readonly kill: (signal: NodeJS.Signals) => void; readonly ended: Promise<unknown>; readonly npm: () => Promise<number> }> {
  await writeFile(join(root, "npm.js"), `import fs from "node:fs"; fs.appendFileSync("asked", process.argv[2] + "\\n"); fs.writeFileSync("npm.pid", String(process.pid));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
    fs.mkdirSync("node_modules", { recursive: true });
    ${works ? 'fs.copyFileSync("package-lock.json", "node_modules/.package-lock.json");' : 'fs.mkdirSync("node_modules/half"); setTimeout(() => {}, 60_000);'}`);
  const launcher = spawn(process.execPath, ["--input-type=module", "-e", 'import { install } from "./scripts/toolchain.mjs"; await install();'], { cwd: root, stdio: "ignore", env: { PATH: process.env["PATH"], npm_execpath: join(root, "npm.js") } });
  return {
    asked: async () => (await readFile(join(root, "asked"), "utf8")).trim().split("\n"),
    kill: signal => void launcher.kill(signal),
    ended: once(launcher, "exit"),
    npm: async () => {
      while (!existsSync(join(root, "node_modules/half"))) {
        if (launcher.exitCode !== null) throw new Error("npm was never run");
        await sleep(20);
      }
      return Number(await readFile(join(root, "npm.pid"), "utf8"));
    },
  };
}

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each(["SIGINT", "SIGTERM"] as const)("%s ends an installation and npm with it, and the next start installs from the beginning", async signal => {
  const first = await installing(false);
  const npm = await first.npm();
  first.kill(signal);
  expect(await first.ended).toEqual([1, null]);
  expect(runs(npm)).toBe(false);

  const second = await installing(true);
  expect(await second.ended).toEqual([0, null]);
  expect(await second.asked()).toEqual(["ci", "ci"]);
});

test("packages that stand whole are updated where they are, unless an update was broken off", async () => {
  const first = await installing(true);
  expect(await first.ended).toEqual([0, null]);
  await writeFile(join(root, "package-lock.json"), '{ "packages": { "": {}, "node_modules/a": { "version": "2.0.0" } } }');
  const second = await installing(false);
  await second.npm();
  second.kill("SIGINT");
  await second.ended;
  const third = await installing(true);
  expect(await third.ended).toEqual([0, null]);
  const fourth = await installing(true);
  expect(await fourth.ended).toEqual([0, null]);
  expect(await fourth.asked()).toEqual(["ci", "install", "ci"]);
});
