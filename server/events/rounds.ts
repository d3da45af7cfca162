/** Has something done in its turn. */
export type Rounds = (work: () => void) => void;

/**
 * Does so many things in one round of the event loop, and the others in the next ones, in the order in which they came. One
 * event may wake thousands of listeners: woken all at once, they would hold up whatever else the process is asked for, and
 * what they hold meanwhile would outlive the memory that is cheap to clean.
 */
export function createRounds(most: number): Rounds {
  let waiting: (() => void)[] = [];
  let next = 0;
  let done = 0;
  const round = (): void => {
    done = 0;
    for (; done < most && next < waiting.length; next += 1) begin(waiting[next]!);
    if (next === waiting.length) [waiting, next] = [[], 0];
  };
  const begin = (work: () => void): void => {
    done += 1;
    if (done === 1) setImmediate(round);
    work();
  };
  return work => (done < most && waiting.length === 0 ? begin(work) : void waiting.push(work));
}
