import type { EntityManager } from "@mikro-orm/postgresql";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type Provider from "oidc-provider";
import type { KoaContextWithOIDC } from "oidc-provider";
import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Cookies } from "../web/cookies.ts";
import { createAccounts } from "./accounts.ts";
import { registerInteraction } from "./interaction.ts";
import { openSigningKeys } from "./keys.ts";
import { createProvider } from "./provider.ts";

export interface OidcDeps {
  readonly fork: () => EntityManager;
  readonly administrationId: string;
  readonly cookies: Cookies;
  /** Where the keys are that sign ID tokens. */
  readonly keyFile: string;
  readonly publicUrl: string;
  readonly secret: string;
  readonly sessionHours: number;
  /** Has whom tokens stand for looked at anew: some were taken back. */
  readonly forget: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sign-in for portals and apps with OpenID Connect, under `/oidc`; who they sign in are the sessions that SPID and CIE open. */
export async function registerOidc(app: FastifyInstance, { keyFile, ...deps }: OidcDeps): Promise<void> {
  const { publicUrl } = deps;
  const accounts = createAccounts(deps);
  const provider = createProvider({ ...deps, accounts, keys: await openSigningKeys(keyFile) });
  provider.use(async (ctx, next) => {
    await next();
    signOutHereToo(ctx as KoaContextWithOIDC, publicUrl);
  });
  registerInteraction(app, { provider, accounts, publicUrl });
  app.get(signedOut, (request, reply) => leave(request, reply, provider));
  await app.register(async scope => {
    // The provider reads bodies itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    const handle = provider.callback();
    const pass = (request: FastifyRequest, reply: FastifyReply): void => {
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
      Object.assign(request.raw.headers, asSeenFromOutside(publicUrl, request.ip));
      void handle(request.raw, reply.raw);
    };
    scope.get("/.well-known/openid-configuration", pass);
    scope.route({ method: ["GET", "POST", "OPTIONS"], url: "/oidc/*", handler: pass });
  });
}

/** The address under which the hub is known, whatever a request says about it, as the provider reads it. */
function asSeenFromOutside(publicUrl: string, ip: string): Record<string, string> {
  const { protocol, host } = new URL(publicUrl);
  return { "x-forwarded-proto": protocol.slice(0, -1), "x-forwarded-host": host, "x-forwarded-for": ip };
}

const signedOut = "/oidc/signed-out";

/** Whoever signs out of the provider signs out of the hub and, where it holds a session, of the identity provider: on the way back to the client. */
function signOutHereToo(ctx: KoaContextWithOIDC, publicUrl: string): void {
  if (ctx.path !== "/oidc/logout/confirm" || ctx.status !== 303 || !ctx.oidc.params?.["logout"]) return;
  const { clientId, postLogoutRedirectUri: uri, state } = (ctx.oidc.session?.["state"] ?? {}) as Readonly<Record<string, string | undefined>>;
  // Not the end, but a step of a sign-in as somebody else.
  if (uri?.startsWith(`${publicUrl}/oidc/auth/`)) return;
  const back = new URL(signedOut, publicUrl);
  for (const [name, value] of Object.entries({ client_id: clientId, uri, state })) if (value !== undefined) back.searchParams.set(name, value);
  ctx.redirect(`/spid/logout${uri ? `?${new URLSearchParams({ returnTo: back.pathname + back.search }).toString()}` : ""}`);
}

const farewell = z.object({ client_id: z.string(), uri: z.string(), state: z.string().optional() });

/** Back to the client, at an address that it registered for this. */
async function leave(request: FastifyRequest, reply: FastifyReply, provider: Provider): Promise<FastifyReply> {
  const given = farewell.safeParse(request.query);
  const client = given.success ? await provider.Client.find(given.data.client_id) : undefined;
  if (!given.success || !client?.postLogoutRedirectUriAllowed(given.data.uri)) return reply.redirect("/session", 303);
  const target = new URL(given.data.uri);
  if (given.data.state !== undefined) target.searchParams.set("state", given.data.state);
  return reply.redirect(target.href, 303);
}
