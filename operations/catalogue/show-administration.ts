import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** The administration whose counter this is. */
export const showAdministration = (hub: Hub, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id: hub.administration.id });
