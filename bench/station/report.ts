import type { Budget } from "../report.ts";
import { stationTitles, stationWorks } from "./messages.ts";
import type { StationResults } from "./measure.ts";

const titles = { hub: "Sportello Hub", soap: "soap.listen, a constant" } as const;
const slowest = 500;

/** Holds the station to its budgets. */
export function stationBudgets({ measured, steady }: StationResults): Budget[] {
  const against = stationWorks.map(work => {
    const { hubAgainst, processorAgainst } = measured.find(each => each.work === work && each.who === "soap")!;
    return { what: `station, ${work}: requests/s against soap.listen that answers a constant`, promised: "≥ 1", found: hubAgainst.toFixed(2), byProcessor: processorAgainst.toFixed(2), met: hubAgainst >= 1 };
  });
  const paced = Object.entries(steady).map(([what, { p99, failures }]) => (
    { what: `station at 200 requests/s, ${what}: p99`, promised: `≤ ${slowest} ms`, found: `${p99.toFixed(0)} ms${failures > 0 ? `, ${failures} failed` : ""}`, byProcessor: "", met: p99 <= slowest && failures === 0 }));
  return [...against, ...paced];
}

/** What was found about the station, for people. */
export function stationReport({ soap, measured, steady }: StationResults): string {
  const rows = measured.map(({ work, who, requestsPerSecond, hubAgainst, p50, p99, cpu, databaseCpu, memory }) =>
    `| ${stationTitles[work]} | ${titles[who]} | ${requestsPerSecond.toFixed(0)} | ${hubAgainst.toFixed(2)} | ${p50.toFixed(2)} | ${p99.toFixed(1)} | ${cpu.toFixed(3)} | ${databaseCpu.toFixed(3)} | ${memory.toFixed(0)} |`);
  const lines = Object.entries(steady).map(([what, { requests, failures, p50, p99 }]) => `| ${what} | ${requests} | ${failures} | ${p50.toFixed(1)} | ${p99.toFixed(1)} |`);
  return `## The pagoPA station

The hub's station against the \`soap\` package (${soap}) on our own WSDL, which answers a constant, checks nothing and has no database. The same messages to both, in turn, over ${measured[0]?.connections ?? 0} connections; each receipt once, and counted in the ledger afterwards.

| what | who | requests/s | hub × | p50 ms | p99 ms | CPU ms | database CPU ms | MiB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

At a steady 200 requests a second, each on a connection of its own and timed from when it was due:

| what | requests | failed | p50 ms | p99 ms |
| --- | --- | --- | --- | --- |
${lines.join("\n")}
`;
}
