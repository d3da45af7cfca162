import type { Caller } from "../../operations/caller.ts";
import type { Answer, Graph } from "./execute.ts";

/** What is known of an operation once it is over: nothing of what it asked, nor of who asked. */
export interface Finished {
  readonly type: "query" | "mutation" | "subscription" | "unknown";
  readonly caller: Caller["kind"];
  /** `PARTIAL`: data with errors beside them; `REFUSED`: nothing was run. */
  readonly outcome: "OK" | "PARTIAL" | "FAILED" | "REFUSED";
  /** The stable codes of its errors. */
  readonly codes: readonly string[];
  readonly ms: number;
}

/** Somebody who watches the graph at work. */
export interface Watch {
  /** Stands around an operation, from its text to its answer or, for a subscription, to its standing; `done` tells how it went. */
  operation<Result>(work: () => Promise<Result>, done: (result: Result) => Finished): Promise<Result>;
  /** An event was read for its listener. */
  delivered(event: Finished): void;
  /** A subscription began (1) or ended (-1). */
  listening(change: 1 | -1): void;
}

/** The graph, with somebody watching. Without watchers it is the graph itself. */
export function observed(graph: Graph, watches: readonly Watch[]): Graph {
  if (watches.length === 0) return graph;
  const around = <Result>(work: () => Promise<Result>, done: (result: Result) => Finished): Promise<Result> =>
    watches.reduceRight((inner, watch) => () => watch.operation(inner, done), work)();

  return {
    knows: (hub, asked) => graph.knows(hub, asked),
    refuses(hub, source) {
      const began = performance.now();
      const answer = graph.refuses(hub, source);
      if (answer) void around(async () => answer, () => finished(answer, hub.caller.kind, began));
      return answer;
    },
    run(hub, asked) {
      const began = performance.now();
      return around(() => graph.run(hub, asked), answer => finished(answer, hub.caller.kind, began));
    },
    async subscribe(hub, asked, fresh) {
      const { kind } = hub.caller;
      const began = performance.now();
      let heard = began;
      const timed: typeof fresh = () => {
        heard = performance.now();
        return fresh();
      };
      const result = await around(() => graph.subscribe(hub, asked, timed), opened =>
        Symbol.asyncIterator in opened ? { type: "subscription", caller: kind, outcome: "OK", codes: [], ms: performance.now() - began } : finished(opened, kind, began));
      if (!(Symbol.asyncIterator in result)) return result;
      for (const watch of watches) watch.listening(1);
      return counted(result, answer => { for (const watch of watches) watch.delivered(finished(answer, kind, heard)); }, () => { for (const watch of watches) watch.listening(-1); });
    },
  };
}

const stable = /^[A-Z][A-Z_]{1,39}$/;

function finished({ type, data, errors = [], refused }: Answer, caller: Caller["kind"], began: number): Finished {
  const codes = errors.map(({ extensions }) => extensions?.["code"]).map(code => (typeof code === "string" && stable.test(code) ? code : "UNKNOWN"));
  const outcome = refused ? "REFUSED" : errors.length === 0 ? "OK" : data && Object.values(data).some(value => value !== null) ? "PARTIAL" : "FAILED";
  return { type: type ?? "unknown", caller, outcome, codes: [...new Set(codes)], ms: performance.now() - began };
}

/** Tells of each answer of a stream, and once of its end, however it comes. */
function counted(stream: AsyncIterableIterator<Answer>, each: (answer: Answer) => void, end: () => void): AsyncIterableIterator<Answer> {
  let open = true;
  const close = (): void => {
    if (open) end();
    open = false;
  };
  return {
    async next() {
      const step = await stream.next();
      if (step.done) close();
      else each(step.value);
      return step;
    },
    async return() {
      close();
      return (await stream.return?.()) ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
