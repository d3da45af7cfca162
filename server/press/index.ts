import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Print } from "../../paper/paper.ts";
import type { Delivery, Order } from "./worker.ts";

/** Draws documents beside the thread that answers requests. */
export interface Press {
  readonly print: Print;
  close(): Promise<void>;
}

/** More wait for the press already than it would draw in good time. */
export class PressBusyError extends Error {
  override readonly name = "PressBusyError";
}

/** How many may wait: at tens of milliseconds each, a matter of seconds. */
const mostWaiting = 64;

/** The same file whether this runs as it was written or as it was compiled. */
const thread = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

interface Waiting extends Order {
  /** Somebody still wants it. */
  readonly wanted: () => boolean;
  readonly done: (bytes: Uint8Array) => void;
  readonly fail: (error: Error) => void;
}

/**
 * Opens the press: one thread, begun when the first document is asked for, which draws one after the other. What nobody
 * waits for any more is not drawn. Whoever waited for a thread that died is told so, and the next document begins another.
 */
export function openPress(): Press {
  const waiting: Waiting[] = [];
  let drawn: Waiting | undefined;
  let worker: Worker | undefined;
  let last = 0;

  const next = (): void => {
    drawn = undefined;
    while (drawn === undefined && waiting.length > 0) {
      const one = waiting.shift()!;
      if (one.wanted()) drawn = one;
    }
    // A thread with nothing to do keeps nobody from stopping.
    if (drawn === undefined) return worker?.unref();
    worker ??= begin();
    worker.ref();
    worker.postMessage({ number: drawn.number, paper: drawn.paper } satisfies Order);
  };
  const begin = (): Worker => {
    const begun = new Worker(thread);
    begun.on("message", (delivery: Delivery) => {
      if (delivery.number !== drawn?.number) return;
      if ("bytes" in delivery) drawn.done(delivery.bytes);
      else drawn.fail(new Error(`the document could not be drawn: ${delivery.failure}`));
      next();
    });
    begun.on("error", () => undefined);
    begun.on("exit", () => {
      if (worker !== begun) return;
      worker = undefined;
      drawn?.fail(new Error("the press stopped while it drew"));
      next();
    });
    return begun;
  };

  return {
    async print(paper, signal) {
      signal.throwIfAborted();
      if (waiting.filter(({ wanted }) => wanted()).length >= mostWaiting) throw new PressBusyError("too many documents wait for the press");
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      const leave = (): void => reject(signal.reason as Error);
      signal.addEventListener("abort", leave, { once: true });
      waiting.push({ number: (last += 1), paper, wanted: () => !signal.aborted, done: resolve, fail: reject });
      if (drawn === undefined) next();
      return promise.finally(() => signal.removeEventListener("abort", leave));
    },
    async close() {
      const failed = waiting.splice(0);
      await worker?.terminate();
      for (const { fail } of failed) fail(new Error("the press stopped"));
    },
  };
}
