import type { Log } from "../kernel/log.ts";
import { describeFailure } from "./failure.ts";

const dayMs = 86_400_000;

/** Something to be done once a day; it answers what it did, in numbers for the log. Doing it again is harmless. */
export type Chore = () => Promise<object>;

/**
 * Does the chores now and then once a day, one after the other, in every process: they are such that it does not matter
 * which one was first. A chore that fails is told of and tried again the next day.
 */
export function startUpkeep(chores: Readonly<Record<string, Chore>>, log: Log): { close(): Promise<void> } {
  const round = async (): Promise<void> => {
    for (const [chore, act] of Object.entries(chores)) {
      try {
        log.info({ chore, ...(await act()) }, "upkeep done");
      } catch (error) {
        log.error({ chore, failure: describeFailure(error) }, "upkeep failed");
      }
    }
  };
  let turn = round();
  const timer = setInterval(() => { turn = turn.then(round); }, dayMs);
  return {
    async close() {
      clearInterval(timer);
      await turn;
    },
  };
}
