import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Browser, type Page } from "./browser.ts";
import { first, isSignedBy, parse } from "./service-provider.ts";
import { ada, codeOn, handedOver, Stage, type Idp } from "./stage.ts";

let stage: Stage;
let browser: Browser;
beforeAll(async () => { stage = await Stage.open(); });
beforeEach(() => { browser = new Browser(); });
afterAll(() => stage.close());

async function begin(idp: Idp, binding: "post" | "redirect", level: number): Promise<{ readonly id: string; readonly page: Page }> {
  const { id, xml } = stage.provider.request(stage.now, stage.url(idp, `/sso/${binding}`), level, idp === "cie" ? { more: `ForceAuthn="true"` } : {});
  const page = binding === "post"
    ? await browser.open(stage.url(idp, "/sso/post"), stage.provider.postForm(xml))
    : await browser.open(stage.provider.redirectUrl(stage.url(idp, "/sso/redirect"), xml));
  return { id, page };
}

const attributesIn = (xml: string) =>
  Object.fromEntries<string | null>([...parse(xml).getElementsByTagNameNS("*", "Attribute")].map(attribute => [attribute.getAttribute("Name")!, attribute.textContent]));

describe.each([
  ["spid", "post", 1], ["spid", "redirect", 1], ["spid", "post", 2], ["spid2", "redirect", 2], ["spid", "post", 3],
] as const)("a login at %s by %s at level %d", (idp, binding, level) => {
  it("ends in a response that is right by the rules", async () => {
    const { id, page } = await begin(idp, binding, level);
    const { action, xml, relayState } = handedOver(await stage.logIn(browser, page, level));
    const certificate = await stage.certificate(idp);
    const response = parse(xml);

    expect([action, relayState]).toEqual([stage.provider.acs, "stato"]);
    expect([isSignedBy(xml, "Response", certificate), isSignedBy(xml, "Assertion", certificate)]).toEqual([true, true]);
    expect(response.documentElement!.getAttribute("InResponseTo")).toBe(id);
    expect(response.documentElement!.getAttribute("Destination")).toBe(stage.provider.acs);
    expect(first(response, "StatusCode")!.getAttribute("Value")).toBe("urn:oasis:names:tc:SAML:2.0:status:Success");
    expect(first(response, "Audience")!.textContent).toBe(stage.provider.url);
    expect(first(response, "NameID")!.getAttribute("NameQualifier")).toBe(stage.url(idp));
    expect(first(response, "SubjectConfirmationData")!.getAttribute("InResponseTo")).toBe(id);
    expect(first(response, "AuthnContextClassRef")!.textContent).toBe(`https://www.spid.gov.it/SpidL${level}`);
    expect(first(response, "AuthnStatement")!.hasAttribute("SessionIndex")).toBe(level === 1);
    expect(first(response, "Conditions")!.getAttribute("NotOnOrAfter")).toBe("2026-06-01T10:05:00.250Z");
    expect([...response.getElementsByTagNameNS("*", "Issuer")].map(issuer => [issuer.textContent, issuer.getAttribute("Format")]))
      .toEqual(Array(2).fill([stage.url(idp), "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"]));
    expect(attributesIn(xml)).toEqual({
      spidCode: expect.stringMatching(idp === "spid" ? /^UNOX[0-9A-F]{10}$/ : /^DUEX[0-9A-F]{10}$/),
      name: ada.givenName, familyName: "Rossi", fiscalNumber: "TINIT-RSSDAA84C52D205X", dateOfBirth: "1984-03-12", gender: "F", placeOfBirth: "D205", email: "ada.rossi@example.org",
    });
    expect(first(response, "AttributeValue")!.getAttribute("xsi:type")).toBe("xs:string");
  });
});

it("lets a person in with the electronic identity card, which states the minimum set at level 3 without formats of issuers", async () => {
  const { page } = await begin("cie", "redirect", 2);
  const { xml } = handedOver(await stage.logIn(browser, page, 2));

  expect(isSignedBy(xml, "Assertion", await stage.certificate("cie"))).toBe(true);
  expect(Object.keys(attributesIn(xml))).toEqual(["name", "familyName", "dateOfBirth", "fiscalNumber"]);
  expect(first(parse(xml), "AuthnContextClassRef")!.textContent).toBe("https://www.spid.gov.it/SpidL3");
  expect([...parse(xml).getElementsByTagNameNS("*", "Issuer")].some(issuer => issuer.hasAttribute("Format"))).toBe(false);
});

it("lets a test person in by one button", async () => {
  const { page } = await begin("spid", "post", 1);
  const consent = await browser.submit(page, "people", { person: "ada.rossi" });
  expect(consent.html).toContain("TINIT-RSSDAA84C52D205X");
  expect(consent.html).toContain("Ada &amp; &quot;Lù&quot;");
  expect(handedOver(await browser.submit(consent, "consent", { action: "consent" })).xml).toContain("TINIT-RSSDAA84C52D205X");
});

describe("the session at the identity provider", () => {
  const isConsent = ({ html }: Page): boolean => html.includes(`id="consent"`);

  it("spares the password at level 1, under the same index and another name", async () => {
    const firstLogin = handedOver(await stage.logIn(browser, (await begin("spid", "post", 1)).page, 1)).xml;
    const { page } = await begin("spid", "post", 1);
    expect(isConsent(page)).toBe(true);
    const secondLogin = handedOver(await browser.submit(page, "consent", { action: "consent" })).xml;
    const [before, after] = [firstLogin, secondLogin].map(parse) as [ReturnType<typeof parse>, ReturnType<typeof parse>];
    expect(first(after, "AuthnStatement")!.getAttribute("SessionIndex")).toBe(first(before, "AuthnStatement")!.getAttribute("SessionIndex"));
    expect(first(after, "NameID")!.textContent).not.toBe(first(before, "NameID")!.textContent);
  });

  it("does not spare it when forced, above level 1, at another provider, or after half an hour", async () => {
    await stage.logIn(browser, (await begin("spid", "post", 1)).page, 1);
    expect(isConsent((await stage.ask(browser, "spid", 1, { more: `ForceAuthn="true"` })).page)).toBe(false);
    expect(isConsent((await begin("spid", "post", 2)).page)).toBe(false);
    expect(isConsent((await begin("spid2", "post", 1)).page)).toBe(false);
    stage.pass(1_801);
    expect(isConsent((await begin("spid", "post", 1)).page)).toBe(false);
  });

  it("is not opened by a login above level 1", async () => {
    await stage.logIn(browser, (await begin("spid", "post", 2)).page, 2);
    expect(isConsent((await begin("spid", "post", 1)).page)).toBe(false);
  });
});

it("asks for the one-time code again when it is wrong", async () => {
  const { page } = await begin("spid", "post", 2);
  const code = await browser.submit(page, "people", { person: "ada.rossi" });
  const again = await browser.submit(code, "second-factor", { code: "x", action: "confirm" });
  expect(again.html).toContain("Il codice non è corretto. Tentativi rimasti: 2.");
  expect(codeOn(again)).toBe(codeOn(code));
});

it("reads the service provider's metadata again when its key has changed", async () => {
  await begin("spid", "post", 1);
  const other = await import("../../../sandbox/spid/keys.ts").then(({ generateKeyPair }) => generateKeyPair("Servizio di prova", stage.now));
  stage.published = stage.provider.metadata(other);
  const { xml } = stage.provider.request(stage.now, stage.url("spid", "/sso/post"), 2);
  const page = await browser.open(stage.url("spid", "/sso/post"), stage.provider.postForm(xml, "stato", other));
  expect(page.html).toContain(`id="credentials"`);
  stage.published = stage.provider.metadata();
});

describe("metadata", () => {
  it("is signed, and the same on disk as on the wire", async () => {
    const wire = await (await fetch(stage.url("spid", "/metadata"))).text();
    expect(readFileSync(join(stage.world.dataDir, "spid/idp-metadata.xml"), "utf8")).toBe(wire);
    expect(isSignedBy(wire, "EntityDescriptor", await stage.certificate("spid"))).toBe(true);
    expect(parse(wire).documentElement!.getAttribute("entityID")).toBe(stage.url("spid"));
    const services = [...parse(wire).getElementsByTagNameNS("*", "SingleSignOnService"), ...parse(wire).getElementsByTagNameNS("*", "SingleLogoutService")];
    expect(services.map(service => service.getAttribute("Location"))).toEqual(
      ["/sso/redirect", "/sso/post", "/slo/post", "/slo/redirect"].map(path => stage.url("spid", path)));
  });

  it("keeps the private key to its owner", () => {
    expect(statSync(join(stage.world.dataDir, "spid/keys/UNOX.key.pem")).mode & 0o777).toBe(0o600);
  });
});
