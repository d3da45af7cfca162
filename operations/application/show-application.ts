import type { ApplicationState } from "../../entities/application.ts";
import { officesWhere } from "../caller.ts";
import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** An application as the caller may see it, or null. */
export const showApplication = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id });

/** Where an application stands: in which state, at which office. */
export interface Standing {
  readonly state: ApplicationState;
  readonly office: string;
}

/** What the caller may do with an application where it stands. */
export function allowedActions({ caller }: Hub, { state, office }: Standing): readonly ("SAVE" | "SUBMIT" | "PAY" | "DECIDE")[] {
  if (caller.kind === "citizen") return state === "DRAFT" ? ["SAVE", "SUBMIT"] : state === "SUBMITTED" || state === "AWAITING_PAYMENT" ? ["PAY"] : [];
  return state === "IN_PROGRESS" && caller.kind === "staff" && officesWhere(caller, "desk:decide").includes(office) ? ["DECIDE"] : [];
}
