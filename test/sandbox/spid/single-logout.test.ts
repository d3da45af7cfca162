import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { Browser } from "./browser.ts";
import { first, isSignedBy, parse, readRedirect } from "./service-provider.ts";
import { handedOver, Stage } from "./stage.ts";

let stage: Stage;
let browser: Browser;
let nameId: string;
let sessionIndex: string;
beforeAll(async () => { stage = await Stage.open(); });
afterAll(() => stage.close());
beforeEach(async () => {
  browser = new Browser();
  const { page } = await stage.ask(browser, "spid", 1);
  const assertion = parse(handedOver(await stage.logIn(browser, page, 1)).xml);
  nameId = first(assertion, "NameID")!.textContent!;
  sessionIndex = first(assertion, "AuthnStatement")!.getAttribute("SessionIndex")!;
});

const hasSession = async (): Promise<boolean> => (await browser.open(stage.url("spid", "/session"))).html.includes(`id="logout"`);
const statusIn = (xml: string): string[] =>
  [...parse(xml).getElementsByTagNameNS("*", "StatusCode")].map(code => code.getAttribute("Value")!.split(":").at(-1)!);

describe("asked for by the service provider", () => {
  it("by POST: the session ends and the answer is signed", async () => {
    const { id, xml } = stage.provider.logoutRequest(stage.now, stage.url("spid", "/slo/post"), stage.url("spid"), nameId, sessionIndex);
    const page = await browser.open(stage.url("spid", "/slo/post"), stage.provider.postForm(xml));
    const answer = handedOver(page);
    expect([answer.action, answer.relayState]).toEqual([`${stage.provider.url}/slo`, "stato"]);
    expect(isSignedBy(answer.xml, "LogoutResponse", await stage.certificate("spid"))).toBe(true);
    expect(parse(answer.xml).documentElement!.getAttribute("InResponseTo")).toBe(id);
    expect(statusIn(answer.xml)).toEqual(["Success"]);
    expect(await hasSession()).toBe(false);
  });

  it("by Redirect, and a second time: only partially, as nothing is left to close", async () => {
    const send = async () => {
      const { xml } = stage.provider.logoutRequest(stage.now, stage.url("spid", "/slo/redirect"), stage.url("spid"), nameId, sessionIndex);
      const page = await browser.open(stage.provider.redirectUrl(stage.url("spid", "/slo/redirect"), xml));
      const answer = readRedirect(page.url, "SAMLResponse", await stage.certificate("spid"));
      return [answer.verified, ...statusIn(answer.xml)];
    };
    expect(await send()).toEqual([true, "Success"]);
    expect(await send()).toEqual([true, "Requester", "PartialLogout"]);
  });

  it.each([
    ["another person", () => ({ nameId: "_altro" }), ["Requester", "PartialLogout"]],
    ["another session", () => ({ sessionIndex: "_altra" }), ["Requester", "PartialLogout"]],
    ["another destination", () => ({ destination: "https://altra.example.org" }), ["Requester"]],
  ])("for %s: nothing is closed", async (_what, wrong, outcome) => {
    const asked = { nameId, sessionIndex, destination: stage.url("spid", "/slo/post"), ...wrong() };
    const { xml } = stage.provider.logoutRequest(stage.now, asked.destination, stage.url("spid"), asked.nameId, asked.sessionIndex);
    const page = await browser.open(stage.url("spid", "/slo/post"), stage.provider.postForm(xml));
    expect(statusIn(handedOver(page).xml)).toEqual(outcome);
    expect(await hasSession()).toBe(true);
  });

  it("unsigned: a page, and nothing is closed", async () => {
    const { xml } = stage.provider.logoutRequest(stage.now, stage.url("spid", "/slo/post"), stage.url("spid"), nameId, sessionIndex);
    const page = await browser.open(stage.url("spid", "/slo/post"), { SAMLRequest: Buffer.from(xml).toString("base64") });
    expect([page.status, page.html.includes("Errore 07")]).toEqual([403, true]);
    expect(await hasSession()).toBe(true);
  });
});

describe("asked for by the person on the identity provider's page", () => {
  it.each([
    ["Success", "Hai chiuso la sessione in tutti i servizi."],
    ["Requester", "Non tutti i servizi hanno confermato"],
  ])("an answer of %s", async (code, words) => {
    const sessions = await browser.open(stage.url("spid", "/session"));
    const asked = await browser.submit(sessions, "logout", { action: "logout" });
    const request = readRedirect(asked.url, "SAMLRequest", await stage.certificate("spid"));
    const document = parse(request.xml);
    expect(request.verified).toBe(true);
    expect([first(document, "NameID")!.textContent, first(document, "SessionIndex")!.textContent]).toEqual([nameId, sessionIndex]);
    expect(document.documentElement!.getAttribute("Destination")).toBe(`${stage.provider.url}/slo`);
    expect(await hasSession()).toBe(false);

    const id = document.documentElement!.getAttribute("ID")!;
    const location = stage.url("spid", "/slo/redirect");
    const answer = stage.provider.redirectUrl(location, stage.provider.logoutResponse(stage.now, location, id, code), "SAMLResponse");
    expect((await browser.open(answer)).html).toContain(words);
    expect((await browser.open(answer)).html).toContain("Non tutti i servizi hanno confermato");
  });
});

it("the electronic identity card has a page in place of SAML logout", async () => {
  const page = await browser.open(stage.url("cie", "/logout"));
  expect([page.status, page.html.includes("Sei uscito")]).toEqual([200, true]);
  expect((await browser.open(stage.url("cie", "/slo/post"), {})).status).toBe(404);
});
