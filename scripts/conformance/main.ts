import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { anprConformance } from "./anpr.ts";
import { fiscalCodeConformance } from "./fiscal-code.ts";
import type { ConformanceCount } from "./pagopa-node.ts";
import { pagopaNodeConformance } from "./pagopa-node.ts";
import { pagopaPositionsConformance } from "./pagopa-positions.ts";
import { pagopaConformance } from "./pagopa.ts";
import { pdndConformance } from "./pdnd.ts";
import { spidConformance } from "./spid.ts";

/** Where the official contract files lie: beside the checkout, because their licences do not let them be copied into it. */
const { values } = parseArgs({ options: { specs: { type: "string", default: "../shared/specs" } } });
const specs = values.specs;

const runs: readonly (readonly [system: string, run: () => readonly ConformanceCount[] | Promise<readonly ConformanceCount[]>])[] = [
  ["ANPR", () => anprConformance(`${specs}/anpr`)],
  ["PDND", () => pdndConformance(specs)],
  ["fiscal code", () => fiscalCodeConformance(`${specs}/anpr/cases/codicefiscale/vectors.json`)],
  ["SPID and CIE", () => spidConformance(`${specs}/spid`)],
  ["pagoPA station", () => pagopaConformance(`${specs}/pagopa`)],
  ["pagoPA positions", () => pagopaPositionsConformance(`${specs}/pagopa`)],
  ["pagoPA node of the sandbox", () => pagopaNodeConformance(`${specs}/pagopa`)],
];

/** Disagreements that are understood, by check: exactly these, or the run fails. */
const understood: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "node's verdict, messages as collected": { "SIN_PVPNR_10 outcome KO": "the message was collected before the scenario's second step, which takes the fault out" },
};

const shownDisagreements = 10;

/** Prints one check; false when it fails. A check that could not be made says so itself, and does not fail. */
function show({ check, cases, agreed, disagreed, note }: ConformanceCount): boolean {
  const reasons = understood[check] ?? {};
  const holds = disagreed.every(each => each in reasons) && disagreed.length === Object.keys(reasons).length;
  const mark = !holds ? "✘" : cases === 0 ? "–" : "✔";
  console.log(`${mark} ${check}: ${agreed} of ${cases}${note === undefined ? "" : ` (${note})`}`);
  for (const each of disagreed.slice(0, shownDisagreements)) console.log(`    ${each}${each in reasons ? `: ${reasons[each]}` : ""}`);
  return holds;
}

if (existsSync(specs)) {
  let failed = 0;
  for (const [system, run] of runs) {
    console.log(`\n${system}`);
    for (const count of await run()) if (!show(count)) failed += 1;
  }
  console.log(failed === 0 ? "\nEverything agrees with the official files." : `\n${failed} checks disagree with the official files.`);
  process.exitCode = failed === 0 ? 0 : 1;
} else {
  console.log(`Nothing to compare with: the official contract files are not in ${specs} (--specs FOLDER).`);
}
