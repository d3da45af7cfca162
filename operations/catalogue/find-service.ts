import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** The service of a slug, or null. */
export const findService = (hub: Hub, slug: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { slug });
