import { worse } from "../../connectors/upstream.ts";
import type { Hub } from "../hub.ts";

const titles: Readonly<Record<string, string>> = {
  ANPR: "Anagrafe nazionale della popolazione residente", SPID: "Sistema pubblico di identità digitale", CIE: "Carta d'identità elettronica", PAGOPA: "Pagamenti pagoPA", IO: "App IO", SMTP: "Posta elettronica",
};

/** An outside system as the graph shows it. */
export interface ShownSource {
  readonly name: string;
  readonly title: string;
  readonly status: "UP" | "DOWN" | "UNKNOWN";
  readonly since: string;
}

/** The outside systems and how they are doing, as the hub's own calls tell: each by the part of it that is worst off. */
export const listSources = ({ connectors }: Hub): ShownSource[] =>
  [...Map.groupBy(connectors.health().map(({ source, status, since }) => showSource(source, status, since)), ({ name }) => name).values()].map(parts => parts.reduce(worse));

/** One system, in the graph's words: what pagoPA divides into products is one source for people, and PDND a door of the registry. */
export function showSource(source: string, status: ShownSource["status"], since: Date): ShownSource {
  const name = source === "PDND" ? "ANPR" : source.split("_")[0]!;
  return { name, title: titles[name] ?? name, status, since: since.toISOString() };
}
