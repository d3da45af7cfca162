import { createHmac } from "node:crypto";
import type { EventEmitter } from "node:events";
import type { EntityManager } from "@mikro-orm/postgresql";
import Provider, { type Configuration, type errors, type KoaContextWithOIDC } from "oidc-provider";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { isHashOf } from "../../operations/session/secret.ts";
import { describeFailure } from "../failure.ts";
import { localeOf } from "../web/credentials.ts";
import { writtenPage, type Page } from "../web/page.ts";
import { fiscalNumber, type Accounts } from "./accounts.ts";
import { createAdapter } from "./adapter.ts";
import type { openSigningKeys } from "./keys.ts";
import { acrValues } from "./levels.ts";
import { refusalPage, signOutPage } from "./pages.ts";
import { policyOf } from "./policy.ts";

export interface ProviderDeps {
  readonly fork: () => EntityManager;
  readonly administrationId: string;
  readonly accounts: Accounts;
  readonly keys: Awaited<ReturnType<typeof openSigningKeys>>;
  readonly publicUrl: string;
  readonly secret: string;
  readonly sessionHours: number;
  /** Has whom tokens stand for looked at anew. */
  readonly forget: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long an access token is good for, in seconds. */
const accessTokenSeconds = 600;

/** How long somebody may take from the client's request to their agreement, in seconds; at the identity provider they have less. */
const interactionSeconds = 1_800;

/** The OpenID Provider under the hub's own address: authorization code with PKCE, for the clients in the database. */
export function createProvider(deps: ProviderDeps): Provider {
  const provider = new Provider(deps.publicUrl, configurationOf(deps));
  // Behind a proxy or not, addresses are made of the one under which the hub is known: see where requests come in.
  provider.proxy = true;
  // Of a client's secret only the hash is kept.
  provider.Client.prototype.compareClientSecret = function compare(shown: string) {
    return isHashOf(this.clientSecret!, shown);
  };
  watch(provider, deps.log);
  return provider;
}

function configurationOf({ fork, administrationId, accounts, keys, publicUrl, secret, sessionHours, forget, clock }: ProviderDeps): Configuration {
  const sessionSeconds = Math.ceil(sessionHours * 3_600);
  const prefix = publicUrl.startsWith("https://") ? "__Host-" : "";
  return {
    adapter: createAdapter({ fork, administrationId, forget, clock }),
    jwks: keys,
    routes: {
      authorization: "/oidc/auth", token: "/oidc/token", userinfo: "/oidc/userinfo", jwks: "/oidc/jwks", introspection: "/oidc/introspection", revocation: "/oidc/revocation", end_session: "/oidc/logout",
      pushed_authorization_request: "/oidc/request",
    },
    scopes: ["openid", "profile"],
    claims: { iss: null, sid: null, openid: ["sub", "acr", "amr", "auth_time"], profile: ["name", "given_name", "family_name", fiscalNumber] },
    acrValues,
    subjectTypes: ["pairwise"],
    pairwiseIdentifier: (_ctx, sessionId, { clientId }) => accounts.subject(sessionId, clientId),
    findAccount: (_ctx, sessionId) => accounts.find(sessionId),
    loadExistingGrant: grantOf,
    extraTokenClaims: async (_ctx, token) => {
      const account = "accountId" in token && token.accountId ? await accounts.find(token.accountId) : undefined;
      return account ? { acr: (await account.claims("introspection", "", {}, []))["acr"] } : undefined;
    },
    interactions: { url: (_ctx, { uid }) => `/oidc/interaction/${uid}`, policy: policyOf(accounts, clock) },
    responseTypes: ["code"],
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "none"],
    extraClientMetadata: { properties: ["staff"] },
    pkce: { required: () => true },
    // Whatever is issued ends with the session, so the client need not ask for access beyond it.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    expiresWithSession: () => false,
    rotateRefreshToken: true,
    allowOmittingSingleRegisteredRedirectUri: false,
    cookies: {
      names: { session: `${prefix}oidc`, interaction: "oidc-interaction", resume: "oidc-resume" },
      keys: [createHmac("sha256", secret).update("oidc cookies").digest("base64url")],
    },
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: true, logoutSource: askToSignOut(accounts, publicUrl), postLogoutSuccessSource: ctx => ctx.redirect("/session") },
      dPoP: { enabled: true },
    },
    ttl: {
      AccessToken: accessTokenSeconds, AuthorizationCode: 60, IdToken: accessTokenSeconds, Interaction: interactionSeconds,
      RefreshToken: sessionSeconds, Grant: sessionSeconds, Session: sessionSeconds,
    },
    clientBasedCORS: (ctx, origin, client) => (ctx.oidc.route === "userinfo" || client.clientAuthMethod === "none") && client.redirectUris!.some(uri => new URL(uri).origin === origin),
    renderError: (ctx, { error }) => show(ctx, refusalPage(localeOf(ctx.headers["accept-language"]), error)),
  };
}

/** What the person's session has granted to the client. Its administration registered the client for these scopes: nobody is asked again. */
async function grantOf({ oidc: { provider, client, session, account, requestParamOIDCScopes } }: KoaContextWithOIDC) {
  const accountId = account!.accountId;
  const known = session!.grantIdFor(client!.clientId);
  const found = known ? await provider.Grant.find(known) : undefined;
  const grant = found?.accountId === accountId ? found : new provider.Grant({ accountId, clientId: client!.clientId });
  grant.addOIDCScope([...requestParamOIDCScopes].join(" "));
  await grant.save();
  return grant;
}

/** A client that shows an ID token of the very person has said who is to be signed out: then nobody is asked twice. */
const askToSignOut = (accounts: Accounts, publicUrl: string) => async (ctx: KoaContextWithOIDC, form: string): Promise<void> => {
  const { client, session, params, entities } = ctx.oidc;
  const returnTo = params?.["post_logout_redirect_uri"] as string | undefined;
  const hinted = client && entities.IdTokenHint?.payload["sub"];
  const certain = hinted !== undefined && hinted === (await accounts.subject(session!.accountId!, client!.clientId));
  show(ctx, signOutPage(localeOf(ctx.headers["accept-language"]), form, { publicUrl, returnTo, certain }));
};

function show(ctx: KoaContextWithOIDC, page: Page): void {
  const { headers, text } = writtenPage(page);
  ctx.set({ ...headers });
  ctx.body = text;
}

/** Says in the log what went wrong, by the names of errors alone: what clients send may say who somebody is. */
function watch(provider: Provider, log: Log): void {
  const failed = (error: unknown): void => log.error({ failure: describeFailure(error) }, "the OpenID Provider failed");
  provider.on("server_error", (_ctx, error) => failed(error));
  const koa: EventEmitter = provider;
  koa.on("error", failed);
  const refused = ({ oidc }: KoaContextWithOIDC, { error }: errors.OIDCProviderError): void => log.warn({ endpoint: oidc.route, error, client: oidc.client?.clientId }, "a client was refused");
  provider.on("authorization.error", refused);
  provider.on("grant.error", refused);
  provider.on("userinfo.error", refused);
  provider.on("end_session.error", refused);
}
