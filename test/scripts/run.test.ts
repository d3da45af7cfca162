import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";

/** A launcher around a program given as text. */
function launch(program: string): { readonly launcher: ChildProcess; readonly said: () => string; readonly until: (text: string) => Promise<void> } {
  const script = `import { run } from ${JSON.stringify(resolve("scripts/run.mjs"))};
    process.exitCode = await run(process.cwd(), process.execPath, ["--input-type=module", "-e", ${JSON.stringify(program)}], process.env);`;
  const { npm_lifecycle_event: _, ...env } = process.env;
  const launcher = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"], env });
  let output = "";
  launcher.stdout.on("data", chunk => (output += String(chunk)));
  return {
    launcher,
    said: () => output,
    async until(text) {
      for (let tries = 0; !output.includes(text); tries += 1, await sleep(20)) if (tries > 3_000) throw new Error(`never said ${text}: ${output}`);
    },
  };
}

const patient = `
  let stops = 0;
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => { stops += 1; console.log(signal); setTimeout(() => { console.log("stops " + stops); process.exit(7); }, 300); });
  process.on("disconnect", () => { console.log("left alone"); process.exit(0); });
  console.log("ready");
  setInterval(() => {}, 1000);`;

test.each(["SIGINT", "SIGTERM"] as const)("%s reaches the program once, however often it comes at a time, and its exit code comes back", async signal => {
  const { launcher, said, until } = launch(patient);
  await until("ready");
  const exited = once(launcher, "exit");
  launcher.kill(signal);
  await sleep(50);
  launcher.kill(signal);
  expect(await exited).toEqual([7, null]);
  expect(said()).toBe(`ready\n${signal}\nstops 1\n`);
});

test("a program that a signal ended is told by its exit code", async () => {
  const { launcher } = launch("process.kill(process.pid, 'SIGKILL')");
  expect(await once(launcher, "exit")).toEqual([137, null]);
});

test("a program whose launcher was killed learns it", async () => {
  const { launcher, until } = launch(patient);
  await until("ready");
  launcher.kill("SIGKILL");
  await until("left alone");
});
