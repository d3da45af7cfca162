import type { Load, Measured } from "./load.ts";
import { cpuOf, cpuOfFamily, memoryOf, type Running } from "./processes.ts";
import type { Participant } from "./participants.ts";
import type { Step } from "./works.ts";

/** A participant that runs, on one database. */
export interface Runner {
  readonly participant: Participant;
  readonly applications: number;
  readonly process: Running;
  readonly port: number;
}

/** One round of one participant. */
export interface Round {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time for a request, in milliseconds: the participant's own, and PostgreSQL's for it. */
  readonly cpu: number;
  readonly databaseCpu: number;
  /** Memory afterwards, in MiB. */
  readonly memory: number;
}

/** A request as it goes over the wire. */
export function wire({ path, session, body }: Step, port: number): string {
  const text = JSON.stringify(body);
  const cookie = session === undefined ? "" : `cookie: session=${session}\r\n`;
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\naccept: application/json\r\n${cookie}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** Asks once and gives the answer's text. */
export async function askOnce({ path, session, body }: Step, port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", accept: "application/json", ...(session === undefined ? {} : { cookie: `session=${session}` }) },
  });
  return response.text();
}

/** Has the generator make load, and measures what it costs. Throws when a request failed: then the figures mean nothing. */
export async function round(generator: Running, database: number, runner: Runner, load: Omit<Load, "port">): Promise<Round> {
  const before = await Promise.all([cpuOf(runner.process.pid), cpuOfFamily(database)]);
  const measured = await new Promise<Measured>((resolve, reject) => {
    generator.child.once("message", (message: Measured | { error: string }) => ("error" in message ? reject(new Error(message.error)) : resolve(message)));
    generator.child.send({ ...load, port: runner.port });
  });
  const after = await Promise.all([cpuOf(runner.process.pid), cpuOfFamily(database)]);
  if (measured.failures > 0) throw new Error(`${runner.participant.name}: ${measured.failures} of ${measured.requests} requests failed`);
  return {
    requestsPerSecond: (measured.requests / measured.milliseconds) * 1_000, p50: measured.p50, p99: measured.p99,
    cpu: (after[0] - before[0]) / measured.requests, databaseCpu: (after[1] - before[1]) / measured.requests, memory: await memoryOf(runner.process.pid),
  };
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
