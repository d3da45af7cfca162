import { XmlDocument, XmlElement } from "libxml2-wasm";
import { z } from "zod";
import { many, text } from "../registry/words.ts";
import { SourceUnavailable, Unreadable } from "../upstream.ts";
import { assertPlainXml } from "../upstream/xml.ts";
import { onlyFileOf } from "./archive.ts";
import type { CodeRow, CodeTable } from "./office.ts";
import { requestHeader, type Message } from "./request.ts";
import type { RegistryCall } from "./registry.ts";
import type { RegistrySettings } from "./settings.ts";

/** A question of operation 7001. Throws for a number that no table can have. */
export function tableRequest(settings: RegistrySettings, table: number, call: Pick<RegistryCall, "operationId">, now: Date): Message {
  if (!Number.isInteger(table) || table < 1 || table > 999) throw new RangeError("tables have numbers from 1 to 999");
  return { testataRichiesta: requestHeader(settings, "7001", call, now), datiRichiesta: { idTabella: String(table).padStart(3, "0") } };
}

/** What an answer of operation 7001 holds beside its header: the table, packed, in one or more pieces. */
export const tableShape = { datiDettaglioRisposta: z.object({ idTabella: text, xmlFile: many(text) }).nullish() };

/** The rows of an answer. Throws `Unreadable` when they cannot be unpacked. */
export const rowsOf = ({ datiDettaglioRisposta }: z.infer<z.ZodObject<typeof tableShape>>): readonly CodeRow[] =>
  (datiDettaglioRisposta?.xmlFile ?? []).flatMap(file => rowsIn(onlyFileOf(Buffer.from(file, "base64")).toString("utf8")));

/** The file inside is called XML by the contract and was seen as comma-separated values: both are read. */
function rowsIn(file: string): readonly CodeRow[] {
  const plain = file.replace(/^\uFEFF/, "");
  return plain.trimStart().startsWith("<") ? rowsOfXml(plain) : rowsOfText(plain);
}

function rowsOfXml(xml: string): readonly CodeRow[] {
  assertPlainXml(xml);
  using document = XmlDocument.fromString(xml);
  const rows = document.find("//*[*][not(*/*)]").filter(row => row instanceof XmlElement);
  return rows.map(row => Object.fromEntries(row.find("*").flatMap(cell => (cell instanceof XmlElement ? [[cell.name, cell.content.trim()] as const] : []))));
}

function rowsOfText(file: string): readonly CodeRow[] {
  const separator = (file.split("\n", 1)[0] ?? "").includes(";") ? ";" : ",";
  const [names, ...lines] = file.split(/\r?\n/).filter(line => line.trim() !== "").map(line => cellsOf(line, separator));
  if (!names || names.length < 2) throw new Unreadable("TABLE");
  return lines.map(cells => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""])));
}

/** Cells may be in quotes, and quotes in them are doubled. */
const cellsOf = (line: string, separator: string): string[] =>
  [...line.matchAll(new RegExp(`(?:^|${separator})(?:"((?:[^"]|"")*)"|([^${separator}]*))`, "g"))].map(([, quoted, bare]) => (quoted?.replaceAll('""', '"') ?? bare ?? "").trim());

/** How long a table is good before it is asked for again. */
const goodForMs = 24 * 3_600_000;

/** Keeps tables for a day; hands out the old one, as such, when the registry is down. `ask` asks the registry. */
export function keepTables(now: () => Date, ask: (table: number, call: Pick<RegistryCall, "operationId" | "signal">) => Promise<readonly CodeRow[]>): (table: number, call: Pick<RegistryCall, "operationId" | "signal">) => Promise<CodeTable> {
  const kept = new Map<number, CodeTable>();
  return async (table, call) => {
    const known = kept.get(table);
    if (known && now().getTime() - known.readAt.getTime() < goodForMs) return known;
    try {
      const fresh: CodeTable = { rows: await ask(table, call), readAt: now(), stale: false };
      kept.set(table, fresh);
      return fresh;
    } catch (error) {
      if (known && error instanceof SourceUnavailable) return { ...known, stale: true };
      throw error;
    }
  };
}
