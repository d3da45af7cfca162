import type { Log } from "../kernel/log.ts";
import type { Published } from "../operations/event/bus.ts";
import { followEvents, type Follower } from "../operations/event/follow.ts";
import type { JobHub } from "../operations/job.ts";
import { describeFailure } from "./failure.ts";
import { single } from "./events/single.ts";

interface Deps {
  readonly hear: (listener: (event: Published) => void) => () => void;
  readonly hub: (signal: AbortSignal) => JobHub;
  readonly followers: readonly Follower[];
  /** How often to look for events that this process was not told of, or that could not be followed. */
  readonly paceSeconds: number;
  readonly log: Log;
}

/** The longest that following one batch of events may take. */
const batchMs = 30_000;

/** Has done what follows from events, soon after they are published, in whichever process is first. */
export function startFollowing({ hear, hub, followers, paceSeconds, log }: Deps): { close(): Promise<void> } {
  const kinds = new Set(followers.flatMap(follower => follower.kinds));
  const closing = new AbortController();
  const following = single(
    async () => !closing.signal.aborted && followEvents(hub(AbortSignal.any([closing.signal, AbortSignal.timeout(batchMs)])), followers),
    error => log.warn({ failure: describeFailure(error) }, "what follows from events waits: it could not be begun"),
  );
  const stop = hear(({ kind }) => {
    if (kinds.has(kind)) void following();
  });
  const sweep = setInterval(() => void following(), paceSeconds * 1_000);
  void following();
  return {
    async close() {
      stop();
      clearInterval(sweep);
      closing.abort();
      await following.idle();
    },
  };
}
