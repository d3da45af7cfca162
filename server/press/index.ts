import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Paper, Print } from "../../paper/paper.ts";
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

interface Waiting {
  readonly done: (bytes: Uint8Array) => void;
  readonly fail: (error: Error) => void;
}

/**
 * Opens the press: one thread, begun when the first document is asked for, which draws one after the other. Whoever waited
 * when a thread died is told so, and the next document begins another.
 */
export function openPress(): Press {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let last = 0;

  const settle = (number: number, how: (one: Waiting) => void): void => {
    const one = waiting.get(number);
    waiting.delete(number);
    if (one) how(one);
    // A thread with nothing to do keeps nobody from stopping.
    if (waiting.size === 0) worker?.unref();
  };
  const begin = (): Worker => {
    const begun = new Worker(thread);
    begun.on("message", (delivery: Delivery) => settle(delivery.number, ({ done, fail }) =>
      "bytes" in delivery ? done(delivery.bytes) : fail(new Error(`the document could not be drawn: ${delivery.failure}`))));
    begun.on("error", () => undefined);
    begun.on("exit", () => {
      if (worker === begun) worker = undefined;
      for (const number of [...waiting.keys()]) settle(number, ({ fail }) => fail(new Error("the press stopped while it drew")));
    });
    return begun;
  };

  return {
    print(paper: Paper, signal: AbortSignal) {
      signal.throwIfAborted();
      if (waiting.size >= mostWaiting) throw new PressBusyError("too many documents wait for the press");
      worker ??= begin();
      worker.ref();
      const number = (last += 1);
      return new Promise<Uint8Array>((done, fail) => {
        const leave = (): void => settle(number, () => fail(signal.reason as Error));
        signal.addEventListener("abort", leave, { once: true });
        const stay = (): void => signal.removeEventListener("abort", leave);
        waiting.set(number, { done: bytes => { stay(); done(bytes); }, fail: error => { stay(); fail(error); } });
        worker!.postMessage({ number, paper } satisfies Order);
      });
    },
    close: async () => void (await worker?.terminate()),
  };
}
