import type { ApplicationState } from "../../entities/application.ts";
import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** An application as the caller may see it, or null. */
export const showApplication = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id });

/** What the caller may do with an application in a state. */
export function allowedActions({ caller }: Hub, state: ApplicationState): readonly ("SAVE" | "SUBMIT" | "PAY" | "DECIDE")[] {
  if (caller.kind === "citizen") return state === "DRAFT" ? ["SAVE", "SUBMIT"] : state === "SUBMITTED" ? ["PAY"] : [];
  return state === "IN_PROGRESS" && caller.permissions.has("desk:decide") ? ["DECIDE"] : [];
}
