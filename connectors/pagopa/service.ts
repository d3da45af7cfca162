import type { AxiosResponse } from "axios";
import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { createHttp, createUpstream, type FinishedCall, type SourceName, type Upstream } from "../upstream.ts";

/** How one administration reaches a service of the pagoPA platform. */
export const serviceSettings = z.object({
  /** The service with its version, for example `https://api.platform.pagopa.it/checkout/ec/v2`. */
  url: z.url({ protocol: /^https?$/ }),
  /** The key of the product, primary or secondary, from pagoPA's BackOffice. */
  subscriptionKey: z.string().min(1),
  /** The longest that a call may take, in milliseconds. */
  deadlineMs: z.int().positive().default(5_000),
});

export type ServiceSettings = z.input<typeof serviceSettings>;

/** What the clients of pagoPA's services need besides their settings. */
export interface PagopaDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every finished call, for metrics. */
  readonly onCall?: (call: FinishedCall) => void;
}

export interface Service extends Pick<Upstream, "call" | "health"> {
  /** Sends JSON with the key of the product; statuses other than `expected` reject. Redirects are answers, never followed. */
  post(path: string, body: object, expected: readonly number[], signal: AbortSignal): Promise<AxiosResponse<unknown>>;
  /** As `post`, by another method; without a body where there is none. */
  send(method: "POST" | "PUT" | "DELETE", path: string, body: object | undefined, expected: readonly number[], signal: AbortSignal): Promise<AxiosResponse<unknown>>;
  /** Reads JSON with the key of the product; statuses other than 200 reject. What stands in `path` is written for addresses already. */
  get(path: string, query: Readonly<Record<string, string | number>>, signal: AbortSignal): Promise<AxiosResponse<unknown>>;
}

/** Stands between one service of the platform and its client: key, size (in bytes, of an answer), deadline, breaker. Throws when the settings are not right. */
export function openService(source: SourceName, input: ServiceSettings, { clock, log, onCall }: PagopaDeps, maxAnswerBytes = 65_536): Service {
  const { url, subscriptionKey, deadlineMs } = serviceSettings.parse(input);
  const http = createHttp({ maxAnswerBytes });
  const base = url.replace(/\/$/, "");
  const headers = { "Ocp-Apim-Subscription-Key": subscriptionKey };
  const upstream = createUpstream({ source, deadlineMs, clock, log });
  if (onCall) upstream.onCall(onCall);
  return {
    ...upstream,
    post: (path, body, expected, signal) => http.post<unknown>(base + path, body, { signal, headers, validateStatus: status => expected.includes(status) }),
    send: (method, path, data, expected, signal) => http.request<unknown>({ method, url: base + path, data, signal, headers, validateStatus: status => expected.includes(status) }),
    get: (path, params, signal) => http.get<unknown>(base + path, { signal, headers, params, validateStatus: status => status === 200 }),
  };
}

/** Text for a field of 140, counted in UTF-16 units as the platform's validators count; no half of a character is left at the end. */
export const cut = (text: string): string => text.slice(0, 140).replace(/[\uD800-\uDBFF]$/, "");

/** Text that can be kept: of a length, without half characters and without the one that no database takes. */
export const keepable = (most: number, least = 1): z.ZodType<string> => z.string().min(least).max(most).refine(text => text.isWellFormed() && !text.includes("\0"));

/** Decimal euro as the platform writes them, in cents. The dust that adding up leaves on binary fractions is no part of a cent; anything else is. */
export const euros: z.ZodType<number> = z.number().min(0).transform((value, context) => {
  const cents = Math.round(value * 100);
  if (!Number.isSafeInteger(cents) || (cents / 100 !== value && Math.abs(value * 100 - cents) > 0.0001)) context.addIssue("no whole cents");
  return cents;
});
