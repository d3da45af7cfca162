import type { Log } from "../../kernel/log.ts";
import type { Caller } from "../../operations/caller.ts";
import { listenOn } from "./ear.ts";

/** Tells whoever keeps a connection open that what its caller may do has changed. */
export interface AccessWatch {
  /** Calls `changed` soon after anything that the caller's access rests on has changed, wherever that was done; returns how to stop. */
  watch(caller: Caller, changed: () => void): () => void;
  close(): Promise<void>;
}

/** The session, client, member of staff, partner and agreement that a caller's access rests on, by their keys. */
function groundsOf(caller: Caller): readonly string[] {
  switch (caller.kind) {
    case "visitor": return [];
    case "citizen": return [caller.sessionId, ...(caller.client === undefined ? [] : [caller.client])];
    case "staff": return [caller.sessionId, caller.memberId, ...(caller.client === undefined ? [] : [caller.client])];
    case "partner": return [caller.partnerId, caller.agreementId];
  }
}

/**
 * Hears from the database itself whose access has changed: triggers on sessions, tokens, clients, staff, roles, partners and agreements say
 * so at the commit, whoever wrote. So nobody has to ask again and again on behalf of every open connection; only when the
 * ear was lost for a while are all of them told to look.
 */
export async function watchAccess(url: string, log: Log): Promise<AccessWatch> {
  const watchers = new Map<string, Set<() => void>>();
  const ear = await listenOn({ url, channel: "hub_access", name: "sportello-hub access", log }, id => {
    const concerned = id === undefined ? [...watchers.values()].flatMap(set => [...set]) : [...(watchers.get(id) ?? [])];
    for (const changed of new Set(concerned)) changed();
  });
  return {
    watch(caller, changed) {
      const ids = groundsOf(caller);
      for (const id of ids) watchers.set(id, (watchers.get(id) ?? new Set()).add(changed));
      return () => {
        for (const id of ids) {
          watchers.get(id)?.delete(changed);
          if (watchers.get(id)?.size === 0) watchers.delete(id);
        }
      };
    },
    close: () => ear.close(),
  };
}
