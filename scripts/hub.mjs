#!/usr/bin/env node
// The one door to the project: `node scripts/hub.mjs <command>`, behind every npm script.
// It needs Node 20 and npm, no package: it installs what is missing, builds what changed, and hands over to Node 24.
import { existsSync } from "node:fs";
import { SOURCES } from "./build.mjs";
import { run } from "./run.mjs";
import { buildAll, findNode, install, root } from "./toolchain.mjs";

const settings = existsSync(`${root}/.env`) ? ["--env-file=.env"] : [];
/** A built program: traces name the TypeScript lines, and settings come from `.env` where the environment has none. */
const program = entry => ({ builds: true, needs: entry, runs: [["--enable-source-maps", ...settings, entry]] });
const jest = (...args) => ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js", ...args];

/** What each command builds first and then runs, one after the other, under Node 24; further arguments go to the last. */
const commands = {
  start: program("dist/server/start.js"),
  story: program("dist/scripts/story.js"),
  bench: program("dist/bench/run.js"),
  doctor: program("dist/scripts/doctor.js"),
  browser: program("dist/scripts/browser.js"),
  conformance: program("dist/scripts/conformance/main.js"),
  "schema:print": program("dist/scripts/schema-print.js"),
  "documents:print": program("dist/scripts/documents-print.js"),
  "audit:verify": program("dist/scripts/audit-verify.js"),
  "spid:certificate": program("dist/scripts/spid-certificate.js"),
  "client:register": program("dist/scripts/client-register.js"),
  "spid:export": program("dist/scripts/spid-export.js"),
  build: { builds: true, runs: [] },
  test: { builds: true, runs: [jest()] },
  "identity:table": { builds: true, env: { IDENTITY_TABLE: "write" }, runs: [jest("--runInBand", "test/e2e/login-responses")] },
  guards: { builds: true, runs: [jest("test/guards")] },
  types: { runs: [".", "server/ide/client"].map(project => ["node_modules/typescript/bin/tsc", "-p", project]) },
  lint: { runs: [["node_modules/eslint/bin/eslint.js", "."], ["node_modules/dependency-cruiser/bin/dependency-cruiser.mjs", "--config", ".dependency-cruiser.mjs", ...SOURCES, "test"]] },
  knip: { runs: [["node_modules/knip/bin/knip.js"]] },
};

async function main([name, ...args]) {
  const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
  if (!command) throw new Error(`usage: node scripts/hub.mjs ${Object.keys(commands).join("|")} [arguments]`);
  const startedAt = String(Date.now() - Math.round(performance.now()));
  await install();
  if (command.builds) await buildAll();
  const node = findNode();
  const env = { ...process.env, HUB_STARTED_AT: startedAt, NODE_COMPILE_CACHE: `${root}/node_modules/.cache/hub-compile`, ...command.env };
  if (command.needs && !existsSync(`${root}/${command.needs}`)) throw new Error(`${name}: ${command.needs} is not there to run`);
  for (const [index, argv] of command.runs.entries()) {
    const code = await run(root, node, index === command.runs.length - 1 ? [...argv, ...args] : argv, env);
    if (code !== 0) return code;
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (failure) {
  process.stderr.write(`hub: ${failure.message}\n`);
  process.exitCode = 1;
}
