import { BrokenCircuitError, CircuitState, CountBreaker, ExponentialBackoff, TimeoutStrategy, circuitBreaker, handleWhen, retry, timeout } from "cockatiel";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { SourceMalformed, SourceRefused, SourceUnavailable, TryLater, Unreadable, failureOf, type SourceName } from "./upstream/failures.ts";

export { SourceMalformed, SourceRefused, SourceUnavailable, TryLater, Unreadable, failureOfStatus, type SourceName } from "./upstream/failures.ts";
export { createHttp } from "./upstream/http.ts";

/** How a source has been doing. `since` is when the present status began; `failures` counts unavailable and unreadable answers. */
export interface SourceHealth {
  readonly source: SourceName;
  readonly status: "UP" | "DOWN" | "UNKNOWN";
  /** CLOSED lets calls through; OPEN answers them itself until `retryAfter`; then one is TRYING whether the source is back. */
  readonly breaker: "CLOSED" | "OPEN" | "TRYING";
  readonly since: Date;
  readonly retryAfter?: Date;
  readonly calls: number;
  readonly failures: number;
}

const gravity = { UP: 0, UNKNOWN: 1, DOWN: 2 } as const;

/** Of two parts of one source the one that is worse off: a source with a part that is down is not all there. */
export const worse = <Health extends Pick<SourceHealth, "status">>(one: Health, other: Health): Health => (gravity[other.status] > gravity[one.status] ? other : one);

/** One finished call, for metrics. `SHORTED` is a call that the open breaker answered without asking. */
export interface FinishedCall {
  readonly source: SourceName;
  readonly operation: string;
  readonly outcome: "OK" | "UNAVAILABLE" | "SHORTED" | "REFUSED" | "MALFORMED" | "ABORTED" | "FAULT";
  readonly ms: number;
}

export interface UpstreamRequest<T> {
  /** A constant name for logs and metrics. */
  readonly operation: string;
  /** Only reads are retried; a write that gets no answer is unknown. */
  readonly kind: "read" | "write";
  /** Turns the raw answer into our words; whatever it throws, but for the failures named here, makes the answer malformed. */
  readonly parse: (raw: unknown) => T;
  /** The caller's own signal: when it aborts, the call rejects with its reason. */
  readonly signal?: AbortSignal;
}

export interface Upstream {
  /**
   * Asks the source under the deadline, the breaker and, for reads, retries, and parses what it answers.
   * Throws `SourceUnavailable`, `SourceRefused` or `SourceMalformed`; errors that are no failure of the source pass through.
   */
  call<T>(request: UpstreamRequest<T>, ask: (signal: AbortSignal) => Promise<unknown>): Promise<T>;
  readonly health: () => SourceHealth;
  /** Hears of every finished call; returns how to stop listening. */
  onCall(listener: (call: FinishedCall) => void): () => void;
}

export interface UpstreamOptions {
  readonly source: SourceName;
  /** The longest a call may take, retries and waiting for a socket included. */
  readonly deadlineMs: number;
  /** Opens when more than half of the last ten attempts failed, of at least five; asks again after `openMs`. */
  readonly breaker?: { readonly openMs?: number };
  /** At most `attempts` repeats of a read, after random waits below `firstMs`, twice that, … and never above `maxMs`. */
  readonly retry?: { readonly attempts?: number; readonly firstMs?: number; readonly maxMs?: number };
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: () => number;
}

/**
 * What stands around every outside call of one connector of one administration.
 *
 * The deadline is handed to `ask` as a signal and enforced around it as well. The breaker counts attempts that got no
 * answer or an unreadable one. Refusals never count: they are answers. Nor do answers that `parse` rejects: one record
 * outside the contract must not close the source to everybody.
 */
export function createUpstream({ source, deadlineMs, breaker = {}, retry: repeats = {}, clock, log, random = Math.random }: UpstreamOptions): Upstream {
  const { openMs = 10_000 } = breaker;
  const { attempts = 2, firstMs = 100, maxMs = 1_000 } = repeats;
  const listeners = new Set<(call: FinishedCall) => void>();
  const count = { calls: 0, failures: 0 };
  let statusSince = clock.now();
  let failingSince: Date | undefined;
  let openedAt: Date | undefined;
  let answered = false;

  const circuit = circuitBreaker(
    // A trial call that its caller gave up says nothing about the source: the circuit stays open.
    handleWhen(error => error instanceof TryLater || error instanceof Unreadable || (error instanceof CallerGone && circuit.state === CircuitState.HalfOpen)),
    { halfOpenAfter: openMs, breaker: new CountBreaker({ threshold: 0.5, size: 10, minimumNumberOfCalls: 5 }) },
  );
  circuit.onBreak(() => {
    openedAt = clock.now();
    statusSince = failingSince ?? openedAt;
    log.warn({ source }, "source down: breaker opened");
  });
  circuit.onReset(() => {
    openedAt = undefined;
    statusSince = clock.now();
    log.info({ source }, "source up: breaker closed");
  });
  const repeated = retry(
    handleWhen(error => error instanceof TryLater && error.retryAfterMs === undefined),
    { maxAttempts: attempts, backoff: new ExponentialBackoff<number>({ initialDelay: firstMs, maxDelay: maxMs, generator: fullJitter(random) }) },
  );
  const limited = timeout(deadlineMs, TimeoutStrategy.Aggressive);

  const attempt = async (ask: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal, caller: AbortSignal | undefined): Promise<unknown> => {
    if (signal.aborted) throw new CallerGone();
    try {
      const raw = await untilAborted(ask(signal), signal);
      failingSince = undefined;
      answered = true;
      return raw;
    } catch (error) {
      if (caller?.aborted) throw new CallerGone();
      const failure = signal.aborted ? new TryLater("TIMEOUT") : failureOf(source, error);
      if (failure instanceof SourceRefused) answered = true;
      if (failure instanceof SourceRefused || !failure) failingSince = undefined;
      else {
        failingSince ??= clock.now();
        count.failures += 1;
      }
      throw failure ?? error;
    }
  };

  const askOnce = (ask: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal, caller: AbortSignal | undefined) => {
    // Behind a trial call the circuit would make others wait for its outcome: they are told at once instead.
    if (circuit.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    return circuit.execute(({ signal: inner }) => attempt(ask, inner, caller), signal);
  };

  const unavailable = (kind: "read" | "write", diagnosis: string, sent: boolean, retryAfterMs = openMs) =>
    new SourceUnavailable(source, {
      since: failingSince ?? openedAt ?? clock.now(),
      retryAfter: openedAt && diagnosis === "BREAKER_OPEN" ? new Date(openedAt.getTime() + openMs) : new Date(clock.now().getTime() + retryAfterMs),
      unknown: kind === "write" && sent,
      diagnosis,
    });

  const named = (error: unknown, { kind, signal }: UpstreamRequest<unknown>): unknown => {
    if (signal?.aborted) return signal.reason;
    if (error instanceof BrokenCircuitError) return unavailable(kind, "BREAKER_OPEN", false);
    if (error instanceof TryLater) return unavailable(kind, error.diagnosis, error.sent, error.retryAfterMs);
    if (error instanceof Unreadable) return new SourceMalformed(source, error.diagnosis);
    if (isCancelled(error)) return unavailable(kind, "TIMEOUT", true);
    return error;
  };

  const parsed = <T>(request: UpstreamRequest<T>, raw: unknown): T => {
    try {
      return request.parse(raw);
    } catch (error) {
      throw failureOf(source, error) ?? new SourceMalformed(source, "PARSE");
    }
  };

  return {
    async call(request, ask) {
      const started = performance.now();
      let outcome: FinishedCall["outcome"] = "OK";
      count.calls += 1;
      try {
        request.signal?.throwIfAborted();
        const raw = await limited.execute(
          ({ signal }) => request.kind === "write" ? askOnce(ask, signal, request.signal) : repeated.execute(() => askOnce(ask, signal, request.signal), signal),
          request.signal,
        );
        return parsed(request, raw);
      } catch (error) {
        const failure = named(error, request);
        outcome = outcomeOf(failure, request.signal);
        if (failure instanceof SourceUnavailable || failure instanceof SourceRefused || failure instanceof SourceMalformed) {
          log[loudness(outcome)]({ source, operation: request.operation, outcome, diagnosis: failure.diagnosis }, "outside call failed");
        }
        throw failure;
      } finally {
        const finished = { source, operation: request.operation, outcome, ms: performance.now() - started };
        for (const listener of listeners) listener(finished);
      }
    },
    health() {
      const down = circuit.state !== CircuitState.Closed;
      return {
        source,
        status: down ? "DOWN" : answered ? "UP" : "UNKNOWN",
        breaker: !down ? "CLOSED" : circuit.state === CircuitState.HalfOpen ? "TRYING" : "OPEN",
        since: statusSince,
        ...(down && openedAt ? { retryAfter: new Date(openedAt.getTime() + openMs) } : {}),
        ...count,
      };
    },
    onCall(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The caller gave up, or the deadline passed between two attempts: nobody waits for this error. */
class CallerGone extends Error {}

/** Rejects as soon as the signal aborts, whether or not the promise heeds it. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(new CallerGone());
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Waits drawn evenly between nothing and a ceiling that doubles: repeats of many callers spread out. */
const fullJitter = (random: () => number) => (ceiling: number | undefined, { initialDelay, maxDelay }: { initialDelay: number; maxDelay: number }): [number, number] => {
  const top = Math.min(ceiling ?? initialDelay, maxDelay);
  return [random() * top, top * 2];
};

const isCancelled = (error: unknown): boolean => error instanceof CallerGone || (error instanceof Error && "isTaskCancelledError" in error);

/** An open breaker has been reported once; a refusal is an answer; the rest somebody should see. */
const loudness = (outcome: FinishedCall["outcome"]): "debug" | "info" | "warn" => (outcome === "SHORTED" ? "debug" : outcome === "REFUSED" ? "info" : "warn");

function outcomeOf(failure: unknown, signal: AbortSignal | undefined): FinishedCall["outcome"] {
  if (failure instanceof SourceUnavailable) return failure.diagnosis === "BREAKER_OPEN" ? "SHORTED" : "UNAVAILABLE";
  if (failure instanceof SourceRefused) return "REFUSED";
  if (failure instanceof SourceMalformed) return "MALFORMED";
  return signal?.aborted ? "ABORTED" : "FAULT";
}
