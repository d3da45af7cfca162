import type { Log } from "../kernel/log.ts";
import type { Published } from "../operations/event/bus.ts";
import type { JobHub } from "../operations/job.ts";
import { isTold, queueMessages } from "../operations/message/queue-messages.ts";
import { describeFailure } from "./failure.ts";
import { single } from "./events/single.ts";

interface Deps {
  readonly hear: (listener: (event: Published) => void) => () => void;
  readonly hub: (signal: AbortSignal) => JobHub;
  /** How often to look for events that this process was not told of, or whose messages could not be made. */
  readonly paceSeconds: number;
  readonly log: Log;
}

/** The longest that making one batch of messages may take. */
const batchMs = 30_000;

/** Makes the messages that follow from events, soon after they are published, in whichever process is first. */
export function startMessages({ hear, hub, paceSeconds, log }: Deps): { close(): Promise<void> } {
  const closing = new AbortController();
  const making = single(
    async () => !closing.signal.aborted && queueMessages(hub(AbortSignal.any([closing.signal, AbortSignal.timeout(batchMs)]))),
    error => log.warn({ failure: describeFailure(error) }, "messages wait: they could not be made"),
  );
  const stop = hear(({ kind }) => {
    if (isTold(kind)) void making();
  });
  const sweep = setInterval(() => void making(), paceSeconds * 1_000);
  void making();
  return {
    async close() {
      stop();
      clearInterval(sweep);
      closing.abort();
      await making.idle();
    },
  };
}
