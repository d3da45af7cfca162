import type { Circumstances } from "./machine.ts";
import { participants } from "./participants.ts";
import type { Result } from "./parts.ts";
import type { RegistryResults } from "./registry/measure.ts";
import { registryBudgets, registryReport } from "./registry/report.ts";
import type { StationResults } from "./station/measure.ts";
import { stationBudgets, stationReport } from "./station/report.ts";
import type { UpdateResults } from "./updates/measure.ts";
import { updateBudgets, updateReport } from "./updates/report.ts";
import { titles, works, type Work } from "./works.ts";

/** Everything that a run found. */
export interface Results {
  readonly circumstances: Circumstances;
  readonly measured: readonly Result[];
  /** The same lists in a small and in a large database, measured in turn. */
  readonly growth: readonly Result[];
  /** Milliseconds until a process answers. */
  readonly start: Readonly<Record<string, number>>;
  /** The pagoPA station beside another; not where it was not asked for. */
  readonly station?: StationResults;
  /** Events on their way to everybody who listens; not where it was not asked for. */
  readonly updates?: UpdateResults;
  /** Reads of the residents' registry; not where they were not asked for. */
  readonly registry?: RegistryResults;
}

/** One promise of the project, and what came of it. */
export interface Budget {
  readonly what: string;
  readonly promised: string;
  readonly found: string;
  /** The same ratio by processor time of process and database together, which is steadier on a machine that others use. */
  readonly byProcessor: string;
  readonly met: boolean;
}

const at = 16;

/** Holds the results to the budgets; one that was not measured is left out. */
export function budgetsOf({ measured, growth, start, station, updates, registry }: Results): Budget[] {
  const found: Budget[] = [];
  const add = (what: string, value: number | undefined, promised: number, most: boolean, unit: string, processor?: number): void => {
    if (value === undefined || Number.isNaN(value)) return;
    found.push({ byProcessor: processor?.toFixed(2) ?? "", what, promised: `${most ? "≤" : "≥"} ${promised}${unit}`, found: `${unit ? value.toFixed(0) : value.toFixed(2)}${unit}`, met: most ? value <= promised : value >= promised });
  };
  const ratio = (what: string, work: Work, against: string, promised: number): void => {
    const of = (name: string) => measured.find(each => each.work === work && each.participant === name && each.connections === at);
    const [hub, other] = [of("hub"), of(against)];
    if (hub && other) add(what, other.hubAgainst, promised, false, "", (other.cpu + other.databaseCpu) / (hub.cpu + hub.databaseCpu));
  };
  ratio("catalogue page, requests/s against Mercurius", "catalogue", "mercurius", 1);
  ratio("catalogue page, requests/s against the bare handler", "catalogue", "bare", 0.6);
  ratio("citizen's page, requests/s against the bare handler", "home", "bare", 0.5);
  for (const work of works) {
    const sizes = growth.filter(each => each.work === work).sort((one, other) => one.applications - other.applications);
    if (sizes.length > 1) add(`${work}: p50 at ${count(sizes.at(-1)!.applications)} applications against ${count(sizes[0]!.applications)}`, sizes.at(-1)!.p50Against, 1.2, true, "");
  }
  add("start against an existing database", start["hub"], 3_000, true, " ms");
  return [...found, ...(station ? stationBudgets(station) : []), ...(updates ? updateBudgets(updates) : []), ...(registry ? registryBudgets(registry) : [])];
}

const count = (value: number): string => value.toLocaleString("en");
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map(row => `| ${row.join(" | ")} |`).join("\n");
const titleOf = (name: string): string => participants.find(participant => participant.name === name)!.title;

function measurements(measured: readonly Result[]): string {
  const groups = Map.groupBy(measured, each => `${each.work} ${each.applications}`);
  return [...groups.values()].map(group => {
    const rows = group.map(each => [
      String(each.connections), titleOf(each.participant), each.requestsPerSecond.toFixed(0), each.hubAgainst.toFixed(2), each.p50.toFixed(2), each.p99.toFixed(1), each.cpu.toFixed(3), each.databaseCpu.toFixed(3), each.memory.toFixed(0),
    ]);
    const [{ work, applications }] = group as [Result];
    return `### ${titles[work]} (${count(applications)} applications)\n\n${table(["connections", "who", "requests/s", "hub ×", "p50 ms", "p99 ms", "CPU ms", "database CPU ms", "MiB"], rows)}`;
  }).join("\n\n");
}

/** The results for people. */
export function reportOf(results: Results): string {
  const { circumstances: { date, commit, machine, node, postgres, packages }, measured, growth, start, station, updates, registry } = results;
  const budgets = budgetsOf(results).map(({ what, promised, found, byProcessor, met }) => [what, promised, found, byProcessor, met ? "met" : "**not met**"]);
  return `# Performance

Written by \`npm run bench\`; do not edit. Measured ${date} at ${commit}, on ${machine}, Node ${node}, PostgreSQL ${postgres} that syncs nothing to disk; ${Object.entries(packages).map(([name, version]) => `${name} ${version}`).join(", ")}.

Everybody answers the same questions about the same tables, each in a process of its own with NODE_ENV=production and as many connections to one PostgreSQL; that they answer the same is checked first. They are driven in turn, ${measured[0]?.rounds ?? 0} rounds of each; a figure is the median of its rounds, a ratio the median of the ratios within each round. Load, PostgreSQL and the one measured share the machine's cores, so requests a second tell what all three cost together; processor time for a request is the steadier figure.

## Budgets

${table(["what", "promised", "found", "by processor time", ""], budgets)}

## Side by side

"hub ×" is the hub's requests a second against this participant's: above 1 the hub is faster. "CPU ms" is the participant's own processor time for a request, "database CPU ms" PostgreSQL's for it.

${measurements(measured)}

${station ? `${stationReport(station)}
` : ""}${updates ? `${updateReport(updates)}
` : ""}${registry ? `${registryReport(registry)}
` : ""}## Growing tables

The hub alone, the small and the large database in turn, one connection. The catalogue does not grow: how far it is from 1 tells how far the others may be believed.

${table(["what", "applications", "p50 ms", "p99 ms", "database CPU ms"], growth.map(({ work, applications, p50, p99, databaseCpu }) => [work, count(applications), p50.toFixed(2), p99.toFixed(1), databaseCpu.toFixed(3)]))}

## Start

${table(["who", "ms"], Object.entries(start).map(([name, value]) => [titleOf(name), value.toFixed(0)]))}
`;
}
