import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hashOf, type Manifest } from "../server/graph/trusted.ts";
import * as operations from "./story/queries.ts";

/**
 * Writes the operations of the demonstration's clients to `schema/documents/<client>/<release>.json`, as a client's own
 * build does with GraphQL Code Generator: what is listed there may be sent where nothing else may. The release before stays,
 * for apps that are not brought up to date at once; older ones go.
 */
const { deskUpdates, decide, introspection: _introspection, verification, ...portal } = operations;
const clients: Readonly<Record<string, readonly string[]>> = { portal: Object.values(portal), desk: [deskUpdates, decide], partner: [verification("")] };

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
for (const [client, documents] of Object.entries(clients)) {
  const manifest: Manifest = Object.fromEntries(documents.map((source): [string, string] => [hashOf(source), source]).sort());
  mkdirSync(`schema/documents/${client}`, { recursive: true });
  writeFileSync(`schema/documents/${client}/${version}.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  const releases = readdirSync(`schema/documents/${client}`).sort((one, other) => other.localeCompare(one, "en", { numeric: true }));
  for (const old of releases.slice(2)) rmSync(`schema/documents/${client}/${old}`);
}
