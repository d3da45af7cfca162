import { problem } from "../../entities/problem.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { asThemselves } from "../delegation/themselves.ts";
import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";

/** What whoever signed in has declared of companies, the latest first. */
export async function listRepresentations(given: Hub, info: FieldInfo): Promise<unknown[]> {
  const hub = asThemselves(given);
  if (hub.caller.kind !== "citizen") throw problem("NOT_FOUND");
  return hub.plans.list(hub, info, { representative: hub.caller.citizenId }, [["declaredAt", "desc"], ["id", "desc"]]);
}

/** The representation that a mutation was about, as the caller may see it now. */
export function showRepresentation(given: Hub, info: FieldInfo, id: string): Promise<unknown> {
  const hub = asThemselves(given);
  return hub.plans.one(hub, info, { id });
}

/** Whether one may act by it today. */
export const holdsToday = ({ clock }: Hub, state: string, validTo: string | null): boolean => state === "APPROVED" && validTo !== null && validTo >= dayInRome(clock.now());
