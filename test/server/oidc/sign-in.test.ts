import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as openid from "openid-client";
import { Surfer } from "../../e2e/surfer.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { person, personalData } from "../../helpers/sandbox.ts";
import { RelyingParty } from "./relying-party.ts";

let hub: TestHub;
beforeAll(async () => { hub = await startHub({ sandbox: true }); });
afterAll(() => hub.close());

const acr = (level: 1 | 2 | 3): string => `https://www.spid.gov.it/SpidL${level}`;
const me = "{ me { fiscalCode assurance } }";
const errorIn = ({ url }: { url: string }) => ({ error: new URL(url).searchParams.get("error"), description: new URL(url).searchParams.get("error_description") });

describe("what the provider says of itself", () => {
  test("is under the hub's own address, whatever a request says that to be", async () => {
    const answer = await fetch(`${hub.url}/.well-known/openid-configuration`, { headers: { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" } });
    const said = (await answer.json()) as Record<string, unknown>;
    expect(said).toMatchObject({
      issuer: hub.url, authorization_endpoint: `${hub.url}/oidc/auth`, token_endpoint: `${hub.url}/oidc/token`, jwks_uri: `${hub.url}/oidc/jwks`, end_session_endpoint: `${hub.url}/oidc/logout`,
      introspection_endpoint: `${hub.url}/oidc/introspection`, revocation_endpoint: `${hub.url}/oidc/revocation`, userinfo_endpoint: `${hub.url}/oidc/userinfo`,
      acr_values_supported: [acr(1), acr(2), acr(3)], response_types_supported: ["code"], code_challenge_methods_supported: ["S256"], subject_types_supported: ["pairwise"],
      grant_types_supported: ["authorization_code", "refresh_token"], id_token_signing_alg_values_supported: ["RS256"],
    });
    expect(JSON.stringify(said)).not.toContain("evil.example");
    expect(said["dpop_signing_alg_values_supported"]).toContain("ES256");
  });

  test("shows the public parts of its keys alone, and leaves those for partners where they were", async () => {
    const [own, partners] = await Promise.all(["/oidc/jwks", "/.well-known/jwks.json"].map(async path => (await fetch(hub.url + path)).json() as Promise<{ keys: Record<string, string>[] }>));
    expect(own!.keys.map(key => Object.keys(key).sort())).toEqual([["alg", "e", "kid", "kty", "n", "use"]]);
    expect(partners!.keys[0]!["kid"]).not.toBe(own!.keys[0]!["kid"]);
  });
});

describe("a portal signs somebody in", () => {
  test("with a code and PKCE: the ID token says at which level, and tells neither name nor fiscal code; the graph knows the person", async () => {
    const portal = await RelyingParty.discover(hub);
    const tokens = await portal.signIn("ada.rossi");
    const claims = tokens.claims()!;
    expect(claims).toMatchObject({ iss: hub.url, aud: "portale-demo", acr: acr(2), amr: ["spid", "mfa"] });
    expect(JSON.stringify(claims)).not.toMatch(/Ada|Rossi|RSS/);
    expect(claims.sub).toMatch(/^[\w-]{43}$/);
    expect(await openid.fetchUserInfo(portal.config, tokens.access_token, claims.sub)).toMatchObject({
      sub: claims.sub, name: "Ada Rossi", given_name: "Ada", family_name: "Rossi", "https://attributes.eid.gov.it/fiscal_number": person("ada.rossi").fiscalCode,
    });
    expect((await portal.graph(tokens.access_token).data(me))["me"]).toEqual({ fiscalCode: person("ada.rossi").fiscalCode, assurance: "L2" });
  });

  test("whose name it does not learn unless it asks for it", async () => {
    const portal = await RelyingParty.discover(hub);
    const tokens = await portal.signIn("bruno.ferrero", { scope: "openid" });
    expect(Object.keys(await openid.fetchUserInfo(portal.config, tokens.access_token, tokens.claims()!.sub)).sort()).toEqual(["acr", "amr", "sub"]);
  });

  test("who is the same at every visit to it, and somebody else to another client", async () => {
    const first = (await (await RelyingParty.discover(hub)).signIn("ada.rossi")).claims()!.sub;
    const again = (await (await RelyingParty.discover(hub)).signIn("ada.rossi")).claims()!.sub;
    const elsewhere = (await (await RelyingParty.discover(hub, "app-demo")).signIn("ada.rossi")).claims()!.sub;
    expect([again === first, elsewhere === first]).toEqual([true, false]);
  });

  test("who signed in already, and is not asked again", async () => {
    const browser = new Surfer(hub);
    await browser.signIn("ada.rossi", { level: "2" });
    const portal = await RelyingParty.discover(hub, "portale-demo", browser);
    const asked = await portal.request();
    const end = await portal.follow(asked.address.href);
    expect((await portal.redeem(end, asked)).claims()).toMatchObject({ acr: acr(2) });
    const silent = await portal.request({ prompt: "none" });
    expect((await portal.redeem(await portal.follow(silent.address.href), silent)).claims()).toMatchObject({ acr: acr(2) });
  });

  test("at the level that it asks for, with a step up from where the person is", async () => {
    const portal = await RelyingParty.discover(hub);
    expect((await portal.signIn("ada.rossi", { acr_values: acr(1) })).claims()).toMatchObject({ acr: acr(1), amr: ["spid", "pwd"] });
    const asked = await portal.request({ acr_values: acr(3) });
    const stepUp = await portal.follow(asked.address.href);
    expect([stepUp.status, new URL(stepUp.url).pathname]).toEqual([200, "/step-up"]);
    expect(stepUp.html).toContain("Sei entrato con il livello 1");
    const tokens = await portal.redeem(await portal.authenticate(stepUp, "ada.rossi"), asked);
    expect(tokens.claims()).toMatchObject({ acr: acr(3) });
    expect((await portal.graph(tokens.access_token).data(me))["me"]).toMatchObject({ assurance: "L3" });
  });

  test("anew, when it asks for that or the sign-in is too old", async () => {
    const portal = await RelyingParty.discover(hub);
    const first = (await portal.signIn("ada.rossi")).claims()!;
    for (const parameters of [{ prompt: "login" }, { max_age: "0" }]) {
      const asked = await portal.request(parameters);
      const choice = await portal.follow(asked.address.href);
      expect([choice.status, new URL(choice.url).pathname]).toEqual([200, "/spid/login"]);
      expect((await portal.redeem(await portal.authenticate(choice, "ada.rossi"), asked)).claims()!["auth_time"]).toBeGreaterThanOrEqual(first["auth_time"] as number);
    }
  });

  test("and no other than it names", async () => {
    const portal = await RelyingParty.discover(hub);
    const { id_token } = await portal.signIn("ada.rossi");
    const asked = await portal.request({ id_token_hint: id_token!, prompt: "login" });
    const end = await portal.authenticate(await portal.follow(asked.address.href), "bruno.ferrero");
    expect(errorIn(end)).toEqual({ error: "login_required", description: "OTHER_PERSON: somebody else logged in than the one whom the request names" });
  });
});

describe("an app on a device", () => {
  test("comes back to whichever port of the loopback it listens on, once the person has agreed", async () => {
    const app = await RelyingParty.discover(hub, "app-demo");
    const asked = await app.request();
    const consent = await app.authenticate(await app.follow(asked.address.href), "ada.rossi");
    expect(consent.status).toBe(200);
    expect(consent.html).toContain("Vuoi usare App dimostrativa?");
    expect(consent.headers.get("content-security-policy")).toContain("form-action 'self' http://127.0.0.1:*");
    expect((await app.redeem(await app.consent(consent), asked)).claims()).toMatchObject({ aud: "app-demo" });
  });

  test("is told when the person does not agree", async () => {
    const app = await RelyingParty.discover(hub, "app-demo");
    const consent = await app.authenticate(await app.follow((await app.request()).address.href), "ada.rossi");
    expect(errorIn(await app.consent(consent, "no"))).toEqual({ error: "access_denied", description: "DECLINED: the person did not agree" });
  });
});

describe("a sign-in that does not succeed", () => {
  test.each([
    ["cancelled by the person", "cancel", "access_denied", "CANCELLED"],
    ["consent denied", "deny", "access_denied", "CONSENT_DENIED"],
  ])("(%s) is told to the client in the words of OpenID Connect, with a name that it can show", async (_what, action, error, name) => {
    const portal = await RelyingParty.discover(hub);
    const choice = await portal.follow((await portal.request()).address.href);
    const link = /href="(\/spid\/login\?[^"]*idp=[^"]*)"/.exec(choice.html)![1]!.replaceAll("&amp;", "&");
    let page = await portal.browser.submit(await portal.browser.open(link), "hand-over");
    if (action === "cancel") page = await portal.browser.submit(page, "credentials", { username: "", password: "", action });
    else {
      page = await portal.browser.submit(page, "credentials", { username: "ada.rossi", password: "sportello", action: "enter" });
      page = await portal.browser.submit(page, "second-factor", { code: /id="sandbox-code">(\d{6})</.exec(page.html)![1]!, action: "confirm" });
      page = await portal.browser.submit(page, "consent", { action });
    }
    const trouble = await portal.browser.submit(page, "hand-over");
    const back = /href="([^"]*login_error=[^"]*)"/.exec(trouble.html)![1]!.replaceAll("&amp;", "&");
    const told = errorIn(await portal.follow(back));
    expect(told.error).toBe(error);
    expect(told.description).toMatch(new RegExp(`^${name}: [\\x20-\\x7e]+$`));
  });

  test("without asking the person, for nobody is signed in, is login_required", async () => {
    const portal = await RelyingParty.discover(hub);
    expect(errorIn(await portal.follow((await portal.request({ prompt: "none" })).address.href))).toMatchObject({ error: "login_required" });
  });

  test.each([
    ["no challenge", { code_challenge: "", code_challenge_method: "" }, "invalid_request"],
    ["a challenge in the clear", { code_challenge_method: "plain" }, "invalid_request"],
    ["tokens in the address", { response_type: "id_token" }, "unsupported_response_type"],
  ])("for the request is wrong (%s), is told to the client", async (_what, parameters, error) => {
    const portal = await RelyingParty.discover(hub);
    const { address } = await portal.request(parameters);
    for (const [name, value] of [...address.searchParams]) if (value === "") address.searchParams.delete(name);
    const { url } = await portal.follow(address.href);
    expect(new URLSearchParams(new URL(url).hash.slice(1)).get("error") ?? errorIn({ url }).error).toBe(error);
  });

  test.each([
    ["an address that the client did not register", { redirect_uri: "https://evil.example/callback" }],
    ["a client that nobody knows", { client_id: "nobody" }],
  ])("for %s, leads nowhere: a page says so", async (_what, parameters) => {
    const portal = await RelyingParty.discover(hub);
    const page = await portal.browser.open((await portal.request(parameters)).address.href, undefined, { headers: { accept: "text/html" } });
    expect([page.status, page.url.startsWith(hub.url)]).toEqual([400, true]);
    expect(page.html).toContain("Non è possibile proseguire");
    expect(page.html).not.toContain("evil.example");
  });

  test("in another browser than the one that began, finds no request", async () => {
    const portal = await RelyingParty.discover(hub);
    const begun = await portal.browser.open((await portal.request()).address.href, undefined, { follow: false });
    const page = await new Surfer(hub).open(begun.headers.get("location")!);
    expect([page.status, page.html.includes("session_not_found")]).toEqual([400, true]);
  });
});

test("nothing of all this stands in the log, and no token in the database", async () => {
  const portal = await RelyingParty.discover(hub);
  const { access_token, refresh_token, id_token } = await portal.signIn("ada.rossi");
  const log = hub.log.join("\n");
  for (const datum of [...personalData(["ada.rossi", "bruno.ferrero"]), access_token, refresh_token!, id_token!]) expect(log).not.toContain(datum);
  const stored = JSON.stringify(await hub.sql(`select * from "oidc_artifact"`));
  for (const secret of [access_token, refresh_token!, person("ada.rossi").fiscalCode]) expect(stored).not.toContain(secret);
});
