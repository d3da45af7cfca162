// Compiles the TypeScript sources to dist/ with swc and copies what else they read, touching only what changed.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The folders that are compiled. */
export const SOURCES = ["kernel", "rules", "entities", "connectors", "schema", "paper", "operations", "resolvers", "server", "sandbox", "scripts", "bench"];
const ASSET = /\.(?:graphql|json|wsdl|xsd|xml|html|css|svg|pem)$/;
const checkout = new URL("../", import.meta.url);
const NOT_BUILT = new Set(["node_modules", "server/ide/client", "bench/results.json"]);

/** Every file under a folder as `path → size:mtime`, the cheapest mark that changes whenever a file does. */
async function marks(root, folder, found = {}) {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  await Promise.all(entries.map(async entry => {
    const path = `${folder}/${entry.name}`;
    if (NOT_BUILT.has(path) || NOT_BUILT.has(entry.name)) return;
    if (entry.isDirectory()) return marks(root, path, found);
    if (!/(?<!\.d)\.ts$/.test(path) && !ASSET.test(path)) return;
    const { size, mtimeMs } = await stat(join(root, path));
    found[path] = `${size}:${mtimeMs}`;
  }));
  return found;
}

const outputOf = path => join("dist", path.replace(/\.ts$/, ".js"));

async function emit(root, path, swc, options) {
  const target = join(root, outputOf(path));
  await mkdir(dirname(target), { recursive: true });
  if (!path.endsWith(".ts")) return copyFile(join(root, path), target);
  const source = await readFile(join(root, path), "utf8");
  const { code, map } = await swc.transform(source, { ...options, swcrc: false, filename: path, sourceFileName: join(root, path) });
  const mapName = `${target}.map`;
  await writeFile(mapName, map);
  await writeFile(target, `${code}//# sourceMappingURL=${mapName.slice(mapName.lastIndexOf("/") + 1)}\n`);
}

/**
 * What `build` would have to do: the sources that are new or changed, those that are gone, and the marks to keep.
 * A change of compiler, of its settings or of this file makes everything new.
 */
export async function planBuild(root) {
  const toolchain = createHash("sha256");
  for (const file of [".swcrc", "scripts/build.mjs", "node_modules/@swc/core/package.json"]) toolchain.update(await readFile(new URL(file, checkout)));
  const compiler = toolchain.digest("hex");
  const found = {};
  await Promise.all(SOURCES.map(folder => marks(root, folder, found)));
  const last = JSON.parse(await readFile(join(root, "dist/.build.json"), "utf8").catch(() => "{}"));
  const before = last.compiler === compiler ? last.marks : {};
  return {
    compiler,
    marks: found,
    changed: Object.keys(found).filter(path => found[path] !== before[path]),
    gone: Object.keys(before).filter(path => !(path in found)),
  };
}

/** Carries out a plan of `planBuild`. Throws the compiler's own message, which names file and line. */
export async function build(root, plan) {
  const { default: swc } = await import("@swc/core");
  const options = JSON.parse(await readFile(new URL(".swcrc", checkout), "utf8"));
  delete options.$schema;
  await Promise.all(plan.gone.flatMap(path => [outputOf(path), `${outputOf(path)}.map`]).map(path => rm(join(root, path), { force: true })));
  await Promise.all(plan.changed.map(path => emit(root, path, swc, options)));
  await mkdir(join(root, "dist"), { recursive: true });
  await writeFile(join(root, "dist/.build.json"), JSON.stringify({ compiler: plan.compiler, marks: plan.marks }));
}
