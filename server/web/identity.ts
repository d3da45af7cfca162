import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Session } from "../../entities/session.ts";
import type { Locale } from "../../operations/hub.ts";
import { findSession } from "../../operations/session/find-session.ts";
import { describeFailure } from "../failure.ts";
import { localeOf } from "./credentials.ts";
import { unitOfWork, type IdentityDeps } from "./identity-deps.ts";
import { loginAddress, troublePage, type LoginWish, type Scheme } from "./identity-pages.ts";
import { registerSignIn, trouble } from "./identity-sign-in.ts";
import { registerSignOut } from "./identity-sign-out.ts";
import { sendPage } from "./page.ts";
import { allowedReturn, landing } from "./return-to.ts";
import { sessionPage, stepUpPage, type UsedProvider } from "./session-pages.ts";

/** Sign-in and sign-out with SPID and CIE: metadata, start, assertion consumer, logout, under `/spid` and `/cie`; and the pages about one's session. */
export function registerIdentity(app: FastifyInstance, deps: IdentityDeps): void {
  void app.register(async scope => {
    scope.setErrorHandler((error: FastifyError, request, reply) => failed(error, request, reply, deps));
    for (const scheme of ["spid", "cie"] as const) {
      scope.get(`/${scheme}/metadata`, async (_request, reply) => reply.header("content-type", "application/samlmetadata+xml").send(deps.connectors[scheme].metadata()));
      registerSignIn(scope, deps, scheme);
      registerSignOut(scope, deps, scheme);
    }
    scope.get(landing, (request, reply) => showSession(request, reply, deps));
    scope.get("/step-up", (request, reply) => stepUp(request, reply, deps));
  });
}

/** People came here, not programs: what could not be read or went wrong is said on a page too. */
function failed(error: FastifyError, request: FastifyRequest, reply: FastifyReply, { log }: IdentityDeps): FastifyReply {
  const language = localeOf(request.headers["accept-language"]);
  const scheme = request.url.startsWith("/cie") ? "cie" : "spid";
  const { statusCode = 500 } = error;
  if (statusCode < 500) return trouble(reply, statusCode, language, "BAD_MESSAGE", scheme, null);
  log.error({ requestId: request.id, route: request.routeOptions.url, failure: describeFailure(error) }, "a request failed");
  return sendPage(reply, 500, troublePage(language, "INTERNAL", { scheme, again: loginAddress(scheme, anyWish), back: null, requestId: request.id }));
}

const anyWish: LoginWish = { level: 2, returnTo: landing, staff: false, eidas: null };

async function showSession(request: FastifyRequest, reply: FastifyReply, deps: IdentityDeps): Promise<FastifyReply> {
  const language = localeOf(request.headers["accept-language"]);
  const session = await sessionOf(request, deps);
  const shown = session && { name: `${session.givenName} ${session.familyName}`, level: session.assurance.slice(1), provider: providerOf(deps, session, language).name };
  return sendPage(reply, 200, sessionPage(language, shown, anyWish));
}

const higher = z.object({ level: z.enum(["2", "3"]).default("2"), returnTo: z.string().max(2_000).default(landing) });

/** Where a refusal for too low a level leads: on with the same provider at the level needed, and back to where the person was. */
async function stepUp(request: FastifyRequest, reply: FastifyReply, deps: IdentityDeps): Promise<FastifyReply> {
  const language = localeOf(request.headers["accept-language"]);
  const query = higher.safeParse(request.query);
  const returnTo = query.success ? allowedReturn(deps, query.data.returnTo) : undefined;
  if (!query.success || !returnTo) return trouble(reply, 400, language, "BAD_ADDRESS", "spid", null);
  const session = await sessionOf(request, deps);
  const wish: LoginWish = { ...anyWish, level: Number(query.data.level), returnTo, staff: Boolean(session?.staffMember) };
  if (!session) return reply.redirect(loginAddress("spid", wish), 302);
  return sendPage(reply, 200, stepUpPage(language, wish, providerOf(deps, session, language), session.assurance.slice(1)));
}

const sessionOf = (request: FastifyRequest, deps: IdentityDeps): Promise<Session | null> =>
  findSession(unitOfWork(deps), deps.administration.id, deps.cookies.session(request.headers.cookie), deps.clock.now());

function providerOf({ connectors }: IdentityDeps, { scheme, provider }: Session, language: Locale): UsedProvider {
  const known: Scheme = scheme === "cie" ? "cie" : "spid";
  return { scheme: known, idp: provider, name: connectors[known].providers().find(({ entityId }) => entityId === provider)?.name[language] ?? provider };
}
