import { problem } from "../../entities/problem.ts";
import { Session } from "../../entities/session.ts";
import { asThemselves } from "../delegation/themselves.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";

/**
 * Ends a session of the caller's own, here or on another device: nobody can use it any more, sockets opened with it close.
 * The identity provider is not told: only the browser that holds the session can be sent there. Throws NOT_FOUND.
 */
export const endSession = (hub: Hub, input: { readonly session: string; readonly idempotencyKey: string }) =>
  once(asThemselves(hub), "endSession", input, commit => commit(async em => {
    const { caller, administration, clock } = asThemselves(hub);
    const id = keyOf("ses", input.session, "input", "session");
    const session = caller.kind === "citizen" ? await em.findOne(Session, { id, administration: administration.id, citizen: caller.citizenId }, forUpdate) : null;
    if (!session) throw problem("NOT_FOUND", { path: ["input", "session"] });
    session.endedAt ??= clock.now();
    return { __typename: "EndSessionSuccess", sessionId: id };
  }));
