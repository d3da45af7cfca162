import type { Hub } from "../hub.ts";

/** The hub as whoever really asks has it: what belongs to the sign-in is theirs, also while they act for another. */
export function asThemselves(hub: Hub): Hub {
  const { caller } = hub;
  return caller.kind === "citizen" && caller.acting ? (Object.create(hub, { caller: { value: caller.acting.by, enumerable: true } }) as Hub) : hub;
}
