import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";

/** A process of the run that said it is ready. */
export interface Running {
  readonly pid: number;
  /** From its start until it was ready, in milliseconds. */
  readonly startedIn: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a program and waits until it says that it is ready. Throws when it ends instead, or takes longer than half a minute. */
export async function start(file: string, env: Readonly<Record<string, string>>): Promise<Running> {
  const began = performance.now();
  const child = fork(file, { env: { ...process.env, NODE_ENV: "production", ...env }, execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const signal = AbortSignal.timeout(30_000);
  await Promise.race([
    once(child, "message", { signal }),
    once(child, "exit", { signal }).then(([code]) => Promise.reject(new Error(`${file} ended with ${String(code)}`))),
  ]);
  return {
    pid: child.pid!,
    startedIn: performance.now() - began,
    child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** Linux counts a process's time in hundredths of a second. */
const tick = 10;

async function statOf(pid: number): Promise<{ parent: number; own: number; gone: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  // The name in parentheses may hold blanks; what follows it does not.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
  return { parent: fields[1]!, own: (fields[11]! + fields[12]!) * tick, gone: (fields[13]! + fields[14]!) * tick };
}

/** Processor time that a process has used so far, in milliseconds. */
export const cpuOf = async (pid: number): Promise<number> => (await statOf(pid))?.own ?? 0;

/** Processor time that a process and its children, living and gone, have used so far, in milliseconds. */
export async function cpuOfFamily(pid: number): Promise<number> {
  const pids = (await readdir("/proc")).filter(name => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map(async each => ({ pid: each, stat: await statOf(each) })));
  return stats.reduce((sum, { pid: each, stat }) => sum + (each === pid ? stat!.own + stat!.gone : stat?.parent === pid ? stat.own : 0), 0);
}

/** Memory that a process holds, in MiB. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}
