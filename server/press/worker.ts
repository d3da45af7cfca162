import { parentPort } from "node:worker_threads";
import { draw } from "../../paper/draw.ts";
import type { Paper } from "../../paper/paper.ts";

/** What the press hands its thread, and what comes back. Nothing is said of why a drawing failed but the kind of failure: its words may hold what was printed. */
export interface Order {
  readonly number: number;
  readonly paper: Paper;
}
export type Delivery = { readonly number: number; readonly bytes: Uint8Array } | { readonly number: number; readonly failure: string };

parentPort!.on("message", ({ number, paper }: Order) => {
  void Promise.resolve().then(() => draw(paper)).then(
    bytes => parentPort!.postMessage({ number, bytes } satisfies Delivery),
    (error: unknown) => parentPort!.postMessage({ number, failure: error instanceof Error ? error.name : "unknown" } satisfies Delivery),
  );
});
