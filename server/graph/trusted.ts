import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Caller } from "../../operations/caller.ts";

/** A list of operations of one release of one client: SHA-256 of the text, in lower-case hexadecimal, and the text. */
export type Manifest = Readonly<Record<string, string>>;

/** One file of operations that a client registered. */
export interface Registered {
  readonly client: string;
  readonly release: string;
  readonly manifest: Manifest;
}

/** Documents that clients registered before they were released. */
export interface Trusted {
  /** Whether a caller may send nothing else. */
  only(caller: Caller): boolean;
  /** Whether a document is registered: by the very client, where the caller asks through one that is bound to its own. */
  has(source: string, caller: Caller): boolean;
  /** The text of an id: the bare hash, or `sha256:` and the hash. */
  find(id: string): string | undefined;
}

const manifest = z.record(z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 in lower-case hexadecimal"), z.string().min(1));

/**
 * Reads the lists in a folder, `<client>/<release>.json`, each as GraphQL Code Generator's client preset writes it. No
 * folder means no documents. Throws when a file is none, or holds a text under another hash than its own.
 */
export async function readManifests(folder: string): Promise<Registered[]> {
  const files = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const named = files.map(file => /^([\w-]+)[\\/]([\w.-]+)\.json$/.exec(file)).filter(match => match !== null);
  return Promise.all(named.map(async ([file, client = "", release = ""]) => ({ client, release, manifest: manifestIn(file, await readFile(join(folder, file), "utf8")) })));
}

function manifestIn(file: string, text: string): Manifest {
  const read = manifest.safeParse(parsed(text));
  if (!read.success) throw new Error(`${file} is no list of documents: ${read.error.issues[0]!.path.join(".")} ${read.error.issues[0]!.message}`);
  const other = Object.entries(read.data).find(([hash, source]) => hashOf(source) !== hash);
  if (other) throw new Error(`${file}: the text under ${other[0]} has another hash`);
  return read.data;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The hash by which a document is known. */
export const hashOf = (source: string): string => createHash("sha256").update(source).digest("hex");

/** Makes the registry. `only`: the kinds of callers who may send nothing but registered documents. */
export function trustedDocuments(registered: readonly Registered[], only: readonly Caller["kind"][]): Trusted {
  const byHash = new Map(registered.flatMap(({ manifest: documents }) => Object.entries(documents)));
  const texts = new Set(byHash.values());
  const byClient = new Map([...Map.groupBy(registered, ({ client }) => client)].map(([client, lists]) => [client, new Set(lists.flatMap(({ manifest: documents }) => Object.values(documents)))]));
  const boundTo = (caller: Caller): string | undefined => ("documents" in caller ? caller.documents : undefined);
  return {
    only: caller => only.includes(caller.kind) || boundTo(caller) !== undefined,
    has: (source, caller) => {
      const client = boundTo(caller);
      return client === undefined ? texts.has(source) : byClient.get(client)?.has(source) === true;
    },
    find: id => byHash.get(id.replace(/^sha256:/, "")),
  };
}
