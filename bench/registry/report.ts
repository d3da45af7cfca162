import type { Budget } from "../report.ts";
import type { RegistryResults } from "./measure.ts";

/** Holds reads of the registry to their budgets. */
export const registryBudgets = ({ added, hanging: { slowest, failures, open, others, sockets } }: RegistryResults): Budget[] => {
  const most = (what: string, found: number, limit: number, unit: string, digits = 0): Budget => ({ what, promised: `≤ ${limit.toLocaleString("en")}${unit}`, found: `${found.toFixed(digits)}${unit}`, byProcessor: "", met: found <= limit });
  return [
    most("registry: time the hub adds to a question, p50", added.p50, 5, " ms", 2),
    most("registry hanging: its fields answer, the slowest", slowest, 3_000, " ms"),
    most("registry hanging: questions until the breaker opens", failures, 10, ""),
    most("registry hanging: its fields answer once the breaker is open, p50", open.p50, 50, " ms", 1),
    most("registry hanging: catalogue page, p99 against before and after", others.against, 1.2, "", 2),
    most("registry hanging: connections left open", sockets, 0, ""),
  ];
};

/** What was found about the registry, for people. */
export const registryReport = ({ reads, added, registry, cpu, databaseCpu, calls, hanging: { slowest, failures, open, others, sockets } }: RegistryResults): string => `## The residents' registry

${reads} reads of a person one after the other, over SOAP to the sandbox in a process of its own: signed as always, recorded before and after in the register of accesses. What the hub adds is the time of the whole GraphQL request without what passes between the question's arrival at the registry and the end of its answer.

| what | |
| --- | --- |
| the registry's own time, p50 | ${registry.toFixed(2)} ms |
| what the hub adds, p50 and p99 | ${added.p50.toFixed(2)} ms, ${added.p99.toFixed(2)} ms |
| processor time of a read, and the database's for it | ${cpu.toFixed(2)} ms, ${databaseCpu.toFixed(2)} ms |

A run fails when a query comes to another number of questions than this:

| query | questions |
| --- | --- |
${calls.map(({ what, calls: number }) => `| ${what} | ${number} |`).join("\n")}

Then the registry takes every question and answers none:

| what | |
| --- | --- |
| its fields answer, the slowest | ${slowest.toFixed(0)} ms |
| questions until the breaker opens | ${failures} |
| its fields answer once it is open, p50 and p99 | ${open.p50.toFixed(1)} ms, ${open.p99.toFixed(1)} ms |
| catalogue page with 8 connections, p99 otherwise and meanwhile | ${others.otherwise.toFixed(1)} ms, ${others.meanwhile.toFixed(1)} ms |
| the same after against before, which only the machine sets apart | ${others.noise.toFixed(2)} |
| connections left open half a second later | ${sockets} |
`;
