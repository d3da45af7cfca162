/** Gives every caller a share of the time in which new documents are worked on, so that one who sends many does not stand in everybody's way. */
export interface Lanes {
  /**
   * Waits for the caller's turn, and gives what to call once the work is over. Undefined when so many of theirs wait that
   * this one need not; rejects with the signal's reason when that comes first.
   */
  enter(key: string, signal: AbortSignal): Promise<(() => void) | undefined>;
}

interface Lane {
  /** Milliseconds that may be worked at once; below zero, what is owed. */
  credit: number;
  /** When the credit was reckoned. */
  since: number;
  waiting: number;
  /** Ends when the one before has left. */
  tail: Promise<void>;
}

/** A caller who was quiet may take so many milliseconds at once. */
const mostCredit = 100;

/** How many of one caller's may wait. */
const mostWaiting = 20;

/** How much of the work is seen here: a new document is planned and run for the first time afterwards, which takes about as long again. */
const seen = 0.5;

/** Makes the lanes. `share`: of the time, what one caller may take; 1 makes nobody wait. */
export function createLanes(share: number): Lanes {
  const lanes = new Map<string, Lane>();
  const settle = (lane: Lane): void => {
    const now = performance.now();
    lane.credit = Math.min(mostCredit, lane.credit + (now - lane.since) * share);
    lane.since = now;
  };

  return {
    async enter(key, signal) {
      if (share >= 1) return () => undefined;
      const lane = lanes.get(key) ?? { credit: mostCredit, since: performance.now(), waiting: 0, tail: Promise.resolve() };
      if (lane.waiting >= mostWaiting) return undefined;
      lanes.set(key, lane);
      lane.waiting += 1;
      const before = lane.tail;
      const { promise, resolve } = Promise.withResolvers<void>();
      lane.tail = promise;
      const leave = (): void => {
        lane.waiting -= 1;
        if (lane.waiting === 0) setTimeout(() => { if (lane.waiting === 0) lanes.delete(key); }, mostCredit / share).unref();
        resolve();
      };
      try {
        await before;
        settle(lane);
        if (lane.credit < 0) await pause(-lane.credit / share, signal);
        signal.throwIfAborted();
      } catch (error) {
        leave();
        throw error;
      }
      const began = performance.now();
      return () => {
        settle(lane);
        lane.credit -= (performance.now() - began) / seen;
        leave();
      };
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", aborted);
      resolve();
    }, ms);
    signal.addEventListener("abort", aborted, { once: true });
  });
}
