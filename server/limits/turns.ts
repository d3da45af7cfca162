/** Lets so many do something at once; the others wait for their turn, in the order in which they came. */
export interface Turns {
  /** Waits, and gives what to call when it was done. */
  enter(): Promise<() => void>;
}

/** Makes them. */
export function createTurns(most: number): Turns {
  const waiting: (() => void)[] = [];
  let first = 0;
  let inside = 0;
  const leave = (): void => {
    const next = waiting[first];
    if (!next) return void (inside -= 1);
    first += 1;
    // What was waited for is let go of in one piece: taking thousands from the head one by one would move all the others each time.
    if (first === waiting.length) waiting.length = first = 0;
    next();
  };
  return {
    async enter() {
      if (inside < most) inside += 1;
      else await new Promise<void>(resolve => void waiting.push(resolve));
      return leave;
    },
  };
}
