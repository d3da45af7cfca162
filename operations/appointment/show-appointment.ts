import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** An appointment as the caller may see it, or null. */
export const showAppointment = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id });

/** An appointment that the caller has just written. A guest owns no rows, but this one they proved to be theirs. */
export const showWrittenAppointment = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id }, { proved: true });
