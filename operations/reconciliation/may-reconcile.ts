import type { StaffCaller } from "../caller.ts";
import type { Hub } from "../hub.ts";

/** Whether a caller reconciles: brings statements in, and hears what comes of them. */
export const mayReconcile = (hub: Hub): hub is Hub & { readonly caller: StaffCaller } => hub.caller.kind === "staff" && hub.caller.permissions.has("desk:reconciliation");
