import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, rm } from "node:fs/promises";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Account } from "./postgres-binaries.ts";

/** A running PostgreSQL server. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** How to start one. */
export interface Start {
  /** The folder with `bin/postgres`. */
  readonly native: string;
  readonly account: Account | undefined;
  /** The data directory. */
  readonly directory: string;
  /** Where PostgreSQL writes what it has to say; begun anew at each start. */
  readonly logFile: string;
  /** A free one when left out. */
  readonly port: number | undefined;
  /** Nothing is synced to disk. */
  readonly unsynced: boolean;
}

const POLL_MS = 10;
/** Recovery after a crash can take this long before anybody should be told that it does not start. */
const START_MS = 60_000;
const STOP_MS = 10_000;
const TRIES = 5;

/** The same everywhere; and the log tells of failed statements neither their text nor the values they ran into. */
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  jit: "off",
};
const unsynced = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", wal_level: "minimal", max_wal_senders: "0" };

/** Whether a process lives, be it ours or another user's. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === "linux") return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ");
  const { stdout } = await promisify(execFile)("ps", ["-ww", "-o", "command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout;
}

async function readPidFile(directory: string): Promise<Postmaster & { readonly ready: boolean }> {
  const lines = (await readFile(join(directory, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.startsWith("ready") === true };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const answer = await once(socket, "connect").then(() => true, () => false);
  socket.destroy();
  return answer;
}

/**
 * The server that runs on a data directory, once it takes connections, or undefined.
 *
 * The file it leaves behind names a process; after a crash or a restart of the machine that number may be a stranger's,
 * so the process must also carry this directory on its command line. A stranger's is removed: PostgreSQL would refuse
 * to start over it.
 */
export async function findPostmaster(directory: string): Promise<Postmaster | undefined> {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const { pid, port, ready } = await readPidFile(directory);
    if (!pid || !(await commandLine(pid)).includes(`-D ${directory} `)) break;
    if (ready && (await accepts(port))) return { pid, port };
  }
  await rm(join(directory, "postmaster.pid"), { force: true });
  return undefined;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise(closed => probe.close(closed));
  return port;
}

/** Waits until the child serves; answers false when it ended instead. */
async function becomesReady(child: ChildProcess, directory: string): Promise<boolean> {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const { pid, ready } = await readPidFile(directory);
    if (ready && pid === child.pid) return true;
  }
  child.kill("SIGQUIT");
  return false;
}

/**
 * Starts PostgreSQL in a session of its own, so that a Ctrl-C meant for us does not stop it before us.
 *
 * Throws what PostgreSQL wrote when it does not come up; a port or a memory segment that is still being given up is
 * waited for.
 */
export async function startPostmaster(start: Start): Promise<Postmaster> {
  for (let attempt = 1; ; attempt += 1) {
    const port = start.port ?? (await freePort());
    const log = await open(start.logFile, "w", 0o600);
    const args = Object.entries({ ...settings, ...(start.unsynced ? unsynced : {}), port }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const child = spawn(join(start.native, "bin/postgres"), ["-D", start.directory, ...args], {
      ...start.account,
      cwd: "/",
      env: { LC_ALL: "C" },
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.unref();
    await Promise.race([once(child, "spawn"), once(child, "error").then(([failure]) => Promise.reject(failure as Error))]);
    await log.close();
    if (await becomesReady(child, start.directory)) return { pid: child.pid!, port };
    const said = await readFile(start.logFile, "utf8");
    const passing = (start.port === undefined && said.includes("Address already in use")) || said.includes("shared memory block");
    if (!passing || attempt === TRIES) throw new Error(`PostgreSQL does not start on port ${port}:\n${said.trim().split("\n").slice(-5).join("\n")}`);
    await sleep(200 * attempt);
  }
}

/** Stops a server and waits until it is gone: `fast` ends the sessions in order, `immediate` as a crash would. */
export async function stopPostmaster({ pid }: Postmaster, mode: "fast" | "immediate"): Promise<void> {
  const signals: NodeJS.Signals[] = mode === "fast" ? ["SIGINT", "SIGQUIT"] : ["SIGQUIT"];
  for (const signal of signals) {
    if (isAlive(pid)) process.kill(pid, signal);
    for (const deadline = Date.now() + STOP_MS; Date.now() < deadline; await sleep(POLL_MS)) if (!isAlive(pid)) return;
  }
  throw new Error(`PostgreSQL (process ${pid}) does not stop`);
}

/**
 * Posts a shell that stops the server when this process is gone, however it went, and then removes the folders that
 * are named. It reads from a pipe that only we hold open. Answers how to call it off.
 */
export function guardPostmaster({ pid }: Postmaster, thenRemove: readonly string[]): () => void {
  const script = 'read -r _; p=$1; shift; kill -INT "$p"; [ $# -gt 0 ] || exit; while kill -0 "$p"; do sleep 0.1; done; rm -rf "$@"';
  const guard = spawn("/bin/sh", ["-c", script, "sh", String(pid), ...thenRemove], { cwd: "/", detached: true, stdio: ["pipe", "ignore", "ignore"] });
  guard.unref();
  (guard.stdin as Socket).unref();
  return () => void guard.kill("SIGKILL");
}
