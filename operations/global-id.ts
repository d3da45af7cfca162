import { problem } from "../entities/problem.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The prefix and key in a global id such as `app_0192…`; undefined when it is none. */
export function parseGlobalId(id: string): { readonly prefix: string; readonly key: string } | undefined {
  const [prefix, key, ...rest] = id.split("_");
  return prefix && key && uuid.test(key) && rest.length === 0 ? { prefix, key } : undefined;
}

/** The key in a global id of the expected type. An id of another type, or none at all, is answered as one that does not exist. */
export function keyOf(prefix: string, id: string, ...path: string[]): string {
  const parsed = parseGlobalId(id);
  if (parsed?.prefix !== prefix) throw problem("NOT_FOUND", { path });
  return parsed.key;
}
