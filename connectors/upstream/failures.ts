import { isAxiosError } from "axios";
import { HubError } from "../../kernel/errors.ts";

/** The outside systems, by the names that the graph, the metrics and the status page show. */
export type SourceName =
  | "ANPR" | "SPID" | "CIE" | "PDND"
  | "PAGOPA_CHECKOUT" | "PAGOPA_ACA" | "PAGOPA_GPD" | "PAGOPA_FDR" | "PAGOPA_BIZ_EVENTS"
  | "IO" | "SMTP";

/**
 * The source gave no answer: it is down, too slow, unreachable, or its breaker is open. Trying again may help.
 *
 * `since` is the first failure of the present run of failures; `retryAfter` is when asking again makes sense.
 * `unknown` is true when a write may have been carried out all the same: keep it pending and reconcile, never repeat it
 * under another key. `diagnosis` is a code for `doctor` and the log (`TIMEOUT`, `HTTP_503`, `ECONNRESET`), never shown.
 */
export class SourceUnavailable extends HubError<"SOURCE_UNAVAILABLE"> {
  override readonly name = "SourceUnavailable";
  readonly since: Date;
  readonly retryAfter: Date;
  readonly unknown: boolean;
  readonly diagnosis: string;

  constructor(readonly source: SourceName, { since, retryAfter, unknown = false, diagnosis }: { since: Date; retryAfter: Date; unknown?: boolean; diagnosis: string }) {
    super("SOURCE_UNAVAILABLE", `${source} gives no answer`, { details: { source, since, retryAfter, unknown } });
    this.since = since;
    this.retryAfter = retryAfter;
    this.unknown = unknown;
    this.diagnosis = diagnosis;
  }
}

/**
 * The source answered, and its answer is no. Trying again without a change is useless.
 *
 * `reason` is a stable code in the hub's words (`NOT_FOUND`, `AMBIGUOUS`, `NOT_AUTHORISED`, `BAD_REQUEST`, …);
 * `diagnosis` carries the source's own codes (never its text) for `doctor` and the log, and is never shown;
 * `details` are plain values that are safe to show.
 */
export class SourceRefused extends HubError<"SOURCE_REFUSED"> {
  override readonly name = "SourceRefused";

  constructor(readonly source: SourceName, readonly reason: string, readonly diagnosis?: string, details: Readonly<Record<string, unknown>> = {}) {
    super("SOURCE_REFUSED", `${source} refuses: ${reason}`, { details: { source, reason, ...details } });
  }
}

/**
 * The source answered something that its contract does not allow: our alarm, not the caller's fault.
 * After a write this too means that the write may have been carried out.
 */
export class SourceMalformed extends HubError<"SOURCE_MALFORMED"> {
  override readonly name = "SourceMalformed";

  /** `diagnosis` names what was wrong by code or by field path, never by value. */
  constructor(readonly source: SourceName, readonly diagnosis?: string) {
    super("SOURCE_MALFORMED", `${source} answers outside its contract`, { details: { source } });
  }
}

/** Thrown by a connector's `ask` when the source answers in its own protocol that it cannot serve now. */
export class TryLater extends Error {
  override readonly name = "TryLater";

  /** `diagnosis` is a code; `retryAfterMs` is what the source itself asked for; `sent` is false when the request surely had no effect. */
  constructor(readonly diagnosis: string, readonly retryAfterMs?: number, readonly sent = true) {
    super(`try later: ${diagnosis}`);
  }
}

/** Thrown by a connector's `ask` when an answer cannot even be read: not the promised format, or too large. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";

  constructor(readonly diagnosis: string) {
    super(`unreadable answer: ${diagnosis}`);
  }
}

/** Connection errors after which the request surely never reached the source. */
const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/;
const connection = /^(E[A-Z0-9]+$|ERR_(NETWORK|CANCELED|STREAM|SOCKET|TLS|SSL)|UND_ERR_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** A source that wants to be left alone for longer than a day is asked after a day. */
const longestPauseSeconds = 86_400;

/** How long a source is left alone that had too many questions and does not say, in seconds, when it bears the next. */
const shortestPauseMs = 10_000;

/** What an HTTP status outside 2xx means: a refusal in our words, or that the source cannot serve now. */
export function failureOfStatus(source: SourceName, status: number, retryAfterHeader?: unknown): SourceRefused | TryLater | Unreadable {
  const diagnosis = `HTTP_${status}`;
  const seconds = Number(retryAfterHeader);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, longestPauseSeconds) * 1000 : undefined;
  if (status === 429) return new TryLater(diagnosis, retryAfterMs ?? shortestPauseMs, false);
  if (status >= 500 || status === 408) return new TryLater(diagnosis, retryAfterMs);
  if (status < 400) return new Unreadable(diagnosis);
  if (status === 401 || status === 403) return new SourceRefused(source, "NOT_AUTHORISED", diagnosis);
  if (status === 404) return new SourceRefused(source, "NOT_FOUND", diagnosis);
  if (status === 409) return new SourceRefused(source, "CONFLICT", diagnosis);
  return new SourceRefused(source, "BAD_REQUEST", diagnosis);
}

/**
 * What an error thrown by a client library means, without its text: those may hold personal data.
 * Undefined for errors that are no failure of the source: they are ours, and pass through.
 */
export function failureOf(source: SourceName, error: unknown): SourceRefused | SourceMalformed | TryLater | Unreadable | undefined {
  if (error instanceof SourceRefused || error instanceof SourceMalformed || error instanceof TryLater || error instanceof Unreadable) return error;
  if (isAxiosError(error) && error.response) {
    const { status, headers } = error.response;
    return status >= 200 && status < 300 ? new Unreadable("BODY") : failureOfStatus(source, status, headers["retry-after"]);
  }
  const code = codeOf(error) ?? (error instanceof Error ? codeOf(error.cause) : undefined);
  if (code === "ERR_BAD_RESPONSE") return new Unreadable("TOO_LARGE");
  if (code?.startsWith("HPE_")) return new Unreadable(code);
  if (code && connection.test(code)) return new TryLater(code, undefined, !neverSent.test(code));
  if (error instanceof SyntaxError) return new Unreadable("SYNTAX");
  const fields = fieldsAtFault(error);
  return fields === undefined ? undefined : new Unreadable(fields);
}

const codeOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** The paths that a zod error complains of, for the alarm: names of fields, never values. Undefined for other errors. */
function fieldsAtFault(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("issues" in error) || !Array.isArray(error.issues)) return undefined;
  return error.issues.slice(0, 5).map((issue: { path?: readonly PropertyKey[]; code?: string }) => `${issue.path?.map(String).join(".") ?? ""}:${issue.code ?? ""}`).join(" ");
}
