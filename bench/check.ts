import { deepStrictEqual } from "node:assert";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const uuid = /^[a-z]{3}_([0-9a-f]{8}-[0-9a-f-]{27})$/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

/**
 * An answer in the one form in which those of all can be compared: keys as in the tables, instants in UTC, lists without
 * the connection around them, amounts without their currency, fields in order, and what the operation is called left out.
 */
export function canonical(value: Json): Json {
  if (typeof value === "string") return uuid.exec(value)?.[1] ?? (instant.test(value) ? new Date(value).toISOString() : value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(canonical);
  const entries = Object.entries(value as { readonly [key: string]: Json });
  if (entries.length === 1 && entries[0]![0] === "nodes") return canonical(entries[0]![1]);
  const flat = entries.flatMap(([key, inner]) => (key === "amount" || key === "contacts" ? Object.entries(inner as object) : [[key, inner]]) as [string, Json][]);
  return Object.fromEntries(flat.filter(([key]) => key !== "currency").map(([key, inner]) => [key, canonical(inner)] as const).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What stands at the bottom of the wrappers that differ from schema to schema: the page, the person, the appointment. */
function core(value: Json): Json {
  if (Array.isArray(value)) return value.length === 1 ? core(value[0] as Json) : value;
  if (value === null || typeof value !== "object") return value;
  const inner = Object.values(value);
  return inner.length === 1 ? core(inner[0]!) : value;
}

/** Throws, with the difference, unless two answers say the same. Both must hold data and no errors. */
export function assertSame(name: string, answer: string, expected: string): void {
  const [one, other] = [answer, expected].map(text => JSON.parse(text) as { data?: Json; errors?: Json });
  if (one!.errors || !one!.data) throw new Error(`${name} answers ${answer.slice(0, 500)}`);
  deepStrictEqual(core(canonical(one!.data)), core(canonical(other!.data!)), `${name} answers something else than the hub`);
}
