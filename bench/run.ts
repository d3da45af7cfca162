import { execFile } from "node:child_process";
import { access, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { startServer } from "./database.ts";
import { prepareKeys, startParticipant } from "./field.ts";
import { circumstances } from "./machine.ts";
import { readOptions, type Options, type Part } from "./options.ts";
import { measure, measureStart, type Field, type Result } from "./parts.ts";
import { start } from "./processes.ts";
import { budgetsOf, reportOf, type Results } from "./report.ts";
import type { Runner } from "./rounds.ts";
import { measureRegistry } from "./registry/measure.ts";
import { measureStation } from "./station/measure.ts";
import { measureUpdates } from "./updates/measure.ts";
import { works, type Work } from "./works.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Installs the peers where they are missing: they are not the product's. */
async function installPeers(): Promise<void> {
  if (await access("bench/node_modules/.package-lock.json").then(() => true, () => false)) return;
  say("· installing the peers …");
  await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: "bench", shell: process.platform === "win32" });
}

async function withRunners<Found>(runners: Promise<Runner>[], work: (runners: Runner[]) => Promise<Found>): Promise<Found> {
  const started = await Promise.allSettled(runners);
  const running = started.filter(each => each.status === "fulfilled").map(({ value }) => value);
  try {
    const failed = started.find(each => each.status === "rejected");
    if (failed) throw failed.reason;
    return await work(running);
  } finally {
    for (const { process } of running) await process.stop();
  }
}

/** Everybody at one size: all works and connections in the first, what grows in the others. */
async function sideBySide(field: Field, applications: number, first: boolean): Promise<Result[]> {
  const { options, server } = field;
  const wanted = works.filter(work => options.parts.has(work) && (first || work !== "catalogue"));
  if (wanted.length === 0) return [];
  say(`· ${applications} applications`);
  await server.database(applications);
  return withRunners([...options.only].map(name => startParticipant(server, name, applications)), async runners => {
    const results: Result[] = [];
    const single = (connections: readonly number[]): readonly number[] => (connections.includes(16) ? [16] : connections.slice(0, 1));
    for (const work of wanted) results.push(...await measure(field, work, runners, first && work !== "booking" ? options.connections : single(options.connections)));
    return results;
  });
}

async function growth(field: Field): Promise<Result[]> {
  const { options, server } = field;
  const { applications, parts, only } = options;
  if (!parts.has("growth") || applications.length < 2 || !only.has("hub")) return [];
  say("· the same lists in small and in large tables");
  for (const size of applications) await server.database(size);
  return withRunners(applications.map(size => startParticipant(server, "hub", size)), async runners => {
    const results: Result[] = [];
    // Many short rounds: one connection is soon disturbed, and a ratio of neighbours least of all.
    const short = { ...field, options: { ...options, rounds: options.rounds * 5, milliseconds: options.milliseconds / 3 } };
    for (const work of ["catalogue", "home", "queue"] satisfies Work[]) results.push(...await measure(short, work, runners, [1]));
    return results;
  });
}

/** A part with a database of its own: the messages and jobs that follow from thousands of bookings and receipts would be made meanwhile. */
async function alone<Name extends Part, Found>(part: Name, field: Field, measurePart: (field: Field, applications: number) => Promise<Found>): Promise<Partial<Record<Name, Found>>> {
  const { options: { parts, applications: [applications] }, server } = field;
  if (!parts.has(part)) return {};
  await server.drop(applications!);
  return { [part]: await measurePart(field, applications!) } as Record<Name, Found>;
}

async function run(options: Options): Promise<Results> {
  await installPeers();
  const server = await startServer();
  try {
    const generator = await start("dist/bench/load.js", {});
    try {
      await prepareKeys(server.folder);
      const field = { server, generator, options, say };
      const measured: Result[] = [];
      for (const [place, applications] of options.applications.entries()) measured.push(...await sideBySide(field, applications, place === 0));
      const grown = await growth(field);
      const started = options.parts.has("start") ? await measureStart(field, options.applications[0]!) : {};
      const station = await alone("station", field, measureStation);
      const updates = await alone("updates", field, measureUpdates);
      const registry = await alone("registry", field, measureRegistry);
      return { circumstances: await circumstances(server.version), measured, growth: grown, start: started, ...station, ...updates, ...registry };
    } finally {
      await generator.stop();
    }
  } finally {
    await server.stop();
    await rm(server.folder, { recursive: true, force: true });
  }
}

const options = readOptions(process.argv.slice(2));
const results = await run(options);
for (const { what, promised, found, met } of budgetsOf(results)) say(`${met ? "✔" : "✘"} ${what}: ${found} (${promised})`);
await writeFile("bench/results.json", `${JSON.stringify({ ...results, budgets: budgetsOf(results) }, null, 2)}\n`);
if (options.whole) await writeFile("docs/performance.md", reportOf(results));
process.exit(0);
