import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** A payment as the caller may see it, or null. */
export const showPayment = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id });
