import { CloseCode } from "graphql-ws";
import type { WebSocket } from "ws";
import { HubError } from "../../kernel/errors.ts";
import type { Caller } from "../../operations/caller.ts";
import type { AccessWatch } from "../events/access.ts";

/** How long to wait, in milliseconds, before asking again when nobody could say who the caller is. */
const pauseMs = 1_000;

/**
 * Closes a socket with 4403 as soon as its caller is not who they were when it was opened: the session ended, a role or an
 * agreement was taken away or given. What runs on it was prepared for what they were; whoever is still somebody opens it anew.
 */
export function closeOnChange(socket: WebSocket, caller: Caller, present: () => Promise<Caller>, access: AccessWatch): void {
  const before = standingOf(caller);
  let retry: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    try {
      if (standingOf(await present()) !== before) socket.close(CloseCode.Forbidden, "ACCESS_CHANGED");
    } catch (error) {
      if (error instanceof HubError) socket.close(CloseCode.Forbidden, (error as HubError).code);
      else retry = setTimeout(() => void look(), pauseMs);
    }
  };
  const stop = access.watch(caller, () => void look());
  socket.once("close", () => {
    stop();
    clearTimeout(retry);
  });
  // Something may have changed between the caller's being identified and the watch.
  if (caller.kind !== "visitor") void look();
}

/** Who somebody is and what they may do, to be compared. */
const standingOf = (caller: Caller): string => JSON.stringify([
  caller.key, [...caller.permissions].sort(), caller.kind === "staff" ? caller.assignments : null, "assurance" in caller ? caller.assurance : null,
]);
