import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as openid from "openid-client";
import { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { RelyingParty } from "./relying-party.ts";
import { testQuiet } from "../../helpers/quiet.ts";

let hub: TestHub;
beforeAll(async () => { hub = await startHub({ sandbox: true }); });
afterAll(() => hub.close());

const me = "{ me { assurance } }";
const refusal = async (attempt: Promise<unknown>): Promise<string> => attempt.then(() => "none", (error: unknown) => (error as { error?: string }).error ?? `${(error as { status?: number }).status}`);
const statusOf = async (client: Client): Promise<string> => {
  const { status, errors } = await client.ask(me);
  return errors.length > 0 ? `${status} ${errors[0]!.extensions.code}` : String(status);
};

/** What the graph answers once an end has had time to be known everywhere. */
const endsAs = async (client: Client, expected: string): Promise<string> => {
  const patience = Date.now() + 60_000;
  let status = await statusOf(client);
  while (status !== expected && Date.now() < patience) {
    await new Promise(resolve => setTimeout(resolve, 50));
    status = await statusOf(client);
  }
  return status;
};

describe("tokens", () => {
  test("are renewed, each refresh token once; whoever comes with a used one ends them all", async () => {
    const portal = await RelyingParty.discover(hub);
    const first = await portal.enter("ada.rossi");
    const second = await openid.refreshTokenGrant(portal.config, first.refresh_token!);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await statusOf(portal.graph(second.access_token))).toBe("200");
    expect(await refusal(openid.refreshTokenGrant(portal.config, first.refresh_token!))).toBe("invalid_grant");
    expect(await refusal(openid.refreshTokenGrant(portal.config, second.refresh_token!))).toBe("invalid_grant");
    expect(await statusOf(portal.graph(second.access_token))).toBe("401 INVALID_TOKEN");
  });

  test("cannot be had twice by coming twice at once", async () => {
    const portal = await RelyingParty.discover(hub);
    const { refresh_token } = await portal.enter("ada.rossi");
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => openid.refreshTokenGrant(portal.config, refresh_token!)));
    const had = outcomes.flatMap(outcome => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(had.length).toBeLessThanOrEqual(1);
    for (const { access_token } of had) expect(await endsAs(portal.graph(access_token), "401 INVALID_TOKEN")).toBe("401 INVALID_TOKEN");
  });

  test("are had for a code once, by whoever began; a code that comes twice takes its tokens with it", async () => {
    const portal = await RelyingParty.discover(hub);
    const asked = await portal.request();
    portal.seat(await hub.citizen("ada.rossi"));
    const end = await portal.follow(asked.address.href);
    expect(await refusal(portal.redeem(end, { ...asked, verifier: openid.randomPKCECodeVerifier() }))).toBe("invalid_grant");
    const again = await portal.request();
    const back = await portal.follow(again.address.href);
    const { access_token } = await portal.redeem(back, again);
    expect(await statusOf(portal.graph(access_token))).toBe("200");
    expect(await refusal(portal.redeem(back, again))).toBe("invalid_grant");
    expect(await statusOf(portal.graph(access_token))).toBe("401 INVALID_TOKEN");
  });

  test("are taken back at the client's word, and said to be good for nothing then", async () => {
    const portal = await RelyingParty.discover(hub);
    const { access_token, refresh_token } = await portal.enter("ada.rossi");
    expect(await openid.tokenIntrospection(portal.config, access_token)).toMatchObject({ active: true, client_id: "portale-demo", scope: "openid profile", acr: "https://www.spid.gov.it/SpidL2" });
    await openid.tokenRevocation(portal.config, access_token);
    expect(await openid.tokenIntrospection(portal.config, access_token)).toEqual({ active: false });
    expect(await statusOf(portal.graph(access_token))).toBe("401 INVALID_TOKEN");
    expect(await refusal(openid.refreshTokenGrant(portal.config, refresh_token!))).toBe("invalid_grant");
    const other = await portal.enter("ada.rossi");
    await openid.tokenRevocation(portal.config, other.refresh_token!);
    expect(await statusOf(portal.graph(other.access_token))).toBe("401 INVALID_TOKEN");
  });

  test("are nothing to another client, nor to one that does not know its secret", async () => {
    const [portal, app] = [await RelyingParty.discover(hub), await RelyingParty.discover(hub, "app-demo")];
    const { access_token, refresh_token } = await portal.enter("ada.rossi");
    expect(await openid.tokenIntrospection(app.config, access_token)).toEqual({ active: false });
    expect(await refusal(openid.refreshTokenGrant(app.config, refresh_token!))).toBe("invalid_grant");
    const thief = await openid.discovery(new URL(hub.url), "portale-demo", undefined, openid.ClientSecretBasic("guess"), { execute: [openid.allowInsecureRequests] });
    expect(await refusal(openid.refreshTokenGrant(thief, refresh_token!))).toBe("401");
    expect(await statusOf(portal.graph(access_token))).toBe("200");
  });

  test("end with the session, wherever that is ended", async () => {
    const portal = await RelyingParty.discover(hub);
    const { access_token, refresh_token } = await portal.enter("elena.giordano");
    const graph = portal.graph(access_token);
    const sessions = (await graph.data("{ mySessions { id current } }"))["mySessions"] as unknown as { id: string; current: boolean }[];
    expect(sessions.map(({ current }) => current)).toEqual([true]);
    expect(await (await hub.citizen("elena.giordano")).mutate("endSession", { session: sessions[0]!.id })).toMatchObject({ __typename: "EndSessionSuccess" });
    expect(await statusOf(graph)).toBe("401 INVALID_TOKEN");
    expect(await openid.tokenIntrospection(portal.config, access_token)).toEqual({ active: false });
    expect(await refusal(openid.refreshTokenGrant(portal.config, refresh_token!))).toBe("invalid_grant");
  });

  test("end in time, and their client may be shut out at once", async () => {
    const portal = await RelyingParty.discover(hub);
    const { access_token } = await portal.enter("ada.rossi");
    await hub.sql(`update "oidc_client" set "active" = false where "client_id" = 'portale-demo'`);
    try {
      expect(await statusOf(portal.graph(access_token))).toBe("401 INVALID_TOKEN");
    } finally {
      await hub.sql(`update "oidc_client" set "active" = true where "client_id" = 'portale-demo'`);
    }
    await hub.sql(`update "oidc_artifact" set "expires_at" = now() - interval '1 second' where "kind" = 'AccessToken'`);
    expect(await statusOf(portal.graph(access_token))).toBe("401 INVALID_TOKEN");
  });

  test.each([
    ["was taken back", "INVALID_TOKEN", ({ config }: RelyingParty, token: string) => openid.tokenRevocation(config, token)],
    ["belongs to a client that was shut out", "INVALID_TOKEN", () => hub.sql(`update "oidc_client" set "active" = false where "client_id" = 'portale-demo'`)],
    ["belongs to a client that may do less now", "ACCESS_CHANGED", () => hub.sql(`update "oidc_client" set "permissions" = '["catalogue", "self"]' where "client_id" = 'portale-demo'`)],
  ])("that %s is forgotten by every process, and takes its sockets with it", async (_what, reason, change) => {
    const [before] = await hub.sql<{ permissions: unknown }>(`select "permissions"::text as permissions from "oidc_client" where "client_id" = 'portale-demo'`);
    const portal = await RelyingParty.discover(hub);
    const { access_token } = await portal.enter("bruno.ferrero");
    const beside = await startHub({ beside: hub });
    const sockets = await Promise.all([hub, beside].map(({ url }) => new Client(url, { authorization: `Bearer ${access_token}` }).bare()));
    try {
      for (const socket of sockets) {
        socket.subscribe("1", "subscription { myUpdates { __typename } }");
        socket.send({ type: "ping" });
        await socket.next(({ type }) => type === "pong");
      }
      await change(portal, access_token);
      expect(await Promise.all(sockets.map(socket => socket.end()))).toEqual([{ code: 4403, reason }, { code: 4403, reason }]);
    } finally {
      for (const { ws } of sockets) ws.terminate();
      await beside.close();
      await hub.sql(`update "oidc_client" set "active" = true, "permissions" = $1 where "client_id" = 'portale-demo'`, [before!.permissions]);
    }
  });

  test("give no more of the graph than their client was registered for", async () => {
    await hub.sql(`update "oidc_client" set "permissions" = '["catalogue", "self", "desk"]' where "client_id" = 'app-demo'`);
    const app = await RelyingParty.discover(hub, "app-demo");
    const graph = app.graph((await app.enter("ada.rossi")).access_token);
    expect((await graph.data("{ me { assurance } }"))["me"]).toEqual({ assurance: "L2" });
    const mutations = (await graph.data("{ __schema { mutationType { fields { name } } } }"))["__schema"]!["mutationType"]!["fields"] as unknown as { name: string }[];
    expect(mutations.map(({ name }) => name)).toEqual(expect.arrayContaining(["updateContacts"]));
    expect(mutations.map(({ name }) => name)).not.toEqual(expect.arrayContaining(["startPayment"]));
    expect((await graph.ask("{ desk { __typename } }")).errors[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  test("are counted for their client too: what one person spends through it is missing to all who ask through it", async () => {
    const portal = await RelyingParty.discover(hub);
    const [ada, bruno] = [await portal.enter("ada.rossi"), await portal.enter("bruno.ferrero")];
    const beside = await startHub({ beside: hub, settings: { BUDGET_APP: "400" } });
    try {
      const asking = ({ access_token }: { access_token: string }) => new Client(beside.url, { authorization: `Bearer ${access_token}` });
      const { data, headers } = await asking(ada).ask("{ limits { left app { budget left } } }");
      expect(data["limits"]).toEqual({ left: null, app: { budget: 400, left: Number(headers.get("x-ratelimit-app-remaining")) } });
      await asking(ada).ask(`{ limits { cost } ${" ".repeat(400)} }`);
      const refused = await asking(bruno).ask("{ limits { cost } }");
      expect([refused.status, refused.errors[0]?.extensions.code, refused.headers.get("x-ratelimit-app-remaining")]).toEqual([429, "RATE_LIMITED", "0"]);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect((await beside.visitor.ask("{ limits { cost } }")).status).toBe(200);
    } finally {
      await beside.close();
    }
  });

  test("outlive the process that gave them", async () => {
    const portal = await RelyingParty.discover(hub);
    const { access_token, refresh_token } = await portal.enter("ada.rossi");
    const beside = await startHub({ beside: hub });
    try {
      expect(await statusOf(new Client(beside.url, { authorization: `Bearer ${access_token}` }))).toBe("200");
      const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refresh_token! });
      const renewed = await fetch(`${beside.url}/oidc/token`, { method: "POST", headers: { authorization: `Basic ${Buffer.from("portale-demo:sandbox-portal-secret").toString("base64")}` }, body });
      expect(renewed.status).toBe(200);
      expect(await refusal(openid.refreshTokenGrant(portal.config, refresh_token!))).toBe("invalid_grant");
    } finally {
      await beside.close();
    }
  });
});

test("too low a level is told with the way to step up, which leads the client on", async () => {
  const portal = await RelyingParty.discover(hub);
  const { access_token } = await portal.signIn("ada.rossi", { acr_values: "https://www.spid.gov.it/SpidL1" });
  const { person } = (await portal.graph(access_token).data("{ me { person { __typename ... on AssuranceTooLow { required stepUpUrl } } } }"))["me"]!;
  expect(person).toMatchObject({ __typename: "AssuranceTooLow", required: "L2" });
  const { searchParams, origin, pathname } = new URL(person!["stepUpUrl"]!);
  expect([origin + pathname, Object.fromEntries(searchParams)]).toEqual([`${hub.url}/oidc/auth`, { client_id: "portale-demo", response_type: "code", scope: "openid", acr_values: "https://www.spid.gov.it/SpidL2" }]);
  const asked = await portal.request(Object.fromEntries(searchParams));
  const page = await portal.follow(asked.address.href);
  const cancelled = new URL((await portal.follow(/href="([^"]*login_error=CANCELLED[^"]*)"/.exec(page.html)![1]!)).url);
  expect([cancelled.searchParams.get("error"), cancelled.searchParams.get("state")]).toEqual(["access_denied", asked.state]);
  const higher = await portal.redeem(await portal.authenticate(await portal.follow(asked.address.href), "ada.rossi"), asked);
  expect((await portal.graph(higher.access_token).data("{ me { person { __typename } } }"))["me"]).toEqual({ person: { __typename: "Person" } });
});

describe("signing out", () => {
  test("ends the session at the hub with all that rests on it, and comes back to the client", async () => {
    const portal = await RelyingParty.discover(hub);
    const { access_token, id_token } = await portal.enter("ada.rossi");
    const address = openid.buildEndSessionUrl(portal.config, { id_token_hint: id_token!, post_logout_redirect_uri: "http://localhost:3000/", state: "where-I-was" });
    const page = await portal.follow(address.href);
    expect([page.status, page.html.includes("requestSubmit")]).toEqual([200, true]);
    const { action, fields } = portal.formOf(page, "op.logoutForm");
    expect((await portal.follow(action, { ...fields, logout: "yes" })).url).toBe("http://localhost:3000/?state=where-I-was");
    expect(await statusOf(portal.graph(access_token))).toBe("401 INVALID_TOKEN");
    expect(portal.browser.cookies.has("session")).toBe(false);
  });

  test("is asked about when nobody shows who is meant, and may be declined", async () => {
    const portal = await RelyingParty.discover(hub);
    await portal.enter("ada.rossi");
    const page = await portal.follow(`${hub.url}/oidc/logout?client_id=portale-demo`);
    expect([page.status, page.html.includes("requestSubmit"), page.html.includes("Vuoi uscire?")]).toEqual([200, false, true]);
    const { action, fields } = portal.formOf(page, "op.logoutForm");
    await portal.follow(action, fields);
    expect(portal.browser.cookies.has("session")).toBe(true);
    expect((await portal.browser.client.data(me))["me"]).toEqual({ assurance: "L2" });
  });

  test("leads to no address that the client did not register", async () => {
    const portal = await RelyingParty.discover(hub);
    const { id_token } = await portal.enter("ada.rossi");
    const refused = await portal.follow(openid.buildEndSessionUrl(portal.config, { id_token_hint: id_token!, post_logout_redirect_uri: "https://evil.example/" }).href);
    expect(refused.status).toBe(400);
    const end = await portal.browser.open(`/oidc/signed-out?client_id=portale-demo&uri=${encodeURIComponent("https://evil.example/")}`);
    expect(end.url).toBe(`${hub.url}/session`);
  });
});

test("a tool of the staff lets in staff alone, with what their roles give them", async () => {
  await hub.sql(`insert into "oidc_client" ("id", "administration_id", "client_id", "name", "native", "redirect_uris", "post_logout_redirect_uris", "scopes", "permissions", "staff", "active")
    select gen_random_uuid(), "administration_id", 'desk', 'Scrivania', false, '["http://localhost:3000/callback"]', '[]', '["openid"]', '["catalogue", "desk", "limits"]', true, true from "oidc_client" where "client_id" = 'portale-demo'`);
  const config = await openid.discovery(new URL(hub.url), "desk", undefined, openid.None(), { execute: [openid.allowInsecureRequests] });
  const desk = Object.assign(await RelyingParty.discover(hub), { config });
  desk.seat(await hub.staff({ "polizia-locale": ["CASE_OFFICER"] }));
  const tokens = await desk.signIn("guido.garelli", { scope: "openid" });
  expect((await desk.graph(tokens.access_token).ask("{ desk { __typename } }")).status).toBe(200);
  expect((await desk.graph(tokens.access_token).ask(me)).errors[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  const tooMuch = new URL((await desk.follow((await desk.request()).address.href)).url);
  expect(tooMuch.searchParams.get("error")).toBe("invalid_scope");
  const stranger = Object.assign(await RelyingParty.discover(hub), { config });
  const choice = await stranger.follow((await stranger.request({ scope: "openid" })).address.href);
  const trouble = await stranger.authenticate(choice, "ada.rossi");
  expect([trouble.status, trouble.html.includes("Non risulti tra il personale")]).toEqual([403, true]);
});

testQuiet(() => hub, ["ada.rossi", "bruno.ferrero"]);
