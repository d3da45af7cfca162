import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { samlChecks } from "../../connectors/spid/refusal.ts";

/** The columns of the table: which sign-ins the responses were sent to. */
export const columns = ["SPID, level 1", "SPID, level 2", "CIE, level 2"] as const;
export type Column = (typeof columns)[number];

/** What became of one response. */
export interface Tried {
  readonly id: string;
  readonly description: string;
  readonly expected: string;
  /** HTTP status of the hub's answer. */
  readonly status: number;
  /** The check that stopped it, or why there was none to make; absent where somebody was let in or nothing was looked at. */
  readonly stoppedBy: string | undefined;
}

const file = join(import.meta.dirname, "../../docs/identity-responses.md");
const nothing = "–";

interface Row {
  readonly description: string;
  readonly cells: Partial<Record<Column, string>>;
}

const cellOf = ({ expected, status, stoppedBy }: Tried): string => `${expected} → ${status}${stoppedBy ? ` \`${stoppedBy}\`` : ""}`;

/** The rows of the document as it is committed, by the number of their case. */
function committed(): Map<string, Row> {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = text.split("\n").filter(line => line.startsWith("| `")).map(line => line.split(" | ").map(cell => cell.replace(/^\| | \|$/g, "")));
  return new Map(lines.filter(cells => cells.length === 2 + columns.length).map(([id = "", description = "", ...cells]) =>
    [id.slice(1, -1), { description, cells: Object.fromEntries(columns.map((column, at) => [column, cells[at]] as const).filter(([, cell]) => cell !== nothing)) }]));
}

/** The document that a run adds its columns to: what it says of them now, and what it would have to say. */
export function responseDocument(run: ReadonlyMap<Column, readonly Tried[]>): { readonly now: string; readonly due: string } {
  const rows = committed();
  const due = new Map([...rows].map(([id, { description, cells }]) => [id, { description, cells: Object.fromEntries(Object.entries(cells).filter(([column]) => !run.has(column as Column))) }]));
  for (const [column, tried] of run) {
    for (const one of tried) due.set(one.id, { description: one.description, cells: { ...due.get(one.id)?.cells, [column]: cellOf(one) } });
  }
  return { now: existsSync(file) ? readFileSync(file, "utf8") : "", due: written(new Map([...due].filter(([, { cells }]) => Object.keys(cells).length > 0))) };
}

/** Writes the document anew. */
export const writeDocument = (text: string): void => writeFileSync(file, text);

function written(rows: ReadonlyMap<string, Row>): string {
  const cases = [...rows].map(([id, { description, cells }]) => `| \`${id}\` | ${description} | ${columns.map(column => cells[column] ?? nothing).join(" | ")} |`);
  const stopped = (check: string): string[] => [...rows].filter(([, { cells }]) => Object.values(cells).some(cell => cell.endsWith(`\`${check}\``))).map(([id]) => id);
  const checks = Object.entries(samlChecks).filter(([check]) => !/^(?:logout|provider)\./.test(check)).map(([check, asks]) => `| \`${check}\` | ${asks} | ${stopped(check).join(", ") || nothing} |`);
  return `# Responses of identity providers: what becomes of each

Written by \`npm run identity:table\` from a real run, and held against every run of the tests: a response that meets another end than the one written here fails them. The responses are those of the sandbox's identity provider, which shares no code with the service provider; the numbers are AgID's where a case has one.

Each cell says what must become of the response, then what did: the HTTP status with which the hub answered the browser (303 leads on, signed in; 403 is a page; 413 a page, nothing having been looked at) and the check that stopped it. \`UNASKED\` is no check: the response was read, and belongs to no sign-in under way. Of the card (CIE) only what may differ from SPID is sent: the engine's own tests send all of it.

| case | what is wrong, or right | ${columns.join(" | ")} |
| --- | --- | ${columns.map(() => "---").join(" | ")} |
${cases.join("\n")}

## The checks

In the order in which a response meets them, with the cases that stop there. Where none does, an earlier check always stops such a response on this way in; \`test/connectors/spid\` meets those checks one by one.

| check | what must hold | cases |
| --- | --- | --- |
${checks.join("\n")}
`;
}
