import type { Hub } from "../hub.ts";

/** By what right somebody else acts for the caller; null when they act themselves. */
export function showDelegation({ caller }: Hub): object | null {
  if (caller.kind !== "citizen" || !caller.acting) return null;
  const { by, kind, since } = caller.acting;
  return { kind, since: since.toISOString(), actorName: `${by.givenName} ${by.familyName}` };
}
