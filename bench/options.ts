import { parseArgs } from "node:util";
import { participants } from "./participants.ts";
import { works } from "./works.ts";

/** The parts of a run. */
export const parts = [...works, "growth", "start", "station", "updates", "registry"] as const;
export type Part = (typeof parts)[number];

/** What to measure, and how much of it. */
export interface Options {
  readonly parts: ReadonlySet<Part>;
  readonly only: ReadonlySet<string>;
  readonly rounds: number;
  readonly milliseconds: number;
  readonly connections: readonly number[];
  readonly applications: readonly number[];
  /** Whether the report is written: not when a part of it is missing. */
  readonly whole: boolean;
}

export const usage = `npm run bench -- [${parts.join("|")}]… [--only ${participants.map(({ name }) => name).join(",")}] [--rounds 3] [--seconds 1.2] [--connections 1,16,128] [--applications 10000,1000000]`;

const numbers = (text: string): number[] => text.split(",").map(Number);

/** Reads the command line. Throws with the usage when it is not understood. */
export function readOptions(argv: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...argv], allowPositionals: true,
    options: { only: { type: "string" }, rounds: { type: "string" }, seconds: { type: "string" }, connections: { type: "string" }, applications: { type: "string" } },
  });
  const unknown = [...positionals.filter(part => !parts.includes(part as Part)), ...(values.only?.split(",") ?? []).filter(name => !participants.some(each => each.name === name))];
  const options: Options = {
    parts: new Set(positionals.length > 0 ? (positionals as Part[]) : parts), only: new Set(values.only?.split(",") ?? participants.map(({ name }) => name)),
    rounds: Number(values.rounds ?? 3), milliseconds: Number(values.seconds ?? 1.2) * 1_000, connections: numbers(values.connections ?? "1,16,128"), applications: numbers(values.applications ?? "10000,1000000"),
    whole: argv.length === 0,
  };
  const sound = [options.rounds, options.milliseconds, ...options.connections, ...options.applications].every(value => Number.isFinite(value) && value > 0);
  if (unknown.length > 0 || !sound) throw new Error(`${unknown.length > 0 ? `what is ${unknown.join(", ")}? ` : ""}usage: ${usage}`);
  return options;
}
