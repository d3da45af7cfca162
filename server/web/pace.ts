import type { FastifyInstance } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { networkOf } from "../limits/network.ts";

/** What is bounded elsewhere: the graph by budgets, the station by its client's certificate, the rest costs nothing. */
const elsewhere = /^\/(?:graphql|pagopa\/|healthz|readyz|metrics)/;

/**
 * Bounds how often one address may come to sign-in, tokens and pages: each costs a signature, a row or a look at XML, and
 * nobody has signed in yet who could be told apart otherwise.
 */
export function registerPace(app: FastifyInstance, perMinute: number): void {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  app.addHook("onRequest", async (request, reply) => {
    if (elsewhere.test(request.url)) return;
    try {
      await limiter.consume(networkOf(request.ip));
    } catch (exhausted) {
      if (!(exhausted instanceof RateLimiterRes)) throw exhausted;
      const seconds = Math.max(1, Math.ceil(exhausted.msBeforeNext / 1_000));
      await reply.status(429).header("retry-after", seconds).send({ errors: [{ message: `Troppe richieste: riprovare tra ${seconds} secondi.`, extensions: { code: "RATE_LIMITED", retryAfter: seconds } }] });
    }
  });
}
