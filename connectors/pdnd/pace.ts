import type { Clock } from "../../kernel/clock.ts";

type Headers = Readonly<Record<string, unknown>>;

/** How long to hold back when a server says "too many" and nothing else. */
const unsaidMs = 10_000;

/**
 * Heeds the rate limit of PDND's token server: so many requests in an interval, replenished constantly
 * (`X-Rate-Limit-Limit`, `-Remaining`, `-Interval` in milliseconds).
 */
export class Pace {
  private freeAt = 0;

  constructor(private readonly clock: Clock) {}

  /** How long to wait before the next request, in milliseconds. */
  waitMs(): number {
    return Math.max(0, this.freeAt - this.clock.now().getTime());
  }

  /** Reads what an answer says; returns how long to wait after it. */
  heed(status: number, headers: Headers): number {
    const [limit, remaining, interval] = ["limit", "remaining", "interval"].map(name => numberOf(headers[`x-rate-limit-${name}`]));
    const oneMore = limit && interval ? Math.ceil(interval / limit) : undefined;
    const wait = status === 429 ? (secondsOf(headers) ?? oneMore ?? unsaidMs) : remaining === 0 ? (oneMore ?? 0) : 0;
    this.freeAt = Math.max(this.freeAt, this.clock.now().getTime() + wait);
    return wait;
  }
}

/** How long a provider asks to be left alone, in milliseconds: `Retry-After`, or the reset of its rate limit (RAC_ROBUSTEZZA). */
export const patienceOf = (headers: Headers): number => secondsOf(headers) ?? unsaidMs;

const secondsOf = (headers: Headers): number | undefined => {
  const seconds = numberOf(headers["retry-after"]) ?? numberOf(headers["x-ratelimit-reset"]);
  return seconds === undefined ? undefined : seconds * 1000;
};

const numberOf = (value: unknown): number | undefined => (typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : undefined);
