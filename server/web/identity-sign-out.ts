import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { SpidRefusal, type InboundLogout } from "../../connectors/spid/index.ts";
import { receiveLogout } from "../../operations/session/receive-logout.ts";
import { signOut } from "../../operations/session/sign-out.ts";
import { localeOf } from "./credentials.ts";
import { unitOfWork, type IdentityDeps } from "./identity-deps.ts";
import type { Scheme } from "./identity-pages.ts";
import { send, trouble } from "./identity-sign-in.ts";
import { sendPage } from "./page.ts";
import { allowedReturn, landing } from "./return-to.ts";
import { goodbyePage } from "./session-pages.ts";

const asked = z.object({ returnTo: z.string().max(2_000).optional() });
const form = z.object({ SAMLRequest: z.string().optional(), SAMLResponse: z.string().optional(), RelayState: z.string().max(200).default("") });

/** Ends sessions: for the person who asks, and for the identity provider that asks or answers. */
export function registerSignOut(app: FastifyInstance, deps: IdentityDeps, scheme: Scheme): void {
  const logout = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const inbound = inboundOf(request);
    return inbound ? receive(request, reply, deps, scheme, inbound) : leave(request, reply, deps);
  };
  app.get(`/${scheme}/logout`, logout);
  app.post(`/${scheme}/logout`, { bodyLimit: 262_144 }, logout);
}

/** The logout message that a request carries, if it carries one. */
function inboundOf({ method, body, url }: FastifyRequest): InboundLogout | undefined {
  if (method === "GET") {
    const query = url.split("?")[1] ?? "";
    return /(?:^|&)SAML(?:Request|Response)=/.test(query) ? { binding: "REDIRECT", query } : undefined;
  }
  const fields = form.safeParse(body);
  if (!fields.success) return undefined;
  const { SAMLRequest, SAMLResponse, RelayState: relayState } = fields.data;
  const kind = SAMLRequest ? "SAMLRequest" : "SAMLResponse";
  const message = SAMLRequest ?? SAMLResponse;
  return message ? { binding: "POST", kind, message, relayState } : undefined;
}

/** The person wants out. */
async function leave(request: FastifyRequest, reply: FastifyReply, deps: IdentityDeps): Promise<FastifyReply> {
  const language = localeOf(request.headers["accept-language"]);
  const wanted = asked.safeParse(request.query);
  const returnTo = (wanted.success && wanted.data.returnTo !== undefined && allowedReturn(deps, wanted.data.returnTo)) || null;
  const secret = deps.cookies.session(request.headers.cookie);
  const out = secret ? await signOut(unitOfWork(deps), deps.connectors, { secret, returnTo }, deps.clock.now()) : { kind: "NO_SESSION" as const };
  void reply.header("set-cookie", deps.cookies.clearSession());
  const back = returnTo ?? landing;
  switch (out.kind) {
    case "TELL_PROVIDER": return send(reply, language, out.outbound);
    case "VISIT_PROVIDER": return sendPage(reply, 200, goodbyePage(language, out.kind, { back, visit: out.location }));
    case "OPEN_AT_PROVIDER": return sendPage(reply, 200, goodbyePage(language, out.kind, { back }));
    default: return returnTo ? reply.redirect(returnTo, 303) : sendPage(reply, 200, goodbyePage(language, "DONE", { back }));
  }
}

/** The provider asks us to close a session, or answers what we asked. */
async function receive(request: FastifyRequest, reply: FastifyReply, deps: IdentityDeps, scheme: Scheme, inbound: InboundLogout): Promise<FastifyReply> {
  const { connectors, administration, cookies, clock, log } = deps;
  const language = localeOf(request.headers["accept-language"]);
  try {
    const received = await receiveLogout(unitOfWork(deps), connectors[scheme], administration.id, inbound, clock.now());
    switch (received.kind) {
      case "ANSWER": return send(reply.header("set-cookie", cookies.clearSession()), language, received.outbound);
      case "ENDED": return sendPage(reply, 200, goodbyePage(language, received.complete ? "DONE" : "PARTIAL", { back: received.returnTo ?? landing }));
      case "UNASKED": return trouble(reply, 400, language, "BAD_MESSAGE", scheme, null);
    }
  } catch (error) {
    if (!(error instanceof SpidRefusal)) throw error;
    log.warn({ requestId: request.id, scheme, check: error.check }, "logout message refused");
    return trouble(reply, 400, language, "BAD_MESSAGE", scheme, null);
  }
}
