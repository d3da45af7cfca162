// Runs a program in our place: its signals, its exit code.
import { spawn } from "node:child_process";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Has somebody else decide about the signals that come here, until a child has ended. */
export function onSignals(child, decide) {
  for (const signal of SIGNALS) process.on(signal, decide);
  child.once("close", () => { for (const signal of SIGNALS) process.off(signal, decide); });
}

/**
 * Runs one program in a folder to its end and answers its exit code, or 128 and the number of the signal that ended it.
 *
 * It stands in a process group of its own and gets each signal from here, once: a terminal's Ctrl-C reaches npm, this
 * script and the program together, and a program that takes the second for impatience would not stop in order.
 * Should this script be killed outright, the program sees its IPC channel close; should npm be, the program is stopped.
 */
export function run(root, node, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: root, env, detached: true, stdio: ["inherit", "inherit", "inherit", "ipc"] });
    let passedOn = 0;
    const forward = signal => {
      if (Date.now() - passedOn < 1000) return;
      passedOn = Date.now();
      child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
    };
    onSignals(child, forward);
    const parent = process.ppid;
    const watch = process.env.npm_lifecycle_event && setInterval(() => process.ppid === parent || forward("SIGTERM"), 500).unref();
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(watch);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
