import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { promisify } from "node:util";
import { participants } from "./participants.ts";

/** Where and of what figures were taken. */
export interface Circumstances {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  readonly packages: Readonly<Record<string, string>>;
}

const versionOf = async (name: string): Promise<string> => (JSON.parse(await readFile(`bench/node_modules/${name}/package.json`, "utf8")) as { version: string }).version;

/** Gathers them; of a checkout without git the commit is unknown, with changes it is marked. */
export async function circumstances(postgres: string): Promise<Circumstances> {
  const git = (...args: string[]): Promise<string> => promisify(execFile)("git", args).then(({ stdout }) => stdout.trim(), () => "unknown");
  const [commit, changes] = await Promise.all([git("rev-parse", "--short", "HEAD"), git("status", "--porcelain", "--", "operations", "server", "schema", "bench")]);
  const names = participants.flatMap(({ packages }) => packages);
  const versions = await Promise.all(names.map(async name => [name, await versionOf(name)] as const));
  const [core] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10), commit: changes === "" || changes === "unknown" ? commit : `${commit} with changes`,
    machine: `${cpus().length} cores (${core!.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`, node: process.version, postgres, packages: Object.fromEntries(versions),
  };
}
