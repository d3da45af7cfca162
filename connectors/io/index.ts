import { isAxiosError } from "axios";
import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { createHttp, createUpstream, TryLater, type FinishedCall, type SourceHealth } from "../upstream.ts";
import { bodyOf, type AppMessage } from "./message.ts";

export { messageLimits, type AppMessage, type AppNotice } from "./message.ts";

/** How one administration reaches App IO. */
const appSettings = z.object({
  /** The interface with its version, `https://api.io.pagopa.it/api/v1`. */
  url: z.url({ protocol: /^https?$/ }),
  /** The "use" key of the administration's service on IO, primary or secondary. */
  subscriptionKey: z.string().min(1),
  /** Fiscal code of the organisation whose service it is: notices of any other creditor are sent in its name. */
  organisation: z.string().regex(/^\d{11}$/),
  /** The longest that a call may take, in milliseconds. */
  deadlineMs: z.int().positive().default(5_000),
});

export type AppSettings = z.input<typeof appSettings>;

/** Whether the app reaches somebody. */
export interface Reach {
  /** They have the app and have not turned this service off. */
  readonly reachable: boolean;
  /** The language that they read first in the app, where the app says so and we can write it. */
  readonly language: "IT" | "EN" | null;
}

/** App IO: messages on citizens' telephones. */
export interface CitizenApp {
  /**
   * Asks whether the app reaches somebody, by fiscal code. To be asked before each message. Throws `SourceUnavailable`,
   * `SourceRefused` (`NOT_AUTHORISED`: the key; `BAD_REQUEST`), `SourceMalformed`.
   */
  reach(fiscalCode: string, signal?: AbortSignal): Promise<Reach>;
  /**
   * Hands a message over to one person, who was just found reachable; the answer is the app's own id of it. IO takes no
   * key of ours: after `SourceUnavailable` with `unknown` the message may be there, and sending it again may show it twice.
   *
   * Throws `RangeError` before anything is sent for a message outside the limits; `SourceRefused` (`NOT_AUTHORISED`: the key,
   * or a service that may not write to this person yet; `BAD_REQUEST`), `SourceUnavailable`, `SourceMalformed`.
   */
  send(message: AppMessage, signal?: AbortSignal): Promise<{ readonly id: string }>;
  /** Sees whether IO answers and takes our key, by a question that it must refuse: about nobody. Throws as `reach`. */
  ping(signal?: AbortSignal): Promise<void>;
  health(): SourceHealth;
}

/** People whom the app can know: sixteen characters, letters of omocodia included. Provisional codes of eleven digits have no app. */
const person = /^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$/;

const profile = z.object({ sender_allowed: z.boolean(), preferred_languages: z.array(z.string()).nullish() });
const created = z.object({ id: z.string().min(1).max(200) });

const nobody: Reach = { reachable: false, language: null };

/** Opens App IO for one administration. Fiscal codes travel in bodies only, never in an address. Throws when the settings are not right. */
export function openCitizenApp(input: AppSettings, { clock, log, onCall }: { readonly clock: Clock; readonly log: Log; readonly onCall?: (call: FinishedCall) => void }): CitizenApp {
  const { url, subscriptionKey, organisation, deadlineMs } = appSettings.parse(input);
  const http = createHttp({ maxAnswerBytes: 65_536 });
  const upstream = createUpstream({ source: "IO", deadlineMs, clock, log });
  if (onCall) upstream.onCall(onCall);
  const post = (path: string, body: object, expected: readonly number[], signal: AbortSignal) => http.post<unknown>(url.replace(/\/$/, "") + path, body, {
    signal, headers: { "Ocp-Apim-Subscription-Key": subscriptionKey }, validateStatus: status => expected.includes(status),
  });

  return {
    async reach(fiscalCode, signal) {
      if (!person.test(fiscalCode)) return nobody;
      return upstream.call({ operation: "reach", kind: "read", parse: raw => (raw === nobody ? nobody : reachOf(raw)), ...(signal ? { signal } : {}) }, async inTime => {
        const { status, data } = await post("/profiles", { fiscal_code: fiscalCode }, [200, 404], inTime);
        return status === 404 ? nobody : data;
      });
    },
    async send(message, signal) {
      const body = bodyOf(message, organisation);
      return upstream.call({ operation: "send", kind: "write", parse: raw => created.parse(raw), ...(signal ? { signal } : {}) }, async inTime => (await post("/messages", body, [201], inTime).catch(notTaken)).data);
    },
    ping: signal => upstream.call(
      { operation: "ping", kind: "read", parse: () => undefined, ...(signal ? { signal } : {}) },
      inTime => post("/profiles", {}, [400], inTime),
    ),
    health: () => upstream.health(),
  };
}

/** A gateway that says 503 handed nothing on: the message may be sent again as if it never had been. */
function notTaken(error: unknown): never {
  throw isAxiosError(error) && error.response?.status === 503 ? new TryLater("HTTP_503", undefined, false) : error;
}

function reachOf(raw: unknown): Reach {
  const { sender_allowed: reachable, preferred_languages: languages } = profile.parse(raw);
  const first = languages?.[0];
  return { reachable, language: first?.startsWith("it") ? "IT" : first?.startsWith("en") ? "EN" : null };
}
