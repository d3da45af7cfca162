import type { Clock } from "../kernel/clock.ts";
import type { Identified } from "../operations/session/identify.ts";
import type { AccessWatch } from "./events/access.ts";

/** For how long it may be believed that a session stands for somebody, in milliseconds: what the database has not said meanwhile is asked anew. */
const believedMs = 1_000;

/** How many sessions are remembered. */
const most = 10_000;

/** Remembers for a moment whom sessions stand for: a page asks several times in a row, and each would ask the database first. */
export interface Memory {
  /** Whom a session stands for, as it was found a moment ago or as `find` finds it now; null when nobody. */
  of(secretHash: string, find: () => Promise<Identified | null>): Promise<Identified | null>;
  /** Forgets everybody: what this process has just done may have changed who they are. */
  clear(): void;
}

/**
 * Makes the memory of a process. What it holds is dropped as soon as the database says that the access of its caller has
 * changed, and after a second in any case: so a session that ends is refused within that second even where the word of it
 * is lost. A session that is yet to be marked as seen is not remembered.
 */
export function rememberIdentified(access: AccessWatch, clock: Clock): Memory {
  /** Those who are being asked for: many who come at once ask once. */
  const asked = new Map<string, Promise<Identified | null>>();
  const kept = new Map<string, { readonly found: Identified; readonly since: number; readonly forget: () => void }>();

  const keep = (secretHash: string, found: Identified, since: number): void => {
    kept.get(secretHash)?.forget();
    const forget = (): void => {
      clearTimeout(timer);
      stop();
      if (kept.get(secretHash) === entry) kept.delete(secretHash);
    };
    const entry = { found, since, forget };
    const timer = setTimeout(forget, believedMs).unref();
    const stop = access.watch(found.caller, forget);
    kept.set(secretHash, entry);
    if (kept.size > most) kept.values().next().value!.forget();
  };

  return {
    async of(secretHash, find) {
      const known = kept.get(secretHash);
      const now = clock.now().getTime();
      if (known && now >= known.since && now < Math.min(known.since + believedMs, known.found.caller.expiresAt?.getTime() ?? Infinity)) return known.found;
      // Whoever asked first may have left meanwhile, and their question with them.
      const under = asked.get(secretHash);
      if (under) return under.catch(find);
      const asking = find();
      asked.set(secretHash, asking);
      try {
        const found = await asking;
        // What was asked before everybody was forgotten is not remembered.
        if (found && !found.stale && asked.get(secretHash) === asking) keep(secretHash, found, now);
        return found;
      } finally {
        if (asked.get(secretHash) === asking) asked.delete(secretHash);
      }
    },
    clear() {
      asked.clear();
      for (const { forget } of [...kept.values()]) forget();
    },
  };
}
