import * as openid from "openid-client";
import { Client } from "../../helpers/client.ts";
import type { TestHub } from "../../helpers/hub.ts";
import { Surfer, type Visited } from "../../e2e/surfer.ts";

/** Where the clients of the demonstration are answered; nobody listens there. */
export const redirects = { "portale-demo": "http://localhost:3000/callback", "app-demo": "http://127.0.0.1:51234/callback" } as const;
export type ClientId = keyof typeof redirects;

/** One authorization request, as far as the client must remember it. */
interface Asked {
  readonly address: URL;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** A portal or an app, played by a library that many of them use, and the browser of its user. */
export class RelyingParty {
  readonly browser: Surfer;

  private constructor(readonly hub: TestHub, readonly config: openid.Configuration, readonly redirectUri: string, browser: Surfer | undefined) {
    this.browser = browser ?? new Surfer(hub);
  }

  /** Discovers the provider, as a client that was registered as `clientId`. */
  static async discover(hub: TestHub, clientId: ClientId = "portale-demo", browser?: Surfer): Promise<RelyingParty> {
    const authentication = clientId === "portale-demo" ? openid.ClientSecretBasic("sandbox-portal-secret") : openid.None();
    const config = await openid.discovery(new URL(hub.url), clientId, undefined, authentication, { execute: [openid.allowInsecureRequests] });
    return new RelyingParty(hub, config, redirects[clientId], browser);
  }

  /** As a client of another registration. */
  static async as(hub: TestHub, { clientId, secret, redirectUri }: { readonly clientId: string; readonly secret: string | null; readonly redirectUri: string }): Promise<RelyingParty> {
    const config = await openid.discovery(new URL(hub.url), clientId, undefined, secret === null ? openid.None() : openid.ClientSecretBasic(secret), { execute: [openid.allowInsecureRequests] });
    return new RelyingParty(hub, config, redirectUri, undefined);
  }

  /** The address that begins a sign-in. */
  async request(parameters: Readonly<Record<string, string>> = {}): Promise<Asked> {
    const [verifier, state, nonce] = [openid.randomPKCECodeVerifier(), openid.randomState(), openid.randomNonce()];
    const address = openid.buildAuthorizationUrl(this.config, {
      redirect_uri: this.redirectUri, scope: "openid profile", state, nonce, code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256", ...parameters,
    });
    return { address, verifier, state, nonce };
  }

  /** Opens an address in the browser and follows it as far as the hub leads: to a page, or to the client's own address. */
  async follow(address: string, form?: Readonly<Record<string, string>>): Promise<Visited> {
    let page = await this.browser.open(address, form, { follow: false });
    for (let hops = 0; hops < 12; hops += 1) {
      const location = page.headers.get("location");
      if (location === null) return page;
      const next = new URL(location, page.url);
      if (next.href.startsWith(this.redirectUri) || next.origin === "http://localhost:3000") return { ...page, url: next.href, status: 0 };
      page = await this.browser.open(next.href, undefined, { follow: false });
    }
    throw new Error(`going in circles at ${page.url}`);
  }

  /** Goes through the choice of a provider and its pages, from where the hub asks to sign in. */
  async authenticate(choice: Visited, username: string): Promise<Visited> {
    const link = [...choice.html.matchAll(/href="([^"]*\/login\?[^"]*idp=[^"]*)"/g)].map(([, href]) => href!.replaceAll("&amp;", "&")).find(href => href.includes(encodeURIComponent(`${this.hub.sandbox.url}/spid`)));
    if (!link) throw new Error(`no provider to choose on ${choice.url}: ${choice.html}`);
    const atProvider = await this.browser.submit(await this.browser.open(link), "hand-over");
    const handOver = await this.browser.authenticate(atProvider, username);
    const { action, fields } = this.formOf(handOver, "hand-over");
    return this.follow(action, fields);
  }

  /** The form of a page. */
  formOf({ html, url }: Visited, id: string): { action: string; fields: Record<string, string> } {
    const form = new RegExp(`<form[^>]*id="${id}"[^>]*>([\\s\\S]*?)</form>`).exec(html);
    if (!form) throw new Error(`no form ${id} on ${url}: ${html}`);
    const action = /action="([^"]*)"/.exec(form[0])?.[1] ?? url;
    const fields = [...form[1]!.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)].map(([, name, value]) => [name!, value!.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&")] as const);
    return { action: new URL(action, url).href, fields: Object.fromEntries(fields) };
  }

  /** Says yes or no where an app asks whether it may act. */
  consent(page: Visited, answer: "yes" | "no" = "yes"): Promise<Visited> {
    const { action } = this.formOf(page, "consent");
    return this.follow(action, { answer });
  }

  /** Exchanges the code that came back. */
  redeem(end: Visited, { verifier, state, nonce }: Asked, options?: openid.DPoPOptions) {
    return openid.authorizationCodeGrant(this.config, new URL(end.url), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }, undefined, options);
  }

  /** Signs somebody in from beginning to end. */
  async signIn(username: string, parameters: Readonly<Record<string, string>> = {}, options?: openid.DPoPOptions) {
    const asked = await this.request(parameters);
    let page = await this.follow(asked.address.href);
    if (page.status !== 0 && page.html.includes("/spid/login?")) page = await this.authenticate(page, username);
    if (page.status !== 0 && page.html.includes('id="consent"')) page = await this.consent(page);
    return this.redeem(page, asked, options);
  }

  /** Signs in somebody who had signed in at the hub before, which spares them the identity provider. */
  async enter(username: string, parameters: Readonly<Record<string, string>> = {}, options?: openid.DPoPOptions) {
    this.seat(await this.hub.citizen(username));
    return this.signIn(username, parameters, options);
  }

  /** Gives the browser the session of somebody. */
  seat({ headers }: Client): void {
    this.browser.cookies.set("session", headers["cookie"]!.slice("session=".length));
  }

  /** Asks the graph with a token. */
  graph(token: string): Client {
    return new Client(this.hub.url, { authorization: `Bearer ${token}` });
  }
}
