import type { FastifyInstance } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { networkOf } from "../../kernel/network.ts";
import type { Locale } from "../../operations/hub.ts";
import { localeOf } from "./credentials.ts";
import { actions, button } from "./identity-pages.ts";
import { html, sendPage, type Page } from "./page.ts";

/** What is bounded elsewhere: the graph by budgets, the station by its client's certificate, the rest costs nothing. */
const elsewhere = /^\/(?:graphql|pagopa\/|healthz|readyz|metrics|favicon)/;

/**
 * Bounds how often one address may come to sign-in, tokens and pages: each costs a signature, a row or a look at XML, and
 * nobody has signed in yet who could be told apart otherwise. People are told on a page, programs in JSON.
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
      const { accept = "", "accept-language": acceptLanguage } = request.headers;
      const language = localeOf(acceptLanguage);
      void reply.header("retry-after", seconds).header("vary", "accept, accept-language");
      if (accept.includes("text/html")) return sendPage(reply, 429, tooOften(language, seconds, request.method === "GET" ? request.url : null));
      await reply.status(429).send({ errors: [{ message: words[language].message(seconds), extensions: { code: "RATE_LIMITED", retryAfter: seconds } }] });
    }
  });
}

const words = {
  it: {
    title: "Troppe richieste", message: (seconds: number) => `Troppe richieste: riprovare tra ${seconds} secondi.`, again: "Riprova",
    what: "Da questa rete sono arrivate troppe richieste in poco tempo, forse anche da altre persone che la usano. Nulla è andato perso.", wait: (seconds: number) => `Aspetta ${seconds} secondi, poi riprova.`,
  },
  en: {
    title: "Too many requests", message: (seconds: number) => `Too many requests: try again in ${seconds} seconds.`, again: "Try again",
    what: "Too many requests came from this network in a short time, perhaps from others who use it too. Nothing was lost.", wait: (seconds: number) => `Wait ${seconds} seconds, then try again.`,
  },
} as const;

/** Says how long to wait, and leads back to what was asked for, where asking again does no harm. */
function tooOften(language: Locale, seconds: number, asked: string | null): Page {
  const t = words[language];
  // An address that begins with two slashes would lead elsewhere.
  const again = asked !== null && /^\/(?![/\\])/.test(asked) ? actions(button(asked, t.again)) : null;
  return { language, title: t.title, body: html`<p>${t.what}</p><p class="notice">${t.wait(seconds)}</p>${again}`.text };
}
