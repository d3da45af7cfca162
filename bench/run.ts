import { rm } from "node:fs/promises";
import { startServer, type Server } from "./database.ts";
import { assertEqual, prepareKeys, startParticipant, stepsOf } from "./field.ts";
import { readOptions, type Options } from "./options.ts";
import { start, type Running } from "./processes.ts";
import { median, round, wire, type Round, type Runner } from "./rounds.ts";
import type { Work } from "./works.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const options = readOptions(process.argv.slice(2));
const server = await startServer();
const generator = await start("dist/bench/load.js", {});
const runners: Runner[] = [];
try {
  await prepareKeys(server.folder);
  for (const applications of options.applications) await server.database(applications);
  for (const name of options.only) runners.push(await startParticipant(server, name, options.applications[0]!));
  for (const work of ["catalogue", "home", "queue"] as const) {
    if (!options.parts.has(work)) continue;
    await assertEqual(server, runners, work);
    const sequences = new Map<Runner, string[][]>();
    for (const runner of runners) sequences.set(runner, (await stepsOf(server, runner, work)).map(step => [wire(step, runner.port)]));
    for (const runner of runners) await round(generator, server.pid, runner, { connections: 16, milliseconds: 1000, sequences: sequences.get(runner)!, once: false });
    for (const connections of options.connections) {
      const rounds = new Map<Runner, Round[]>(runners.map(runner => [runner, []]));
      for (let number = 0; number < options.rounds; number += 1) for (const runner of runners) rounds.get(runner)!.push(await round(generator, server.pid, runner, { connections, milliseconds: options.milliseconds, sequences: sequences.get(runner)!, once: false }));
      for (const [runner, measured] of rounds) {
        const of = (key: keyof Round) => median(measured.map(each => each[key]));
        say(`${work} c=${connections} ${runner.participant.name.padEnd(12)} ${of("requestsPerSecond").toFixed(0).padStart(6)}/s p50 ${of("p50").toFixed(2)} p99 ${of("p99").toFixed(1)} cpu ${of("cpu").toFixed(3)} db ${of("databaseCpu").toFixed(3)} ms  mem ${of("memory").toFixed(0)}`);
      }
    }
  }
} finally {
  for (const runner of runners) await runner.process.stop();
  await generator.stop();
  await server.stop();
  await rm(server.folder, { recursive: true, force: true });
}
