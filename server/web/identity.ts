import type { MikroORM } from "@mikro-orm/postgresql";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Connectors } from "../../connectors/index.ts";
import { failureText, SpidRefusal, type Level, type Outbound } from "../../connectors/spid/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import { HubError } from "../../kernel/errors.ts";
import { newSecret } from "../../kernel/ids.ts";
import type { Log } from "../../kernel/log.ts";
import type { AdministrationInfo } from "../../operations/hub.ts";
import { beginLogin } from "../../operations/session/begin-login.ts";
import { completeLogin } from "../../operations/session/complete-login.ts";
import { endSession } from "../../operations/session/end-session.ts";
import type { Cookies } from "./cookies.ts";
import { escaped, sendPage } from "./page.ts";

export interface IdentityDeps {
  readonly orm: MikroORM;
  readonly connectors: Pick<Connectors, "spid" | "cie">;
  readonly administration: AdministrationInfo;
  readonly cookies: Cookies;
  readonly publicUrl: string;
  /** Origins to which a sign-in may come back, besides the hub's own. */
  readonly returnOrigins: readonly string[];
  readonly sessionHours: number;
  readonly clock: Clock;
  readonly log: Log;
}

const login = z.object({
  idp: z.string().max(500).optional(),
  level: z.enum(["1", "2", "3"]).default("2"),
  returnTo: z.string().max(2_000).default("/"),
  staff: z.enum(["0", "1"]).default("0"),
});

const answer = z.object({ SAMLResponse: z.string().min(1), RelayState: z.string().min(1).max(200) });

/** The scripts stand in the page that the provider's form needs; without scripts there is the button. */
const submitForm = "document.forms[0].submit()";

/** Sign-in and sign-out with SPID and CIE: metadata, start, assertion consumer, logout, under `/spid` and `/cie`. */
export function registerIdentity(app: FastifyInstance, deps: IdentityDeps): void {
  for (const scheme of ["spid", "cie"] as const) {
    const provider = deps.connectors[scheme];
    app.get(`/${scheme}/metadata`, async (_request, reply) => reply.header("content-type", "application/samlmetadata+xml").send(provider.metadata()));

    app.get(`/${scheme}/login`, async (request, reply) => {
      const asked = login.safeParse(request.query);
      const returnTo = asked.success && allowedReturn(deps, asked.data.returnTo);
      if (!asked.success || !returnTo) return sendPage(reply, 400, { title: "Accesso non riuscito", body: "<p>L'indirizzo di accesso non è valido. Ripartire dal servizio che si voleva usare.</p>" });
      const { idp, level, staff } = asked.data;
      if (!idp) return choice(request, reply, deps, scheme);
      if (!provider.providers().some(({ entityId }) => entityId === idp)) return sendPage(reply, 400, { title: "Gestore sconosciuto", body: `<p>Il gestore di identità indicato non è tra quelli ammessi.</p>${again(scheme)}` });
      const browserSecret = deps.cookies.browser(request.headers.cookie) ?? newSecret();
      const message = await beginLogin(deps.orm.em.fork() as never, provider, {
        administrationId: deps.administration.id, scheme, idp, level: Number(level) as Level, attributeSet: scheme === "spid" ? 1 : 0, returnTo, staff: staff === "1", browserSecret,
      }, deps.clock.now());
      return send(reply.header("set-cookie", deps.cookies.setBrowser(browserSecret)), message.outbound, "Accesso in corso");
    });

    app.post(`/${scheme}/acs`, async (request, reply) => {
      const body = answer.safeParse(request.body);
      if (!body.success) return refusal(reply, scheme, new HubError("LOGIN_UNKNOWN", "no response"));
      try {
        const opened = await completeLogin(deps.orm.em.fork() as never, provider, {
          administrationId: deps.administration.id, scheme, samlResponse: body.data.SAMLResponse, relayState: body.data.RelayState, browserSecret: deps.cookies.browser(request.headers.cookie),
        }, deps.sessionHours, deps.clock.now());
        return await reply.header("set-cookie", deps.cookies.setSession(opened.secret, opened.endsAt)).redirect(opened.returnTo, 303);
      } catch (error) {
        if (!(error instanceof HubError)) throw error;
        deps.log.warn({ requestId: request.id, scheme, code: error.code, check: error instanceof SpidRefusal ? error.check : undefined }, "sign-in refused");
        return refusal(reply, scheme, error);
      }
    });

    const logout = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const secret = deps.cookies.session(request.headers.cookie);
      const session = secret ? await endSession(deps.orm.em.fork() as never, secret, deps.clock.now()) : null;
      void reply.header("set-cookie", deps.cookies.clearSession());
      if (!session?.sessionIndex) return reply.redirect("/", 303);
      return sendPage(reply, 200, { title: "Uscita", body: `<p>La sessione in questo servizio è chiusa.</p><p><a class="button" href="/">Torna all'inizio</a></p>` });
    };
    app.get(`/${scheme}/logout`, logout);
    app.post(`/${scheme}/logout`, logout);
  }
}

/** The address to come back to, if it is on this site or on the allow-list. */
function allowedReturn({ publicUrl, returnOrigins }: IdentityDeps, returnTo: string): string | undefined {
  const target = URL.canParse(returnTo, publicUrl) ? new URL(returnTo, publicUrl) : undefined;
  return target && [new URL(publicUrl).origin, ...returnOrigins].includes(target.origin) ? target.href : undefined;
}

function choice(request: FastifyRequest, reply: FastifyReply, { connectors }: IdentityDeps, scheme: "spid" | "cie"): FastifyReply {
  const address = new URL(request.url, "http://hub");
  const items = connectors[scheme].providers().map(({ entityId, name }) => {
    address.searchParams.set("idp", entityId);
    return `<li><a class="button" href="${escaped(address.pathname + address.search)}">${escaped(name.it)}</a></li>`;
  });
  return sendPage(reply, 200, { title: scheme === "spid" ? "Entra con SPID" : "Entra con CIE", body: `<p>Scegliere il gestore della propria identità digitale.</p><ul class="choices">${items.join("")}</ul>` });
}

function send(reply: FastifyReply, outbound: Outbound, title: string): FastifyReply {
  if (outbound.binding === "REDIRECT") return reply.redirect(outbound.location, 303);
  const fields = Object.entries(outbound.fields).map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`).join("");
  return sendPage(reply, 200, {
    title, script: submitForm, formTargets: [new URL(outbound.action).origin],
    body: `<form method="post" action="${escaped(outbound.action)}">${fields}<p>Si sta per andare al gestore di identità.</p><button class="button" type="submit">Continua</button></form>`,
  });
}

function refusal(reply: FastifyReply, scheme: "spid" | "cie", error: HubError): FastifyReply {
  const failure = error instanceof SpidRefusal ? error.failure : undefined;
  if (failure) {
    const kind = scheme === "spid" ? "SPID" : "CIE";
    const it = failureText(failure, "it", kind);
    const en = failureText(failure, "en", kind);
    return sendPage(reply, 403, {
      title: it.title,
      body: `<p>${escaped(it.message)}</p><section lang="en"><h2>${escaped(en.title)}</h2><p>${escaped(en.message)}</p></section>${it.retry ? again(scheme) : ""}`,
    });
  }
  const text = error.code === "NOT_STAFF" ? "Questa persona non risulta tra il personale dell'ente. Per i servizi al cittadino, entrare come cittadino."
    : error.code === "LOGIN_UNKNOWN" ? "La richiesta di accesso è scaduta, è già stata usata o è cominciata in un altro browser. Se i cookie sono disattivati, attivarli e riprovare."
      : "La risposta del gestore di identità non è valida e non è stata accettata.";
  return sendPage(reply, error.code === "NOT_STAFF" ? 403 : 400, { title: "Accesso non riuscito", body: `<p>${text}</p>${again(scheme)}` });
}

const again = (scheme: string): string => `<p><a class="button" href="/${scheme}/login">Riprova l'accesso</a></p>`;
