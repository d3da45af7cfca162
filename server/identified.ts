import type { Clock } from "../kernel/clock.ts";
import type { Identified } from "../operations/session/identify.ts";
import type { AccessWatch } from "./events/access.ts";

/** For how long it may be believed that a session or token stands for somebody, in milliseconds: what the database has not said meanwhile is asked anew. */
const believedMs = 1_000;

/** How many sessions and tokens are remembered. */
const most = 10_000;

/** Remembers for a moment whom sessions and tokens stand for: a page asks several times in a row, a socket at every event, and each would ask the database first. */
export interface Memory {
  /** Whom a session or token stands for, by its hash, as it was found a moment ago or as `find` finds it now; null when nobody. */
  of(hash: string, find: () => Promise<Identified | null>): Promise<Identified | null>;
  /** Forgets what one person holds: what they have just done here may have changed who they are. */
  forget(holderId: string): void;
  /** Forgets everybody. */
  clear(): void;
}

/** Somebody who is remembered. */
interface Kept {
  readonly found: Identified;
  /** When it was asked, in milliseconds. */
  readonly since: number;
  readonly forget: () => void;
}

/** A question to the database under way, and who was forgotten since it was asked: what it finds of them may be what was before. */
interface Asking {
  readonly answer: Promise<Identified | null>;
  readonly forgotten: Set<string>;
  everybody: boolean;
}

/**
 * Makes the memory of a process. What it holds is dropped as soon as the database says that the access of its caller has
 * changed, and after a second in any case: so a session or token that ends is refused within that second even where the word
 * of it is lost. A session that is yet to be marked as seen is not remembered.
 */
export function rememberIdentified(access: AccessWatch, clock: Clock): Memory {
  /** The questions that others may wait for: many who come at once ask once. */
  const asked = new Map<string, Asking>();
  const asking = new Set<Asking>();
  const kept = new Map<string, Kept>();
  const byHolder = new Map<string, Set<Kept>>();

  const keep = (hash: string, found: Identified, since: number): void => {
    kept.get(hash)?.forget();
    const forget = (): void => {
      clearTimeout(timer);
      stop();
      if (kept.get(hash) === entry) kept.delete(hash);
      theirs.delete(entry);
      if (theirs.size === 0 && byHolder.get(found.holderId) === theirs) byHolder.delete(found.holderId);
    };
    const entry = { found, since, forget };
    const theirs = byHolder.get(found.holderId) ?? new Set();
    byHolder.set(found.holderId, theirs.add(entry));
    const timer = setTimeout(forget, believedMs).unref();
    const stop = access.watch(found.caller, forget);
    kept.set(hash, entry);
    if (kept.size > most) kept.values().next().value!.forget();
  };

  const ask = async (hash: string, find: () => Promise<Identified | null>, now: number): Promise<Identified | null> => {
    const question: Asking = { answer: find(), forgotten: new Set(), everybody: false };
    asking.add(question);
    asked.set(hash, question);
    try {
      const found = await question.answer;
      if (found && !found.stale && !question.everybody && !question.forgotten.has(found.holderId)) keep(hash, found, now);
      return found;
    } finally {
      asking.delete(question);
      if (asked.get(hash) === question) asked.delete(hash);
    }
  };

  return {
    async of(hash, find) {
      const known = kept.get(hash);
      const now = clock.now().getTime();
      if (known && now >= known.since && now < Math.min(known.since + believedMs, known.found.caller.expiresAt?.getTime() ?? Infinity)) return known.found;
      // Whoever asked first may have left meanwhile, and their question with them.
      return asked.get(hash)?.answer.catch(find) ?? ask(hash, find, now);
    },
    forget(holderId) {
      for (const { forgotten } of asking) forgotten.add(holderId);
      // Nobody knows yet whom these will find: who comes now asks anew.
      asked.clear();
      for (const { forget } of [...byHolder.get(holderId) ?? []]) forget();
    },
    clear() {
      for (const question of asking) question.everybody = true;
      asked.clear();
      for (const { forget } of [...kept.values()]) forget();
    },
  };
}
