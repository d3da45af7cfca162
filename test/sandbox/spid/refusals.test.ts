import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { generateKeyPair } from "../../../sandbox/spid/keys.ts";
import { Browser, type Page } from "./browser.ts";
import { first, isSignedBy, parse, type RequestShape } from "./service-provider.ts";
import { handedOver, Stage } from "./stage.ts";

let stage: Stage;
let browser: Browser;
beforeAll(async () => { stage = await Stage.open(); });
beforeEach(() => { browser = new Browser(); });
afterEach(() => stage.world.faults.lift());
afterAll(() => stage.close());

/** Number, status code and status code within of the refusal that a page hands over. */
function refusalOn(page: Page): readonly (string | undefined)[] {
  const document = parse(handedOver(page).xml);
  const codes = [...document.getElementsByTagNameNS("*", "StatusCode")].map(code => code.getAttribute("Value")!.split(":").at(-1));
  expect(first(document, "Assertion")).toBeUndefined();
  return [/^ErrorCode nr(\d\d)$/.exec(first(document, "StatusMessage")!.textContent!)?.[1], ...codes];
}

const requester = "Requester";
const post = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const context = (comparison: string, ...classes: readonly string[]): string =>
  `<samlp:RequestedAuthnContext Comparison="${comparison}">${classes.map(name => `<saml:AuthnContextClassRef>${name}</saml:AuthnContextClassRef>`).join("")}</samlp:RequestedAuthnContext>`;
const l2 = "https://www.spid.gov.it/SpidL2";

const wrongRequests: readonly (readonly [string, RequestShape, readonly string[]])[] = [
  ["another message", { root: "samlp:LogoutRequest" }, ["08", requester]],
  ["an unknown attribute", { more: `Altro="x" ForceAuthn="true"` }, ["08", requester]],
  ["no ForceAuthn above level 1", { more: "" }, ["08", requester]],
  ["elements out of order", { nameIdPolicy: "", context: `${context("minimum", l2)}<samlp:NameIDPolicy Format="x"/>` }, ["08", requester]],
  ["another version", { version: `Version="1.1"` }, ["09", "VersionMismatch"]],
  ["no version", { version: "" }, ["09", "VersionMismatch"]],
  ["an ID that begins with a figure", { id: "1abc" }, ["11", requester]],
  ["no context", { context: "", more: "" }, ["12", requester, "NoAuthnContext"]],
  ["an unknown class", { context: context("minimum", "https://www.spid.gov.it/SpidL4") }, ["12", requester, "NoAuthnContext"]],
  ["an unknown comparison", { context: context("about", l2) }, ["12", requester, "NoAuthnContext"]],
  ["something better than level 3", { context: context("better", "https://www.spid.gov.it/SpidL3") }, ["12", requester, "NoAuthnContext"]],
  ["two classes", { context: context("minimum", l2, "https://www.spid.gov.it/SpidL3") }, ["12", requester, "NoAuthnContext"]],
  ["an old instant", { issueInstant: `IssueInstant="2026-06-01T09:00:00Z"` }, ["13", requester, "RequestDenied"]],
  ["a future instant", { issueInstant: `IssueInstant="2026-06-01T11:00:00Z"` }, ["13", requester, "RequestDenied"]],
  ["an instant with an offset", { issueInstant: `IssueInstant="2026-06-01T12:00:00+02:00"` }, ["13", requester, "RequestDenied"]],
  ["another destination", { destination: `Destination="https://altra.example.org"` }, ["14", requester, "RequestUnsupported"]],
  ["no destination", { destination: "" }, ["14", requester, "RequestUnsupported"]],
  ["IsPassive", { more: `IsPassive="true" ForceAuthn="true"` }, ["15", requester, "NoPassive"]],
  ["an unknown assertion consumer", { consumer: `AssertionConsumerServiceIndex="7"` }, ["16", requester, "RequestUnsupported"]],
  ["index and address of the consumer", { consumer: `AssertionConsumerServiceIndex="0" ProtocolBinding="${post}"` }, ["16", requester, "RequestUnsupported"]],
  ["a consumer elsewhere", { consumer: `AssertionConsumerServiceURL="https://altra.example.org/acs" ProtocolBinding="${post}"` }, ["16", requester, "RequestUnsupported"]],
  ["no consumer", { consumer: "" }, ["16", requester, "RequestUnsupported"]],
  ["no NameIDPolicy", { nameIdPolicy: "" }, ["17", requester, "RequestUnsupported"]],
  ["another NameID format", { nameIdPolicy: `<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"/>` }, ["17", requester, "RequestUnsupported"]],
  ["an unknown attribute set", { attributeSet: `AttributeConsumingServiceIndex="9"` }, ["18", requester, "RequestUnsupported"]],
];

describe("a signed request with a fault is answered at once", () => {
  it.each(wrongRequests)("%s", async (_what, shape, refusal) => {
    const { page } = await stage.ask(browser, "spid", 2, shape);
    expect(refusalOn(page)).toEqual(refusal);
    const { action, xml } = handedOver(page);
    expect(action).toBe(stage.provider.acs);
    expect(isSignedBy(xml, "Response", await stage.certificate("spid"))).toBe(true);
  });

  it.each<readonly [string, RequestShape]>([
    ["the entityID as destination", { destination: "" }],
    ["the address of the consumer", { consumer: "" }],
    ["AllowCreate", { nameIdPolicy: `<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" AllowCreate="true"/>` }],
    ["no attribute set", { attributeSet: "" }],
  ])("but not for %s", async (what, shape) => {
    const filled = what.startsWith("the entityID") ? { destination: `Destination="${stage.url("spid")}"` }
      : what.startsWith("the address") ? { consumer: `AssertionConsumerServiceURL="${stage.provider.acs}" ProtocolBinding="${post}"` } : shape;
    expect((await stage.ask(browser, "spid", 2, filled)).page.html).toContain(`id="credentials"`);
  });

  it("the electronic identity card takes no entityID for its address, and always wants ForceAuthn", async () => {
    const shape = { more: `ForceAuthn="true"`, destination: `Destination="${stage.url("cie")}"` };
    expect(refusalOn((await stage.ask(browser, "cie", 1, shape)).page)[0]).toBe("14");
    expect(refusalOn((await stage.ask(browser, "cie", 1)).page)[0]).toBe("08");
  });
});

describe("a request that nobody can trust is answered on the page only", () => {
  const sso = (binding: "post" | "redirect"): string => stage.url("spid", `/sso/${binding}`);
  const request = (shape: RequestShape = {}, binding: "post" | "redirect" = "post"): string => stage.provider.request(stage.now, sso(binding), 2, shape).xml;
  const base64 = (text: string): string => Buffer.from(text).toString("base64");

  it.each<readonly [string, string, () => Promise<Page>]>([
    ["nothing at all", "04", () => browser.open(sso("post"), {})],
    ["something that is not base64", "04", () => browser.open(sso("post"), { SAMLRequest: "%%" })],
    ["something that is not XML", "04", () => browser.open(sso("post"), { SAMLRequest: base64("ciao") })],
    ["a document type declaration", "04", () => browser.open(sso("post"), { SAMLRequest: base64(`<!DOCTYPE x>${request()}`) })],
    ["a Redirect without signature", "04", () => browser.open(stage.provider.redirectUrl(sso("redirect"), request({}, "redirect")).split("&SigAlg")[0]!)],
    ["a Redirect with a wrong signature", "05", () => browser.open(stage.provider.redirectUrl(sso("redirect"), request({}, "redirect")).replace("RelayState=stato", "RelayState=altro"))],
    ["a Redirect at the address for POST", "06", () => browser.open(stage.provider.redirectUrl(sso("post"), request()))],
    ["a POST at the address for Redirect", "06", () => browser.open(sso("redirect"), stage.provider.postForm(request()))],
    ["no signature", "07", () => browser.open(sso("post"), { SAMLRequest: base64(request()) })],
    ["a change after signing", "07", () => browser.open(sso("post"), { SAMLRequest: base64(stage.provider.signed(request()).replace("SpidL2", "SpidL1")) })],
    ["a stranger's signature", "07", async () => browser.open(sso("post"), stage.provider.postForm(request(), "x", await generateKeyPair("Altri", stage.now)))],
    ["an unknown issuer", "10", () => browser.open(sso("post"), stage.provider.postForm(request({ issuer: stage.provider.issuer.replace(">http", ">altro-http") })))],
    ["an issuer without format", "10", () => browser.open(sso("post"), stage.provider.postForm(request({ issuer: stage.provider.issuer.replace(/Format="[^"]*"/, "") })))],
    ["an issuer without qualifier", "10", () => browser.open(sso("post"), stage.provider.postForm(request({ issuer: stage.provider.issuer.replace(/NameQualifier="[^"]*"/, "") })))],
  ])("%s: error %s", async (_what, number, send) => {
    const page = await send();
    expect(page.status).toBe(403);
    expect(page.html).toContain(`Errore ${number}`);
    expect(page.html).toContain(`role="alert"`);
  });

  it("metadata that are not signed: error 03, until they are", async () => {
    const right = stage.published;
    stage.published = right.replace("minimo", "minima");
    stage.pass(61);
    const page = await browser.open(sso("post"), stage.provider.postForm(request()));
    expect([page.status, page.html.includes("Errore 03")]).toEqual([500, true]);
    stage.published = right;
    expect((await browser.open(sso("post"), stage.provider.postForm(request()))).html).toContain(`id="credentials"`);
  });
});

describe("a person who cannot or will not go on sends the service provider the reason", () => {
  const authnFailed = (number: string) => [number, "Responder", "AuthnFailed"];
  const as = async (person: string, level = 2): Promise<Page> => browser.submit((await stage.ask(browser, "spid", level)).page, "people", { person });

  it("19 wrong credentials three times", async () => {
    const wrong = { username: "ada.rossi", password: "sbagliata", action: "enter" };
    const { page } = await stage.ask(browser, "spid", 1);
    const once = await browser.submit(page, "credentials", wrong);
    expect(once.html).toContain("Tentativi rimasti: 2.");
    const twice = await browser.submit(once, "credentials", wrong);
    expect(refusalOn(await browser.submit(twice, "credentials", wrong))).toEqual(authnFailed("19"));
  });

  it("20 no credentials of the level", async () => {
    expect(refusalOn(await as("solo.livello1"))).toEqual(authnFailed("20"));
    expect((await as("solo.livello1", 1)).html).toContain(`id="consent"`);
  });

  it("21 too slow, on the way and on coming back", async () => {
    const { page } = await stage.ask(browser, "spid", 1);
    const other = await stage.ask(browser, "spid", 1);
    stage.pass(301);
    expect(refusalOn(await browser.submit(page, "people", { person: "ada.rossi" }))).toEqual(authnFailed("21"));
    expect(refusalOn(await browser.open(other.page.url))).toEqual(authnFailed("21"));
  });

  it("22 no consent", async () => {
    expect(refusalOn(await browser.submit(await as("ada.rossi", 1), "consent", { action: "deny" }))).toEqual(authnFailed("22"));
  });

  it("23 suspended identity", async () => {
    expect(refusalOn(await as("identita.sospesa"))).toEqual(authnFailed("23"));
  });

  it("25 cancelled, on every page", async () => {
    const cancel = { action: "cancel" };
    expect(refusalOn(await browser.submit((await stage.ask(browser, "spid", 2)).page, "credentials", cancel))).toEqual(authnFailed("25"));
    expect(refusalOn(await browser.submit(await as("ada.rossi"), "second-factor", cancel))).toEqual(authnFailed("25"));
    expect(refusalOn(await browser.submit(await as("ada.rossi", 1), "consent", cancel))).toEqual(authnFailed("25"));
  });

  it("30 another kind of identity", async () => {
    expect(refusalOn(await as("uso.professionale"))).toEqual(authnFailed("30"));
  });

  it("and a login that has ended is not begun again", async () => {
    const page = await as("ada.rossi", 1);
    await browser.submit(page, "consent", { action: "deny" });
    expect((await browser.submit(page, "consent", { action: "consent" })).status).toBe(403);
  });
});

describe("imposed faults", () => {
  it("refuse with a number is that refusal, once", async () => {
    stage.world.faults.impose("spid", { kind: "refuse", code: "23", times: 1 });
    const { page } = await stage.ask(browser, "spid", 1);
    expect(refusalOn(await stage.logIn(browser, page, 1))[0]).toBe("23");
    const again = await stage.ask(browser, "spid", 1);
    expect(handedOver(await stage.logIn(browser, again.page, 1)).xml).toContain("status:Success");
  });

  it("malformed with a case is that wrong response", async () => {
    stage.world.faults.impose("spid", { kind: "malformed", code: "20" }, "response");
    const { page } = await stage.ask(browser, "spid", 2);
    const { xml } = handedOver(await stage.logIn(browser, page, 2));
    expect(parse(xml).documentElement!.hasAttribute("Destination")).toBe(false);
    expect(isSignedBy(xml, "Assertion", await stage.certificate("spid"))).toBe(true);
  });

  it("late is a response that has expired", async () => {
    stage.world.faults.impose("spid", { kind: "late", ms: 600_000 });
    const { page } = await stage.ask(browser, "spid", 2);
    const { xml } = handedOver(await stage.logIn(browser, page, 2));
    expect(Date.parse(first(parse(xml), "Conditions")!.getAttribute("NotOnOrAfter")!)).toBe(stage.now.getTime() - 300_000);
  });

  it("unavailable is error 02 on arrival", async () => {
    stage.world.faults.impose("spid", { kind: "unavailable" }, "sso");
    const { page } = await stage.ask(browser, "spid", 1);
    expect([page.status, page.html.includes("Errore 02")]).toEqual([503, true]);
  });

  it("reset is a connection that ends", async () => {
    stage.world.faults.impose("cie", { kind: "reset" });
    await expect(stage.ask(browser, "cie", 1)).rejects.toThrow("fetch failed");
  });
});
