import { assertEqual, bookings, startParticipant, stepsOf } from "./field.ts";
import type { Server } from "./database.ts";
import type { Load } from "./load.ts";
import type { Options } from "./options.ts";
import type { Running } from "./processes.ts";
import { median, round, wire, type Round, type Runner } from "./rounds.ts";
import type { Work } from "./works.ts";

/** What a part of a run works with. */
export interface Field {
  readonly server: Server;
  readonly generator: Running;
  readonly options: Options;
  readonly say: (text: string) => void;
}

/** The medians of one participant over the rounds of one measurement. */
export interface Result extends Round {
  readonly work: Work;
  readonly connections: number;
  readonly applications: number;
  readonly participant: string;
  /** The hub's requests a second against this participant's, round by round; of the hub itself, 1. */
  readonly hubAgainst: number;
  /** Its p50 against that of the first participant, round by round. */
  readonly p50Against: number;
  readonly rounds: number;
}

/** Drives everybody in turn, over and over, so that what disturbs the machine disturbs all. The first loads are not measured. */
async function interleave({ server, generator, options: { rounds, milliseconds } }: Field, runners: readonly Runner[], loadOf: (runner: Runner) => Promise<Omit<Load, "port">>): Promise<Map<Runner, Round[]>> {
  const measured = new Map<Runner, Round[]>(runners.map(runner => [runner, []]));
  for (const runner of runners) await round(generator, server.pid, runner, { ...(await loadOf(runner)), milliseconds: Math.min(milliseconds, 1_000) });
  for (let number = 0; number < rounds; number += 1) {
    for (const runner of runners) measured.get(runner)!.push(await round(generator, server.pid, runner, await loadOf(runner)));
  }
  return measured;
}

function resultsOf(work: Work, connections: number, measured: ReadonlyMap<Runner, readonly Round[]>): Result[] {
  const hub = [...measured].find(([{ participant }]) => participant.name === "hub")?.[1];
  const [first] = [...measured.values()];
  return [...measured].map(([{ participant, applications }, rounds]) => {
    const of = (key: keyof Round): number => median(rounds.map(each => each[key]));
    return {
      work, connections, applications, participant: participant.name, rounds: rounds.length,
      requestsPerSecond: of("requestsPerSecond"), p50: of("p50"), p99: of("p99"), cpu: of("cpu"), databaseCpu: of("databaseCpu"), memory: of("memory"),
      p50Against: median(rounds.map((each, index) => each.p50 / first![index]!.p50)),
      hubAgainst: hub ? median(rounds.map((each, index) => hub[index]!.requestsPerSecond / each.requestsPerSecond)) : NaN,
    };
  });
}

const line = ({ work, connections, applications, participant, requestsPerSecond, p50, p99, cpu, databaseCpu, hubAgainst }: Result): string =>
  `  ${work} ${applications} c=${connections} ${participant.padEnd(12)} ${requestsPerSecond.toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(2)}  p99 ${p99.toFixed(1)} ms  cpu ${cpu.toFixed(3)} + ${databaseCpu.toFixed(3)} ms  hub ×${hubAgainst.toFixed(2)}`;

/** Measures one work over several participants, at each number of connections. */
export async function measure(field: Field, work: Work, runners: readonly Runner[], connections: readonly number[]): Promise<Result[]> {
  const results: Result[] = [];
  const loadOf = work === "booking" ? bookingLoads(field) : await readingLoads(field, work, runners);
  for (const count of connections) {
    const measured = resultsOf(work, count, await interleave(field, runners, runner => loadOf(runner, count)));
    for (const result of measured) field.say(line(result));
    results.push(...measured);
  }
  return results;
}

type LoadOf = (runner: Runner, connections: number) => Promise<Omit<Load, "port">>;

async function readingLoads({ server, options: { milliseconds } }: Field, work: Exclude<Work, "booking">, runners: readonly Runner[]): Promise<LoadOf> {
  await assertEqual(server, runners, work);
  const sequences = new Map<Runner, string[][]>();
  for (const runner of runners) sequences.set(runner, (await stepsOf(server, runner, work)).map(step => [wire(step, runner.port)]));
  return async (runner, connections) => ({ connections, milliseconds, sequences: sequences.get(runner)!, once: false });
}

let batch = 0;

function bookingLoads({ server, options: { milliseconds } }: Field): LoadOf {
  return async (runner, connections) => {
    batch += 1;
    const steps = await bookings(server, runner, batch, Math.ceil(milliseconds * 1.5));
    return { connections, milliseconds, sequences: steps.map(sequence => sequence.map(step => wire(step, runner.port))), once: true };
  };
}

/** Milliseconds from the start of a process until it answers, against an existing database: the median of three for each. */
export async function measureStart({ server, options: { only }, say }: Field, applications: number): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  for (let number = 0; number < 3; number += 1) {
    for (const name of only) {
      const { process } = await startParticipant(server, name, applications);
      await process.stop();
      (times[name] ??= []).push(process.startedIn);
    }
  }
  const medians = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
  for (const [name, value] of Object.entries(medians)) say(`  start ${name.padEnd(12)} ${value.toFixed(0)} ms`);
  return medians;
}
