import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { person, personalData } from "../helpers/sandbox.ts";
import { formOf } from "../sandbox/spid/browser.ts";
import { Surfer } from "./surfer.ts";

let hub: TestHub;
let eidasNode: string;
beforeAll(async () => {
  hub = await startHub({ sandbox: true, settings: { RETURN_TO: "https://portale.example,http://localhost:8080" } });
  eidasNode = `${hub.sandbox.url}/spid2`;
});
afterAll(() => hub.close());

const me = "{ me { fiscalCode assurance } }";
const requestOf = (html: { html: string; url: string; status: number }): string => Buffer.from(formOf(html, "hand-over").fields["SAMLRequest"]!, "base64").toString();

describe("somebody signs in", () => {
  test.each([1, 2, 3] as const)("with SPID at level %i, and the graph knows them at that level", async level => {
    const ada = new Surfer(hub);
    const end = await ada.signIn("ada.rossi", { level: String(level), returnTo: "/session?from=here" });
    expect([end.status, end.url, end.redirects]).toEqual([200, `${hub.url}/session?from=here`, [303]]);
    expect(end.html).toContain("Ada Rossi");
    expect((await ada.client.data(me))["me"]).toEqual({ fiscalCode: person("ada.rossi").fiscalCode, assurance: `L${level}` });
  });

  test("with SPID by Redirect, where the request is signed in the address", async () => {
    const ada = new Surfer(hub);
    const start = await ada.open(`/spid/login?level=2&binding=redirect&idp=${hub.sandbox.url}/spid`, undefined, { follow: false });
    expect([start.status, start.headers.get("location")?.split("?")[0]]).toEqual([302, `${hub.sandbox.url}/spid/sso/redirect`]);
    expect([...new URL(start.headers.get("location")!).searchParams.keys()]).toEqual(["SAMLRequest", "RelayState", "SigAlg", "Signature"]);
    expect((await ada.signIn("ada.rossi", { binding: "redirect" })).html).toContain("Ada Rossi");
  });

  test("with the card, which is forced anew and asked for its own attributes; there is nothing to choose", async () => {
    const ada = new Surfer(hub);
    const start = await ada.open("/cie/login?level=2");
    expect(requestOf(start)).toMatch(/ForceAuthn="true".*AttributeConsumingServiceIndex="0"/);
    const end = await ada.submit(await ada.authenticate(await ada.submit(start, "hand-over"), "ada.rossi"), "hand-over");
    expect(end.html).toContain("Carta d&#39;identità elettronica");
    expect((await ada.client.data(me))["me"]).toEqual({ fiscalCode: person("ada.rossi").fiscalCode, assurance: "L3" });
  });

  test.each([["minimum", 99], ["full", 100]] as const)("through eIDAS with the %s set (%i): without a fiscal code, into an account that is the same at every visit", async (eidas, index) => {
    const accounts = new Set<string>();
    for (let visit = 0; visit < 2; visit++) {
      const guest = new Surfer(hub);
      const start = await guest.open(`/spid/login?eidas=${eidas}&idp=${eidasNode}`);
      expect(requestOf(start)).toContain(`AttributeConsumingServiceIndex="${index}"`);
      await guest.submit(await guest.authenticate(await guest.submit(start, "hand-over"), "amadou.diop"), "hand-over");
      const shown = (await guest.client.data("{ me { id fiscalCode person { __typename } } }"))["me"]!;
      expect(shown).toMatchObject({ fiscalCode: null, person: { __typename: "NotInRegistry" } });
      accounts.add(String(shown["id"]));
    }
    expect(accounts.size).toBe(1);
  });

  test("through the European node that the settings name: offered apart, and asked for what it can give", async () => {
    const beside = await startHub({ beside: hub, settings: { EIDAS_NODE: eidasNode } });
    try {
      const surfer = new Surfer(beside);
      const page = await surfer.open(`${beside.url}/spid/login`);
      expect([...page.html.matchAll(/<li><a[^>]*>([^<]+)</g)].map(([, name]) => name)).toEqual(["Identità Uno"]);
      const offered = /href="([^"]+)">Login with eIDAS</.exec(page.html)![1]!.replaceAll("&amp;", "&");
      for (const address of [offered, `/spid/login?idp=${eidasNode}`]) expect(requestOf(await surfer.open(address))).toContain('AttributeConsumingServiceIndex="100"');
    } finally {
      await beside.close();
    }
  });

  test("without asking for a level: it is 2, and forced; level 1 is not forced", async () => {
    const ada = new Surfer(hub);
    const [second, first] = [requestOf(await ada.open(`/spid/login?idp=${hub.sandbox.url}/spid`)), requestOf(await ada.open(`/spid/login?level=1&idp=${hub.sandbox.url}/spid`))];
    expect(second).toMatch(/ForceAuthn="true".*SpidL2</);
    expect(first).toMatch(/SpidL1</);
    expect(first).not.toContain("ForceAuthn");
  });
});

describe("the session", () => {
  test("has a cookie that scripts cannot read, and a secret of its own at every sign-in: the one before is no good any more", async () => {
    const ada = new Surfer(hub);
    await ada.signIn("ada.rossi", { level: "1" });
    const before = ada.client;
    const page = await ada.authenticate(await ada.begin({ level: "2" }), "ada.rossi");
    const { action, fields } = formOf(page, "hand-over");
    const end = await ada.open(action, fields, { follow: false });
    expect(end.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/)]);
    expect((await before.ask(me)).status).toBe(401);
    expect((await ada.client.data(me))["me"]).toMatchObject({ assurance: "L2" });
  });

  test("is shown to its holder with the provider that they know and the device", async () => {
    const elena = new Surfer(hub);
    const page = await elena.authenticate(await elena.begin({ level: "2" }, { idp: "spid2" }), "elena.giordano");
    await elena.submit(page, "hand-over", {}, { headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0" } });
    const { mySessions } = await elena.client.data("{ mySessions { current provider device assurance atWork } }");
    expect(mySessions).toEqual([{ current: true, provider: "Identità Due", device: "Firefox, Linux", assurance: "L2", atWork: false }]);
  });

  test("ends after half an hour without use, and at its end whatever is done", async () => {
    const ada = new Surfer(hub);
    await ada.signIn("ada.rossi");
    hub.clock.advance(29 * 60_000);
    await ada.client.data(me);
    hub.clock.advance(31 * 60_000);
    expect((await ada.client.ask(me)).status).toBe(401);
    expect((await ada.open("/session")).html).toContain("Non hai effettuato l’accesso");
    const busy = new Surfer(hub);
    await busy.signIn("ada.rossi");
    for (let minutes = 0; minutes < 8 * 60; minutes += 20) {
      await busy.client.data(me);
      hub.clock.advance(20 * 60_000);
    }
    expect((await busy.client.ask(me)).status).toBe(401);
  });
});

describe("somebody comes to work", () => {
  test("at level 2 though 1 was asked, known by fiscal code, with the roles that they have", async () => {
    const franca = new Surfer(hub);
    const start = await franca.open(`/spid/login?staff=1&level=1&idp=${hub.sandbox.url}/spid`);
    expect(requestOf(start)).toMatch(/AttributeConsumingServiceIndex="0".*SpidL2</);
    await franca.signIn("franca.dutto", { staff: "1", level: "1" });
    expect((await franca.client.data("{ desk { member } }"))["desk"]).toEqual({ member: "Franca Dutto" });
  });

  test("and is not let in when nobody of the staff is called so, or their roles are gone; as a citizen they are", async () => {
    const ada = new Surfer(hub);
    const refused = await ada.signIn("ada.rossi", { staff: "1", returnTo: "https://portale.example/scrivania" });
    expect([refused.status, ada.cookies.has("session")]).toEqual([403, false]);
    expect(refused.html).toContain("Non risulti tra il personale");
    expect(refused.html).toContain('href="https://portale.example/scrivania?login_error=NOT_STAFF"');
    expect(refused.html).not.toContain("staff=1");
    const guido = new Surfer(hub);
    await hub.sql(`delete from "staff_assignment" where "member_id" in (select "id" from "staff_member" where "name" = 'Guido Garelli')`);
    expect((await guido.signIn("guido.garelli", { staff: "1" })).status).toBe(403);
    expect((await guido.signIn("guido.garelli")).status).toBe(200);
  });
});

describe("stepping up in mid-flow", () => {
  test("goes from the refusal to the same provider at the level needed, and back to where the person was", async () => {
    const ada = new Surfer(hub);
    await ada.signIn("ada.rossi", { level: "1" });
    const { me: shown } = await ada.client.data("{ me { person { ... on AssuranceTooLow { required stepUpUrl } } } }");
    expect(shown!["person"]).toEqual({ required: "L2", stepUpUrl: `${hub.url}/step-up?level=2` });
    const page = await ada.open(`${String(shown!["person"]!["stepUpUrl"])}&returnTo=/session?draft=7`);
    expect(page.html).toContain("Serve un accesso di livello 2");
    const onward = /class="button" href="([^"]+)">Continua con Identità Uno</.exec(page.html)![1]!.replaceAll("&amp;", "&");
    const end = await ada.submit(await ada.authenticate(await ada.submit(await ada.open(onward), "hand-over"), "ada.rossi"), "hand-over");
    expect(end.url).toBe(`${hub.url}/session?draft=7`);
    expect((await ada.client.data("{ me { assurance person { __typename } } }"))["me"]).toEqual({ assurance: "L2", person: { __typename: "Person" } });
  });

  test("begins a sign-in at that level for whoever is not signed in", async () => {
    const page = await new Surfer(hub).open("/step-up?level=3&returnTo=/session");
    expect(page.url).toContain("/spid/login?level=3");
    expect(page.html).toContain("È richiesto il livello 3");
  });
});

describe("what the pages say", () => {
  const errors = [
    ["19", "Hai effettuato troppi tentativi", "Too many login attempts", "TOO_MANY_ATTEMPTS", true], ["20", "livello di sicurezza superiore", "higher level of assurance", "LEVEL_NOT_AVAILABLE", false],
    ["21", "È passato troppo tempo", "took too long", "TIMED_OUT", true], ["22", "Non hai dato il consenso", "did not consent", "CONSENT_DENIED", true],
    ["23", "sospesa o revocata", "suspended or revoked", "IDENTITY_SUSPENDED", false], ["25", "Hai annullato", "You cancelled", "CANCELLED", true],
    ["30", "diverso da quello richiesto", "Another kind of identity", "OTHER_KIND_OF_IDENTITY", true], ["08", "siamo stati avvisati", "we have been told", "REQUEST_REJECTED", true],
  ] as const;

  test.each(errors)("of error nr%s: what happened and what to do, in two languages, and its name to the program that asked", async (code, it, en, name, retry) => {
    await fetch(`${hub.sandbox.url}/control/spid/fault/response`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ kind: "refuse", code, times: 2 }) });
    for (const [language, first] of [["it", it], ["en", en]] as const) {
      const surfer = new Surfer(hub);
      const page = await surfer.authenticate(await surfer.begin({ level: "1", returnTo: "https://portale.example/pratica?id=7" }), "ada.rossi");
      const end = await surfer.submit(page, "hand-over", {}, { headers: { "accept-language": language } });
      expect([end.status, surfer.cookies.has("session")]).toEqual([403, false]);
      expect(end.html).toContain(`<html lang="${language}">`);
      expect(end.html.slice(0, end.html.indexOf("<section lang="))).toContain(first);
      for (const words of [it, en]) expect(end.html).toContain(words);
      expect(end.html).toContain(`href="https://portale.example/pratica?id=7&amp;login_error=${name}"`);
      expect(end.html.includes("/spid/login?level=1&amp;returnTo=https%3A%2F%2Fportale.example%2Fpratica%3Fid%3D7")).toBe(retry);
    }
    const alarms = hub.log.filter(line => line.includes(`"reason":"${name}"`)).map(line => (JSON.parse(line) as { level: number }).level);
    expect(alarms).toEqual(name === "REQUEST_REJECTED" ? [50, 50] : [40, 40]);
  });

  test("of choice: every trusted provider and the card, with what was asked for carried on", async () => {
    const page = await new Surfer(hub).open("/spid/login?level=3&returnTo=https://portale.example/x");
    expect([...page.html.matchAll(/<li><a href="([^"]+)">([^<]+)</g)].map(([, , name]) => name).sort()).toEqual(["Identità Due", "Identità Uno"]);
    for (const [, href = ""] of page.html.matchAll(/href="(\/(?:spid|cie)\/login[^"]+)"/g)) expect(href).toContain("level=3&amp;returnTo=https%3A%2F%2Fportale.example%2Fx");
    expect(page.html).toContain("Entra con CIE");
    expect((await new Surfer(hub).open("/spid/login", undefined, { headers: { "accept-language": "en" } })).html).toContain("Log in with your digital identity");
  });

  test.each([
    ["https://altrove.example/", 400], ["//altrove.example", 400], ["/\\altrove.example", 400], ["https://portale.example.altrove.example", 400], ["https://portale.example@altrove.example", 400],
    ["javascript:alert(1)", 400], ["data:text/html,x", 400], ["http://portale.example", 400], ["", 200], ["/graphql", 200], ["https://portale.example/a?b#c", 200], ["http://localhost:8080/", 200],
  ])("about coming back to %s: %i", async (returnTo, status) => {
    const page = await new Surfer(hub).open(`/spid/login?returnTo=${encodeURIComponent(returnTo)}`);
    expect(page.status).toBe(status);
    expect((await new Surfer(hub).open(`/step-up?returnTo=${encodeURIComponent(returnTo)}`)).status).toBe(status);
  });

  test.each(["/spid/login?level=4", "/spid/login?level=1&level=2", "/spid/login?idp=https://altrove.example", `/spid/login?returnTo=/${"a".repeat(3_000)}`, "/cie/login?eidas=all", "/spid/login?binding=soap"])("about %s: not so", async address => {
    const page = await new Surfer(hub).open(address.slice(0, 4_000));
    expect(page.status).toBe(400);
    expect(page.html).toMatch(/<h1>[^<]+<\/h1>/);
  });

  test("let nothing run or load that is not theirs", async () => {
    for (const address of ["/spid/login", `/spid/login?idp=${hub.sandbox.url}/spid`, "/session"]) {
      const { headers, html } = await new Surfer(hub).open(address);
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; img-src 'self'; style-src 'sha256-[^']+'; script-src ('none'|'sha256-[^']+'); form-action 'self'.*; base-uri 'none'; frame-ancestors 'none'$/);
      expect([headers.get("cache-control"), headers.get("referrer-policy")]).toEqual(["no-store", "no-referrer"]);
      expect([...html.matchAll(/<link[^>]*href="([^"]*)"/g)].map(([, href]) => href)).toEqual(["/favicon.svg"]);
      expect(html).not.toMatch(/<(?:img|iframe|script src)/);
    }
  });
});

test("the metadata stay the same, byte for byte, and name the address under which the hub is reached", async () => {
  for (const scheme of ["spid", "cie"]) {
    const [one, other] = await Promise.all([1, 2].map(async () => (await fetch(`${hub.url}/${scheme}/metadata`)).text()));
    expect(one).toBe(other);
    expect(one).toContain(`entityID="${hub.url}"`);
    expect(one).toContain(`Location="${hub.url}/${scheme}/acs"`);
  }
});

test("the log says nothing of anybody: no name, code, address, message, cookie or secret", async () => {
  const text = hub.log.join("");
  expect(hub.log.length).toBeGreaterThan(20);
  const words = personalData(["ada.rossi", "amadou.diop", "franca.dutto", "guido.garelli"]);
  expect(words.length).toBeGreaterThan(15);
  expect(words.filter(word => text.includes(word))).toEqual([]);
  const secrets = await hub.sql<{ secret: string }>(`select unnest(array["name_id", "session_index"]) as "secret" from "session" where "session_index" is not null`);
  expect(secrets.length).toBeGreaterThan(2);
  expect(secrets.filter(({ secret }) => text.includes(secret))).toEqual([]);
  expect(text).not.toMatch(/saml:|samlp:|PHNhbWxw|SAMLRe|RelayState|UNOX|DUEX|portale\.example/);
});
