import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { IdentityProvider, Level, Outbound } from "../../connectors/spid/index.ts";
import { newSecret } from "../../kernel/ids.ts";
import type { Locale } from "../../operations/hub.ts";
import { beginLogin } from "../../operations/session/begin-login.ts";
import { completeLogin, type BegunLogin, type LoginOutcome } from "../../operations/session/complete-login.ts";
import { deviceOf } from "../../operations/session/device.ts";
import { localeOf } from "./credentials.ts";
import { unitOfWork, type IdentityDeps } from "./identity-deps.ts";
import { choicePage, handOverPage, loginAddress, troublePage, type LoginWish, type Scheme } from "./identity-pages.ts";
import type { Trouble } from "./identity-texts.ts";
import { sendPage } from "./page.ts";
import { allowedReturn, landing, withLoginError } from "./return-to.ts";

const asked = z.object({
  idp: z.string().max(500).optional(),
  level: z.enum(["1", "2", "3"]).default("2"),
  returnTo: z.string().max(2_000).default(landing),
  staff: z.enum(["0", "1"]).default("0"),
  /** The attributes of an eIDAS login, which have no fiscal code among them. */
  eidas: z.enum(["minimum", "full"]).optional(),
  binding: z.enum(["post", "redirect"]).default("post"),
});

const answer = z.object({ SAMLResponse: z.string().min(1), RelayState: z.string().min(1).max(200) });

/** The largest form that may carry a response: the longest message that is decoded, with its characters escaped. */
const formBytes = 262_144;

/** The indexes of the attribute sets that the metadata publish. */
const sets = { minimal: 0, citizen: 1, minimum: 99, full: 100 } as const;

/** Begins sign-ins of a scheme and takes their answers. */
export function registerSignIn(app: FastifyInstance, deps: IdentityDeps, scheme: Scheme): void {
  app.get(`/${scheme}/login`, (request, reply) => begin(request, reply, deps, scheme));
  app.post(`/${scheme}/acs`, { bodyLimit: formBytes }, (request, reply) => complete(request, reply, deps, scheme));
}

async function begin(request: FastifyRequest, reply: FastifyReply, deps: IdentityDeps, scheme: Scheme): Promise<FastifyReply> {
  const { connectors, cookies, clock, eidasNode, administration } = deps;
  const language = localeOf(request.headers["accept-language"]);
  const query = asked.safeParse(request.query);
  const returnTo = query.success ? allowedReturn(deps, query.data.returnTo) : undefined;
  if (!query.success || !returnTo) return trouble(reply, 400, language, "BAD_ADDRESS", scheme, null);
  const { idp, staff, binding } = query.data;
  // Staff work at level 2, whatever was asked.
  const level = Math.max(Number(query.data.level), staff === "1" ? 2 : 1) as Level;
  const wish: LoginWish = { level, returnTo, staff: staff === "1", eidas: scheme === "spid" ? query.data.eidas ?? null : null };
  const trusted = connectors[scheme].providers();
  const chosen = idp ? trusted.find(({ entityId }) => entityId === idp) : scheme === "cie" && trusted.length === 1 ? trusted[0] : undefined;
  if (!chosen) return idp ? trouble(reply, 400, language, "UNKNOWN_PROVIDER", scheme, wish) : sendPage(reply, 200, choice(deps, language, wish));
  const browserSecret = cookies.browser(request.headers.cookie) ?? newSecret();
  const { outbound } = await beginLogin(unitOfWork(deps), connectors[scheme], {
    administrationId: administration.id, scheme, idp: chosen, level, attributeSet: attributeSetOf(wish, scheme, chosen.entityId, eidasNode), binding: binding === "post" ? "POST" : "REDIRECT", returnTo, staff: wish.staff, browserSecret,
  }, clock.now());
  return send(reply.header("set-cookie", cookies.setBrowser(browserSecret)), language, outbound);
}

/** What to ask for: of staff only who they are; through the European node what it can give. */
function attributeSetOf({ staff, eidas }: LoginWish, scheme: Scheme, idp: string, eidasNode: string | undefined): number {
  if (scheme === "cie") return sets.minimal;
  if (eidas) return sets[eidas];
  if (idp === eidasNode) return sets.full;
  return staff ? sets.minimal : sets.citizen;
}

function choice({ connectors, eidasNode }: IdentityDeps, language: Locale, wish: LoginWish) {
  const all = connectors.spid.providers();
  return choicePage(language, wish, {
    spid: shuffled(all.filter(({ entityId }) => entityId !== eidasNode)), cie: connectors.cie.providers(), eidas: all.find(({ entityId }) => entityId === eidasNode),
  });
}

/** The order in which providers are offered favours none of them. */
const shuffled = (providers: readonly IdentityProvider[]): IdentityProvider[] => providers.map(provider => [Math.random(), provider] as const).sort(([one], [other]) => one - other).map(([, provider]) => provider);

/** Sends a message on its way, in the browser. */
export function send(reply: FastifyReply, language: Locale, outbound: Outbound): FastifyReply {
  return outbound.binding === "REDIRECT" ? reply.header("cache-control", "no-store").redirect(outbound.location, 302) : sendPage(reply, 200, handOverPage(language, outbound));
}

async function complete(request: FastifyRequest, reply: FastifyReply, deps: IdentityDeps, scheme: Scheme): Promise<FastifyReply> {
  const { cookies, connectors, administration, vault, sessionHours, clock, log } = deps;
  const language = localeOf(request.headers["accept-language"]);
  const { cookie, "user-agent": userAgent } = request.headers;
  const body = answer.safeParse(request.body);
  const outcome: LoginOutcome = !body.success ? { kind: "REFUSED", reason: "UNASKED", begun: null } : await completeLogin(
    { em: unitOfWork(deps), provider: connectors[scheme], vault, sessionHours },
    { administrationId: administration.id, scheme, samlResponse: body.data.SAMLResponse, relayState: body.data.RelayState, browserSecret: cookies.browser(cookie) },
    { previousSecret: cookies.session(cookie), device: deviceOf(userAgent) }, clock.now());
  if (outcome.kind === "OPENED") return reply.header("set-cookie", cookies.setSession(outcome.secret, outcome.endsAt)).header("cache-control", "no-store").redirect(outcome.returnTo, 303);
  const { reason, check, begun } = outcome;
  // What the provider finds wrong with our request is for us to mend.
  log[reason === "REQUEST_REJECTED" ? "error" : "warn"]({ requestId: request.id, scheme, reason, check }, "sign-in refused");
  // The one status that every validator of the federation takes for a refusal.
  return trouble(reply, 403, language, reason, scheme, begun && wishOf(begun));
}

/** The same sign-in, to be asked for again. */
const wishOf = ({ level, returnTo, staff, attributeSet }: BegunLogin): LoginWish =>
  ({ level, returnTo, staff, eidas: attributeSet === sets.minimum ? "minimum" : attributeSet === sets.full ? "full" : null });

/** A page about what went wrong, with the ways out that the sign-in leaves, where it is known. */
export function trouble(reply: FastifyReply, status: number, language: Locale, what: Trouble, scheme: Scheme, wish: LoginWish | null): FastifyReply {
  const again = wish ? { ...wish, staff: wish.staff && what !== "NOT_STAFF" } : { level: 2, returnTo: landing, staff: false, eidas: null };
  // The name of what went wrong goes back to the program that sent the person here; a step that was repeated went wrong nowhere.
  const back = wish && (what === "ALREADY_USED" ? wish.returnTo : withLoginError(wish.returnTo, what));
  return sendPage(reply, status, troublePage(language, what, { scheme, again: loginAddress(scheme, again), back }));
}
