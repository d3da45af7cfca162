import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Visited } from "../../e2e/surfer.ts";
import { another } from "../../helpers/beside.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { RelyingParty } from "./relying-party.ts";
import { testQuiet } from "../../helpers/quiet.ts";

let hub: TestHub;
/** A second process of the same hub: it shares the database, and stands behind the same public address. */
let beside: TestHub;
let second: string;
beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  [beside, second] = await another(hub);
});
afterAll(async () => {
  await beside.close();
  await hub.close();
});

const title = ({ html }: Visited): string => /<h1>([^<]*)</.exec(html)?.[1] ?? html;
const over = "Questo passaggio è già concluso";
const told = ({ url }: Visited): Record<string, string> => Object.fromEntries(new URL(url).searchParams);

/** A page that says what to do, and from which nothing goes on by itself. */
function expectHelp(page: Visited): void {
  expect([page.status, title(page)]).toEqual([400, over]);
  expect(page.html).toContain('href="/session"');
  expect(page.html).not.toMatch(/http-equiv="refresh"|<script/);
}

describe("whichever process answers", () => {
  test("one begins, another signs in, the first goes on and gives the tokens", async () => {
    const app = await RelyingParty.discover(hub, "app-demo");
    const asked = await app.request();
    const choice = await app.follow(asked.address.href);
    app.browser.at = second;
    const consent = await app.authenticate(choice, "ada.rossi");
    app.browser.at = null;
    expect(title(consent)).toContain("Vuoi usare");
    expect(await app.redeem(await app.consent(consent), asked)).toHaveProperty("refresh_token");
  });

  test("also one that was stopped and started in the middle, twice", async () => {
    const app = await RelyingParty.discover(hub, "app-demo");
    const asked = await app.request();
    app.browser.at = second;
    const choice = await app.follow(asked.address.href);
    await beside.close();
    [beside, second] = await another(hub);
    app.browser.at = second;
    const consent = await app.authenticate(choice, "bruno.ferrero");
    await beside.close();
    [beside, second] = await another(hub);
    app.browser.at = second;
    const end = await app.consent(consent);
    app.browser.at = null;
    expect(await app.redeem(end, asked)).toHaveProperty("id_token");
  });
});

describe("people go about it in their own way", () => {
  test("in two tabs at once, each to its own end", async () => {
    const portal = await RelyingParty.discover(hub);
    const [one, other] = [await portal.request(), await portal.request({ acr_values: "https://www.spid.gov.it/SpidL1" })];
    const [first, later] = [await portal.follow(one.address.href), await portal.follow(other.address.href)];
    const end = await portal.authenticate(first, "ada.rossi");
    expect((await portal.redeem(end, one)).claims()).toMatchObject({ acr: "https://www.spid.gov.it/SpidL2" });
    expect(await portal.redeem(await portal.authenticate(later, "ada.rossi"), other)).toHaveProperty("access_token");
  });

  test("going back to a step that is done: a page says so, wherever they go back to", async () => {
    const app = await RelyingParty.discover(hub, "app-demo");
    const asked = await app.request();
    const consent = await app.authenticate(await app.follow(asked.address.href), "ada.rossi");
    const { action } = app.formOf(consent, "consent");
    await app.consent(consent);
    expectHelp(await app.browser.open(consent.url));
    expectHelp(await app.browser.open(action, { answer: "yes" }));
    expect((await app.browser.open(action.replace("/interaction/", "/auth/"), undefined, { headers: { accept: "text/html" } })).status).toBe(400);
  });

  test("with cookies off: a page says so, and nothing goes in circles", async () => {
    const portal = await RelyingParty.discover(hub);
    portal.browser.keeps = false;
    const page = await portal.browser.open((await portal.request()).address.href);
    expectHelp(page);
    expect(page.html).toContain("cookie");
    expect(page.redirects).toEqual([303]);
  });

  test("too slowly at the provider: the hub says so, and the way back tells the app", async () => {
    const portal = await RelyingParty.discover(hub);
    const choice = await portal.follow((await portal.request()).address.href);
    const link = /href="([^"]*\/spid\/login\?[^"]*idp=[^"]*)"/.exec(choice.html)![1]!.replaceAll("&amp;", "&");
    const handOver = await portal.browser.authenticate(await portal.browser.submit(await portal.browser.open(link), "hand-over"), "ada.rossi");
    hub.clock.advance(16 * 60_000);
    const late = await portal.browser.submit(handOver, "hand-over");
    expect([late.status, title(late)]).toEqual([403, "È passato troppo tempo"]);
    const back = /href="([^"]*login_error=EXPIRED[^"]*)"/.exec(late.html)![1]!.replaceAll("&amp;", "&");
    expect(told(await portal.follow(back))).toMatchObject({ error: "login_required", error_description: expect.stringContaining("EXPIRED") });
  });

  test("or so slowly that the app's request itself is over", async () => {
    const portal = await RelyingParty.discover(hub);
    const begun = await portal.browser.open((await portal.request()).address.href, undefined, { follow: false });
    hub.clock.advance(31 * 60_000);
    expectHelp(await portal.browser.open(begun.headers.get("location")!));
  });
});

describe("whoever comes to the graph with what is no good", () => {
  test.each([
    ["a token", { authorization: "Bearer nothing" }, /^Bearer error="invalid_token", error_description="[^"]+", DPoP algs="ES256 [^"]+"$/],
    ["a token that is bound to a key", { authorization: "DPoP nothing" }, /^DPoP error="invalid_token", error_description="[^"]+", algs="ES256 [^"]+"$/],
    ["a session", { cookie: "session=nothing" }, /^Bearer, DPoP algs="ES256 [^"]+"$/],
  ])("(%s) is told which kinds are", async (_what, headers, expected) => {
    const answer = await hub.visitor.with(headers).ask("{ __typename }");
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, expect.stringMatching(expected)]);
  });
});

testQuiet(() => hub, ["ada.rossi", "bruno.ferrero"]);
