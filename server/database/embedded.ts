import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Log } from "../../kernel/log.ts";
import { type Account, postgresAccount, postgresBinaries } from "./postgres-binaries.ts";
import { placeFor } from "./postgres-place.ts";
import { type Postmaster, findPostmaster, guardPostmaster, isAlive, startPostmaster, stopPostmaster } from "./postmaster.ts";

export interface EmbeddedOptions {
  /** The folder that holds the cluster; made when missing. */
  readonly dataDir: string;
  /** The port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
  /** For tests: nothing is synced to disk, and the folder goes when PostgreSQL stops or this process ends. */
  readonly temporary?: boolean;
  readonly log: Log;
}

export interface EmbeddedPostgres {
  /** The address of the database `hub`, with its password: not for logs. */
  readonly url: string;
  /** Ends all sessions and stops PostgreSQL, unless another living process started it. */
  stop(): Promise<void>;
  /** Stops it, in order (`fast`) or as a crash would (`immediate`), and starts it again on the same port. */
  restart(mode: "fast" | "immediate"): Promise<void>;
}

/** What it takes to find a cluster again: kept in `cluster.json`, readable by us alone. */
interface Cluster {
  /** The data directory that PostgreSQL sees. */
  readonly directory: string;
  readonly password: string;
  /** The process that last started it: while that one lives, PostgreSQL is not ours to stop. */
  readonly owner: number;
}

const run = promisify(execFile);
const clusterFile = (dataDir: string): string => join(dataDir, "cluster.json");
const isDirectory = (path: string): Promise<boolean> => stat(path).then(found => found.isDirectory(), () => false);

async function readCluster(dataDir: string): Promise<Cluster | undefined> {
  const text = await readFile(clusterFile(dataDir), "utf8").catch((failure: NodeJS.ErrnoException) => {
    if (failure.code === "ENOENT") return undefined;
    throw new Error(`the database in ${dataDir} belongs to another user: start as that user, or remove the folder to begin anew`);
  });
  const cluster = text === undefined ? undefined : (JSON.parse(text) as Cluster);
  return cluster && (await isDirectory(cluster.directory)) ? cluster : undefined;
}

const writeCluster = (dataDir: string, cluster: Cluster): Promise<void> =>
  writeFile(clusterFile(dataDir), JSON.stringify({ ...cluster, owner: process.pid }), { mode: 0o600 });

/**
 * Makes a cluster with the database `hub`. It gets its name only when it is whole, so that a kill in between leaves
 * nothing half made. Text is sorted by code point (C.UTF-8, PostgreSQL's own), the same on every machine.
 */
async function createCluster(dataDir: string, native: string, account: Account | undefined, temporary: boolean): Promise<Cluster> {
  const place = await placeFor(dataDir, account);
  const directory = join(place, "cluster");
  const unfinished = `${directory}.new`;
  const passwordFile = join(place, "password");
  const password = randomBytes(24).toString("base64url");
  if (await isDirectory(directory)) throw new Error(`the database in ${directory} has lost its cluster.json, and with it its password: remove the folder to begin anew`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [unfinished, passwordFile]) await chown(path, account.uid, account.gid);
  const as = { ...account, cwd: "/", env: { LC_ALL: "C", TZ: "UTC" } };
  try {
    const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--builtin-locale=C.UTF-8"];
    const access = ["--username=hub", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
    await run(join(native, "bin/initdb"), ["-D", unfinished, ...access, ...locale, "--no-instructions", ...(temporary ? ["--no-sync"] : [])], as);
    const single = run(join(native, "bin/postgres"), ["--single", "-D", unfinished, "postgres"], as);
    single.child.stdin?.end("create database hub\n");
    await single;
  } finally {
    await rm(passwordFile);
  }
  const cluster = { directory, password, owner: process.pid };
  await writeCluster(dataDir, cluster);
  await rename(unfinished, directory);
  return cluster;
}

/** As root, PostgreSQL runs as the account that owns the cluster, whoever made it; a new one is given to `postgresAccount`. */
async function accountOf(cluster: Cluster | undefined): Promise<Account | undefined> {
  if (!cluster || process.getuid?.() !== 0) return postgresAccount();
  const { uid, gid } = await stat(cluster.directory);
  return { uid, gid };
}

/**
 * Starts the PostgreSQL that comes with the project, making its cluster on the first start, or joins the one that
 * already runs on the same folder. It listens on 127.0.0.1 alone and asks for a password drawn for this cluster.
 *
 * It stops with this process, however that ends; if even its guard is killed, the next start finds and adopts it.
 * Throws with PostgreSQL's own words when it does not start, and when the folder belongs to another user.
 */
export async function startEmbedded({ dataDir, port, temporary = false, log }: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true });
  const known = await readCluster(dataDir);
  const account = await accountOf(known);
  const native = await postgresBinaries(account);
  const cluster = known ?? (await createCluster(dataDir, native, account, temporary));
  const start = { native, account, directory: cluster.directory, logFile: join(dataDir, "postgres.log"), unsynced: temporary };

  const found = known && (await findPostmaster(cluster.directory));
  const borrowed = found !== undefined && cluster.owner !== process.pid && isAlive(cluster.owner);
  let postmaster: Postmaster = found ?? (await startPostmaster({ ...start, port }));
  if (!borrowed) await writeCluster(dataDir, cluster);
  const folders = temporary ? [dataDir, dirname(cluster.directory)] : [];
  let dismiss = borrowed ? () => undefined : guardPostmaster(postmaster, folders);
  log.info({ port: postmaster.port, joined: found !== undefined }, "embedded PostgreSQL is ready");

  return {
    url: `postgres://hub:${cluster.password}@127.0.0.1:${postmaster.port}/hub`,
    async stop() {
      if (borrowed) return;
      dismiss();
      await stopPostmaster(postmaster, "fast");
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
    async restart(mode) {
      dismiss();
      await stopPostmaster(postmaster, mode);
      postmaster = await startPostmaster({ ...start, port: postmaster.port });
      dismiss = guardPostmaster(postmaster, folders);
    },
  };
}
