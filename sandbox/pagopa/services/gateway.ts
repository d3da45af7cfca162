import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ZodError } from "zod";
import { deliver } from "../../deliver.ts";
import type { Bank } from "../node/bank.ts";
import type { Limit, Product } from "../settings.ts";

/** What a service answers, before the gateway and the faults have their say. */
export interface ServiceAnswer {
  readonly status: number;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
}

const json = "application/json; charset=utf-8";

/** RFC 7807 as pagoPA's services write it. */
export const problem = (status: number, title: string, detail: string): ServiceAnswer => ({
  status,
  contentType: "application/problem+json; charset=utf-8",
  body: { type: "about:blank", title, status, detail },
});

/** Names the fields at fault, never their values. */
export const invalid = (error: ZodError): ServiceAnswer =>
  problem(400, "Bad request", error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; "));

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const hasKey = ({ headers, query }: FastifyRequest, keys: readonly string[]): boolean => {
  const given = headers["ocp-apim-subscription-key"] ?? (query as Record<string, string>)["subscription-key"];
  return typeof given === "string" && keys.some(key => timingSafeEqual(digest(given), digest(key)));
};

const denied = { statusCode: 401, message: "Access denied: the subscription key is missing or not valid for this product." };

/** Turns away whoever has no key of the product, before a byte of the body is read. */
export const needsKey = (bank: Bank, product: Product) => async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> =>
  hasKey(request, bank.settings.keys[product]) ? undefined : reply.code(401).type(json).send(denied);

/** Counts calls in sliding windows. A refused call is not counted. */
export class RateLimit {
  private readonly calls = new Map<string, number[]>();

  constructor(private readonly limits: readonly Limit[]) {}

  /** Whether the caller may call now (Unix milliseconds); otherwise the seconds to wait. */
  take(caller: string, now: number): true | number {
    const longest = Math.max(...this.limits.map(({ perMs }) => perMs));
    const recent = (this.calls.get(caller) ?? []).filter(at => at > now - longest);
    this.calls.set(caller, recent);
    for (const { calls, perMs } of this.limits) {
      const inWindow = recent.filter(at => at > now - perMs);
      if (inWindow.length >= calls) return Math.ceil((inWindow[0]! + perMs - now) / 1_000);
    }
    recent.push(now);
    return true;
  }
}

/** One call through pagoPA's API gateway. */
export interface GatewayCall {
  readonly bank: Bank;
  /** The operation by which faults are imposed. */
  readonly operation: string;
  readonly limit?: { readonly rate: RateLimit; readonly by: (request: FastifyRequest) => string };
  readonly serve: () => ServiceAnswer | Promise<ServiceAnswer>;
}

/**
 * Lets a call through that has its key, as the gateway does: 429 above the limit; then the service
 * answers, in the way that the fault of this operation says (`refuse` answers the HTTP status in `code`, 500 without).
 */
export async function throughGateway(request: FastifyRequest, reply: FastifyReply, { bank, operation, limit, serve }: GatewayCall): Promise<FastifyReply> {
  const wait = limit?.rate.take(limit.by(request), bank.now()) ?? true;
  if (wait !== true) {
    return reply.code(429).header("retry-after", String(wait)).type(json).send({ statusCode: 429, message: `Rate limit is exceeded. Try again in ${wait} seconds.` });
  }
  const fault = bank.world.faults.take("pagopa", operation);
  const { status, body, headers = {}, contentType = body ? json : "text/plain; charset=utf-8" } =
    fault?.kind === "refuse" ? problem(Number(fault.code) || 500, "Refused", "the sandbox was told to refuse") : await serve();
  return deliver(reply.headers(headers), fault, { status, contentType, body: body === undefined ? "" : JSON.stringify(body) });
}
