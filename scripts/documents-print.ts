import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hashOf, type Manifest } from "../server/graph/trusted.ts";
import * as operations from "./story/queries.ts";

/**
 * Writes the operations of the demonstration's clients to `schema/documents/<client>/<release>.json`, as a client's own
 * build does with GraphQL Code Generator: what is listed there may be sent where nothing else may.
 */
const { deskUpdates, decide, introspection: _introspection, verification, ...portal } = operations;
const clients: Readonly<Record<string, readonly string[]>> = { portal: Object.values(portal), desk: [deskUpdates, decide], partner: [verification("")] };

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
for (const [client, documents] of Object.entries(clients)) {
  const manifest: Manifest = Object.fromEntries(documents.map((source): [string, string] => [hashOf(source), source]).sort());
  mkdirSync(`schema/documents/${client}`, { recursive: true });
  writeFileSync(`schema/documents/${client}/${version}.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}
