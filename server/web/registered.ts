import { z } from "zod";
import type { Trusted } from "../graph/trusted.ts";

/**
 * A request that may name a registered document instead of carrying one: `documentId` as GraphQL over HTTP has it
 * (`sha256:…`), or the hash in the extension `persistedQuery` that Apollo's clients send.
 */
const naming = z.looseObject({
  query: z.string().nullish(),
  documentId: z.string().nullish(),
  extensions: z.looseObject({ documentId: z.string().optional(), persistedQuery: z.looseObject({ sha256Hash: z.string() }).optional() }).nullish(),
});

/**
 * The request with the text of the document that it names, as if it had been sent; null when nobody registered it. What
 * carries its document, or is no such request at all, passes as it is: others say what is wrong with it.
 */
export function withDocument<Request>(request: Request, trusted: Trusted): Request | null {
  const read = naming.safeParse(request);
  if (!read.success) return request;
  const { query, documentId, extensions, ...rest } = read.data;
  const { documentId: inExtensions, persistedQuery, ...others } = extensions ?? {};
  const id = documentId ?? inExtensions ?? persistedQuery?.sha256Hash;
  if (id === undefined) return request;
  const source = query ? query : trusted.find(id);
  if (source === undefined) return null;
  return { ...rest, query: source, ...(Object.keys(others).length > 0 ? { extensions: others } : {}) } as Request;
}

/** The same for the parameters of a GET. */
export function searchWithDocument(search: string, trusted: Trusted): string | null {
  const parameters = new URLSearchParams(search);
  if (!parameters.has("documentId") && !parameters.get("extensions")?.includes("persistedQuery")) return search;
  const { extensions: text, ...plain } = Object.fromEntries(parameters);
  const request = withDocument<Record<string, unknown>>({ ...plain, ...(text ? { extensions: parsed(text) } : {}) }, trusted);
  return request && `?${new URLSearchParams(Object.entries(request).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])).toString()}`;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** What is answered when nobody registered the document; Apollo's clients know it and send the text. */
export const unknownDocument = { message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } } as const;
