import type { FastifyError, FastifyInstance } from "fastify";
import { HubError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Words } from "../../schema/said.ts";
import { describeFailure } from "../failure.ts";
import { proofAlgorithms } from "../oidc/proof.ts";
import type { Cookies } from "./cookies.ts";
import { localeOf } from "./credentials.ts";

/** What a request is told that no operation saw, by HTTP status. */
const refusals: Readonly<Record<number, readonly [code: string, words: Words]>> = {
  400: ["BAD_REQUEST", { it: "La richiesta non è leggibile: serve JSON valido.", en: "The request cannot be read: valid JSON is needed." }],
  404: ["NOT_FOUND", { it: "Qui non c'è nulla.", en: "There is nothing here." }],
  413: ["BODY_TOO_LARGE", { it: "La richiesta è troppo grande.", en: "The request is too large." }],
  415: ["UNSUPPORTED_MEDIA_TYPE", { it: "Il tipo di contenuto non è tra quelli ammessi: usare application/json.", en: "The content type is not among those accepted: use application/json." }],
};

const ended: Words = { it: "L'accesso è scaduto o non è valido: entrare di nuovo.", en: "The sign-in has expired or is not valid: sign in again." };
const fault = (requestId: string): Words => ({
  it: `Qualcosa non ha funzionato. Citare il codice ${requestId} chiedendo assistenza.`, en: `Something went wrong. Quote ${requestId} when you ask for help.`,
});

/** Failures that say who somebody no longer is. */
const endings: readonly string[] = ["SESSION_EXPIRED", "INVALID_TOKEN"];

const bound = `DPoP algs="${proofAlgorithms.join(" ")}"`;
const invalid = 'error="invalid_token", error_description="the token is not valid, or not any more"';

/** How to come again with a token: which kinds there are, and what was wrong with the one that was shown, by the way in which it was (RFC 6750, 3; RFC 9449, 7.1). */
function challenge(authorization: string | undefined): string {
  if (authorization === undefined) return `Bearer, ${bound}`;
  return /^dpop /i.test(authorization) ? `DPoP ${invalid}, ${bound.slice("DPoP ".length)}` : `Bearer ${invalid}, ${bound}`;
}

/** Answers what goes wrong before or beside the graph in its form, in the caller's language: a code, words, nothing of what was sent. */
export function registerFailures(app: FastifyInstance, { cookies, log }: { readonly cookies: Cookies; readonly log: Log }): void {
  const answer = (code: string, words: Words, language: string | undefined, requestId?: string) =>
    ({ errors: [{ message: words[localeOf(language)], extensions: { code, ...(requestId === undefined ? {} : { requestId }) } }] });

  app.setErrorHandler((error: FastifyError | HubError, request, reply) => {
    const language = request.headers["accept-language"];
    if (error instanceof HubError && endings.includes(error.code)) {
      // Whoever shows a session or token that is not good any more is told so, whatever they asked.
      if (error.code === "SESSION_EXPIRED") void reply.header("set-cookie", cookies.clearSession());
      void reply.header("www-authenticate", challenge(request.headers.authorization));
      return reply.status(401).send(answer(error.code, ended, language));
    }
    const status = "statusCode" in error && error.statusCode && error.statusCode < 500 ? error.statusCode : 500;
    if (status === 500) log.error({ requestId: request.id, route: request.routeOptions.url, failure: describeFailure(error) }, "a request failed");
    const [code, words] = status === 500 ? (["INTERNAL", fault(request.id)] as const) : (refusals[status] ?? refusals[400]!);
    return reply.status(status).send(answer(code, words, language, request.id));
  });
  app.setNotFoundHandler((request, reply) => {
    const [code, words] = refusals[404]!;
    return reply.status(404).send(answer(code, words, request.headers["accept-language"]));
  });
}
