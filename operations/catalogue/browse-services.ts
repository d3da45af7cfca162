import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** A page of the catalogue. */
export const browseServices = (hub: Hub, info: FieldInfo): Promise<unknown> => hub.plans.page(hub, info, {});
