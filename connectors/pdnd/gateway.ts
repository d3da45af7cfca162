import type { AxiosInstance } from "axios";
import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import type { RegistryUser } from "../anpr/registry.ts";
import { SourceRefused, TryLater, Unreadable, failureOfStatus } from "../upstream.ts";
import { clocksDiffer } from "./clocks.ts";
import { signEvidence, signRequest } from "./modi.ts";
import { patienceOf } from "./pace.ts";
import type { Signer } from "./signer.ts";
import type { Vouchers } from "./voucher.ts";

/** One request to an e-service of a provider. */
export interface ModiRequest {
  /** The e-service's address, and the name by which its provider knows itself in tokens. */
  readonly url: string;
  readonly audience: string;
  readonly purposeId: string;
  readonly user: RegistryUser;
  readonly path: string;
  /** Posted as JSON; without it, the path is read. */
  readonly body?: unknown;
}

/** What a provider answered: its status, and its body read as JSON (null when it has none). */
export interface ModiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export type Exchange = (request: ModiRequest, signal: AbortSignal) => Promise<ModiAnswer>;

/**
 * Exchanges with e-services behind AUDIT_REST_02 and INTEGRITY_REST_02, in the order that the two patterns force: the
 * evidence of who asks, a voucher bound to it, the signature over the request, the request. All of it is made anew each
 * time, repeats included. Rejects with what the gateway in front of the provider refuses, and as the transport does;
 * what the provider itself says, whatever its status, is an answer.
 */
export function openExchange({ signer, vouchers, http, clock }: { signer: Signer; vouchers: Vouchers; http: AxiosInstance; clock: Clock }): Exchange {
  return async ({ url, audience, purposeId, user, path, body }, signal) => {
    const evidence = await signEvidence(signer, { audience, purposeId, user });
    const voucher = await vouchers.issue({ purposeId, digest: evidence.digest, signal });
    // Written once: what is hashed and signed are the bytes that travel.
    const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
    const headers = await signRequest(signer, audience, bytes, body === undefined ? {} : { "Content-Type": "application/json" });
    const response = await http.request<string>({
      method: body === undefined ? "GET" : "POST",
      url: url + path,
      ...(body === undefined ? {} : { data: bytes }),
      headers: { ...headers, Authorization: `Bearer ${voucher}`, "Agid-JWT-TrackingEvidence": evidence.jws },
      signal, responseType: "text", transformResponse: (text: unknown) => text, validateStatus: null,
    });
    const answer = { status: response.status, body: readJson(response.data, response.status) };
    const failure = failureOfGateway(answer, response.headers, clock.now());
    if (failure) throw failure;
    return answer;
  };
}

function readJson(text: string, status: number): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    // A page of some proxy: its status says what there is to know.
    if (status >= 200 && status < 300) throw new Unreadable("SYNTAX");
    return null;
  }
}

const problem = z.object({ type: z.string().regex(/^https:\/\/govway\.org\/handling-errors\//), title: z.string() });

/** What the gateway's refusals mean, by title: a reason in our words, and a diagnosis. */
const refusals: Readonly<Record<string, readonly [reason: string, diagnosis: string]>> = {
  InteroperabilityInvalidRequest: ["NOT_AUTHORISED", "INTEROPERABILITY"],
  InvalidRequestContent: ["BAD_REQUEST", "REQUEST_CONTENT"],
  TokenAuthenticationRequired: ["NOT_AUTHORISED", "VOUCHER_MISSING"],
  TokenAuthenticationFailed: ["NOT_AUTHORISED", "VOUCHER_INVALID"],
  TokenExpired: ["NOT_AUTHORISED", "VOUCHER_EXPIRED"],
  AuthorizationTokenDeny: ["NOT_AUTHORISED", "PURPOSE_OR_CONSUMER"],
  // Not "nobody found": nobody was asked.
  UndefinedOperation: ["UNSUPPORTED", "E_SERVICE_UNKNOWN"],
  NotFound: ["UNSUPPORTED", "E_SERVICE_UNKNOWN"],
};

/** Refusals that a wrong clock of ours would explain. */
const clockwise = new Set(["INTEROPERABILITY", "VOUCHER_EXPIRED", "VOUCHER_INVALID"]);

/**
 * What an answer of the gateway (GovWay) in front of the provider means; undefined when the provider itself answered.
 *
 * The gateway says "not conform" for everything that is wrong with the two signed headers and with the claims of the
 * voucher; the diagnosis is `CLOCK` when the two clocks are more than a minute apart. Both kinds of "too many" are to be
 * tried later: `RATE_LIMIT` soon, `QUOTA` when the day's share has come anew.
 */
export function failureOfGateway({ status, body }: ModiAnswer, headers: Readonly<Record<string, unknown>>, now: Date): Error | undefined {
  const title = problem.safeParse(body).data?.title;
  if (status === 429) return new TryLater(title === "LimitExceeded" ? "QUOTA" : "RATE_LIMIT", patienceOf(headers), false);
  const [reason, diagnosis] = refusals[title ?? ""] ?? [];
  if (reason !== undefined && diagnosis !== undefined) return new SourceRefused("ANPR", reason, clockwise.has(diagnosis) && clocksDiffer(headers.date, now) ? "CLOCK" : diagnosis);
  if (title === undefined && body !== null) return undefined;
  return status === 404 ? new SourceRefused("ANPR", "UNSUPPORTED", "E_SERVICE_UNKNOWN") : status < 300 ? undefined : failureOfStatus("ANPR", status, headers["retry-after"]);
}
