import { problem } from "../entities/problem.ts";
import { parseGlobalId } from "./global-id.ts";
import type { Hub } from "./hub.ts";
import type { FieldInfo } from "./read/selection.ts";

/** The stored thing of a global id, if the caller may see it; null otherwise, and for ids of nothing at all. */
export async function findNode(hub: Hub, id: string, info: FieldInfo): Promise<unknown> {
  if (id.length > 60) throw problem("INVALID_INPUT", { path: ["id"], reason: "TOO_LONG", details: { most: 60 } });
  const parsed = parseGlobalId(id);
  return parsed ? hub.plans.node(hub, info, parsed.prefix, parsed.key) : null;
}
