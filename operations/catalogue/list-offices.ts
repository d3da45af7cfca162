import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** The administration's offices, by name. */
export const listOffices = (hub: Hub, info: FieldInfo): Promise<unknown[]> => hub.plans.list(hub, info, {}, [["name", "asc"]]);
