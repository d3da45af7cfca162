import { Delegation } from "../../entities/delegation.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { asThemselves } from "./themselves.ts";

/** Ends acting for another in this session, from the next request on; nothing when nobody was acted for. */
export const stopActing = (hub: Hub, input: { readonly idempotencyKey: string }) =>
  once(asThemselves(hub), "stopActing", input, commit => commit(async em => {
    const { caller, clock } = asThemselves(hub);
    if (caller.kind !== "citizen") throw problem("NOT_FOUND");
    const now = clock.now();
    await em.nativeUpdate(Delegation, { session: caller.sessionId, endedAt: null }, { endedAt: now });
    return { __typename: "StopActingSuccess", at: now.toISOString() };
  }));
