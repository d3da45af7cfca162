// Bundles the page of the IDE (GraphiQL with its editor and workers) into static files that need no network.
import { createHash } from "node:crypto";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const zip = promisify(gzip);

const CLIENT = "server/ide/client";
const ASSETS = "dist/server/ide/assets";
const STAMP = `${ASSETS}/.built-from`;

/** A mark of all that goes into the bundle: our sources, this recipe, and the versions of what they are bundled with. */
async function markOf(root) {
  const mark = createHash("sha256");
  const sources = (await readdir(join(root, CLIENT))).sort().map(name => `${CLIENT}/${name}`);
  const packages = ["esbuild", "graphiql", "monaco-editor", "react"].map(name => `node_modules/${name}/package.json`);
  for (const file of [...sources, ...packages, "scripts/ide.mjs"]) mark.update(await readFile(join(root, file)));
  return mark.digest("hex");
}

/** The mark of a bundle that has to be made, or undefined when the one that is there is right. */
export async function planIde(root) {
  const [mark, built] = await Promise.all([markOf(root), readFile(join(root, STAMP), "utf8").catch(() => "")]);
  return mark === built ? undefined : mark;
}

/** Makes the bundle. One script and one sheet, because esbuild would not load the sheets of parts that are loaded late. */
export async function buildIde(root, mark) {
  const { build } = await import("esbuild");
  await rm(join(root, ASSETS), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [`${CLIENT}/main.tsx`, ...["editor", "graphql", "json"].map(name => `${CLIENT}/${name}.worker.ts`)],
    outdir: ASSETS,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    tsconfig: `${CLIENT}/tsconfig.json`,
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".ttf": "file" },
    assetNames: "[name]",
    legalComments: "linked",
    logLevel: "error",
  });
  for (const name of await readdir(join(root, ASSETS))) {
    if (/\.(?:js|css)$/.test(name)) await writeFile(join(root, ASSETS, `${name}.gz`), await zip(await readFile(join(root, ASSETS, name))));
  }
  await writeFile(join(root, STAMP), mark);
}
