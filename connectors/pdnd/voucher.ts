import { setTimeout as sleep } from "node:timers/promises";
import type { AxiosInstance, AxiosResponse } from "axios";
import { decodeJwt } from "jose";
import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { SourceMalformed, SourceRefused, SourceUnavailable, TryLater, createUpstream, failureOfStatus, type FinishedCall, type SourceHealth } from "../upstream.ts";
import { clocksDiffer } from "./clocks.ts";
import { Pace } from "./pace.ts";
import type { Signer } from "./signer.ts";
import { nameOfTokenCode, unsaid } from "./token-codes.ts";

export interface VoucherRequest {
  readonly purposeId: string;
  /** The hash of the tracking evidence (AUDIT_REST_02), 64 hex digits: the voucher is good for that evidence alone. */
  readonly digest?: string;
  readonly signal?: AbortSignal;
}

/** PDND's token server, for one client. */
export interface Vouchers {
  /**
   * A voucher for a purpose, to be shown as bearer token. With a digest always a new one; without, the one at hand
   * while it lasts. Throws `SourceUnavailable` (also while the server's rate limit allows no more), `SourceRefused`
   * (`NOT_AUTHORISED`, with the server's code by name as diagnosis) or `SourceMalformed`.
   */
  issue(request: VoucherRequest): Promise<string>;
  health(): SourceHealth;
}

export interface VoucherOptions {
  readonly tokenUrl: string;
  readonly deadlineMs: number;
  readonly signer: Signer;
  readonly http: AxiosInstance;
  readonly clock: Clock;
  readonly log: Log;
  readonly onCall?: (call: FinishedCall) => void;
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const assertionSeconds = 60;
/** A voucher is not used in its last seconds: it must still be good when it arrives, by the provider's clock. */
const marginMs = 30_000;

const answer = z.object({ access_token: z.string(), token_type: z.string().regex(/^bearer$/i) });
const claims = z.object({ exp: z.int(), purposeId: z.string(), digest: z.object({ value: z.string() }).optional() });
const problem = z.object({ errors: z.array(z.object({ code: z.string() })).min(1) });

/** Opens PDND's token server. The assertion is meant for the host of the token address, as each of PDND's environments wants it. */
export function openVouchers({ tokenUrl, deadlineMs, signer, http, clock, log, onCall }: VoucherOptions): Vouchers {
  const upstream = createUpstream({ source: "PDND", deadlineMs, clock, log });
  if (onCall) upstream.onCall(onCall);
  const pace = new Pace(clock);
  const atHand = new Map<string, { readonly voucher: string; readonly until: number }>();
  const audience = `${new URL(tokenUrl).host}/client-assertion`;

  const ask = async ({ purposeId, digest }: VoucherRequest, signal: AbortSignal): Promise<unknown> => {
    const turn = pace.waitMs();
    if (turn > 0) await sleep(turn, undefined, { signal });
    const about = { sub: signer.clientId, aud: audience, purposeId, ...(digest === undefined ? {} : { digest: { alg: "SHA256", value: digest } }) };
    const form = new URLSearchParams({
      client_id: signer.clientId, client_assertion: await signer.sign(about, assertionSeconds), client_assertion_type: assertionType, grant_type: "client_credentials",
    });
    const response = await http.post<string>(tokenUrl, form, { signal, responseType: "text", transformResponse: (body: unknown) => body, validateStatus: null });
    const wait = pace.heed(response.status, response.headers);
    if (response.status === 429) throw new TryLater("RATE_LIMIT", wait, false);
    if (response.status !== 200) throw refusalOf(response, clock);
    return JSON.parse(response.data);
  };

  return {
    async issue(request) {
      const known = request.digest === undefined ? atHand.get(request.purposeId) : undefined;
      if (known && known.until > clock.now().getTime()) return known.voucher;
      // Told at once, and without a word to the server: what it would answer is known.
      if (pace.waitMs() > deadlineMs) throw outOfBreath(clock.now(), pace.waitMs());
      const { voucher, expiresAt } = await upstream.call(
        { operation: "voucher", kind: "read", parse: raw => readVoucher(raw, request), ...(request.signal ? { signal: request.signal } : {}) },
        signal => ask(request, signal),
      );
      if (request.digest === undefined) atHand.set(request.purposeId, { voucher, until: expiresAt - marginMs });
      return voucher;
    },
    health: upstream.health,
  };
}

const outOfBreath = (now: Date, waitMs: number): SourceUnavailable =>
  new SourceUnavailable("PDND", { since: now, retryAfter: new Date(now.getTime() + waitMs), diagnosis: "RATE_LIMIT" });

/** A voucher for another purpose or another evidence would be refused later, by somebody who does not say why. */
function readVoucher(raw: unknown, { purposeId, digest }: VoucherRequest): { readonly voucher: string; readonly expiresAt: number } {
  const { access_token: voucher } = answer.parse(raw);
  const told = claims.parse(decodeJwt(voucher));
  if (told.purposeId !== purposeId || told.digest?.value !== digest) throw new SourceMalformed("PDND", "VOUCHER_FOR_ANOTHER_REQUEST");
  return { voucher, expiresAt: told.exp * 1000 };
}

/** What a refusal of the token server means. It keeps its reasons to itself; our own clock beside its own is one that can be seen. */
function refusalOf({ status, data, headers }: AxiosResponse<string>, clock: Clock): Error {
  if (status !== 400 && status !== 401) return failureOfStatus("PDND", status, headers["retry-after"]);
  const name = nameOfTokenCode(problem.safeParse(jsonOf(data)).data?.errors[0]?.code ?? "");
  const diagnosis = name !== unsaid ? name : clocksDiffer(headers.date, clock.now()) ? "CLOCK" : "CLIENT_KEY_OR_PURPOSE";
  return new SourceRefused("PDND", "NOT_AUTHORISED", diagnosis);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
