import { createSign } from "node:crypto";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { keepKeyPair, type KeyPair } from "../../sandbox/spid/keys.ts";
import { newXmlId, signMessage } from "../../sandbox/spid/response.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { formOf } from "../sandbox/spid/browser.ts";
import { Surfer, type Visited } from "./surfer.ts";
import { testQuiet } from "../helpers/quiet.ts";

let hub: TestHub;
let keys: KeyPair;
let strangerKeys: KeyPair;
beforeAll(async () => {
  hub = await startHub({ sandbox: true, settings: { RETURN_TO: "https://portale.example" } });
  const folder = join(hub.sandbox.world.dataDir, "spid/keys");
  [keys, strangerKeys] = [await keepKeyPair(folder, "UNOX", "Identità Uno", new Date()), await keepKeyPair(folder, "stranger", "Nobody", new Date())];
});
afterAll(() => hub.close());

const idp = (): string => `${hub.sandbox.url}/spid`;
const title = ({ html }: Visited): string => /<h1>([^<]*)</.exec(html)![1]!;
const status = async (surfer: Surfer): Promise<number> => (await surfer.client.ask("{ me { id } }")).status;

interface Named {
  readonly name_id: string;
  readonly session_index: string;
}
/** What the provider calls the newest session. */
const newest = async (): Promise<Named> => (await hub.sql<Named & object>(`select "name_id", "session_index" from "session" order by "id" desc limit 1`))[0]!;

async function signedIn(query: Record<string, string> = { level: "1" }, options: { scheme?: "spid" | "cie"; idp?: string } = {}): Promise<Surfer> {
  const surfer = new Surfer(hub);
  await surfer.signIn("ada.rossi", query, options);
  return surfer;
}

interface Told {
  readonly nameId: string;
  readonly sessionIndex?: string;
  readonly destination?: string;
  readonly issuedAt?: Date;
  readonly issuer?: string;
}
function logoutRequest({ nameId, sessionIndex, destination = `${hub.url}/spid/logout`, issuedAt = hub.clock.now(), issuer = idp() }: Told): { id: string; xml: string } {
  const id = newXmlId();
  return { id, xml: `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${issuedAt.toISOString()}" Destination="${destination}"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="${issuer}">${issuer}</saml:Issuer><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="${issuer}">${nameId}</saml:NameID>${sessionIndex ? `<samlp:SessionIndex>${sessionIndex}</samlp:SessionIndex>` : ""}</samlp:LogoutRequest>` };
}

/** The provider's request as a browser posts it: one that was never here, so that it shows no cookie. */
const posted = (xml: string, by = keys): Promise<Visited> => new Surfer(hub).open("/spid/logout", { SAMLRequest: Buffer.from(signMessage(xml, by)).toString("base64"), RelayState: "stato" });

function redirected(xml: string): Promise<Visited> {
  const signed = `SAMLRequest=${encodeURIComponent(deflateRawSync(xml).toString("base64"))}&RelayState=stato&SigAlg=${encodeURIComponent("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")}`;
  return new Surfer(hub).open(`/spid/logout?${signed}&Signature=${encodeURIComponent(createSign("RSA-SHA256").update(signed).sign(keys.privateKey, "base64"))}`);
}

/** The answer that a page sends to the provider. */
const answerOf = (page: Visited): string => Buffer.from(formOf(page, "hand-over").fields["SAMLResponse"]!, "base64").toString();

describe("somebody leaves", () => {
  test("a session of level 1: here, and at the provider, which answers; back to where they wanted", async () => {
    const ada = await signedIn();
    const before = ada.client;
    const out = await ada.open("/spid/logout?returnTo=https://portale.example/fine");
    expect(ada.cookies.has("session")).toBe(false);
    expect((await before.ask("{ me { id } }")).status).toBe(401);
    const end = await ada.submit(await ada.submit(out, "hand-over"), "hand-over");
    expect([end.status, title(end)]).toEqual([200, "Sei uscito"]);
    expect(end.html).toContain("La sessione è chiusa.");
    expect(end.html).toContain('href="https://portale.example/fine"');
    expect((await ada.open(`${idp()}/session`)).html).toContain("Non hai una sessione aperta");
  });

  test("when the provider could not close everything: the page says so", async () => {
    const ada = await signedIn();
    const out = await ada.open("/spid/logout");
    // Told twice, the provider finds no session the second time, and answers that the logout was partial.
    const { action, fields } = formOf(out, "hand-over");
    await ada.open(action, fields);
    const again = await ada.open(action, fields);
    const end = await ada.submit(again, "hand-over");
    expect([end.status, end.html.includes("non tutti i servizi lo sono")]).toEqual([200, true]);
  });

  test("a session of level 2 or 3: here alone, for the provider keeps none", async () => {
    const ada = await signedIn({ level: "2" });
    const end = await ada.open("/spid/logout");
    expect([end.url, title(end)]).toEqual([`${hub.url}/spid/logout`, "Sei uscito"]);
    // A visitor again: `me` is not in their slice.
    expect((await ada.client.ask("{ me { id } }")).errors[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  test("after stepping up from level 1: the provider is told of the session that it still holds", async () => {
    const ada = await signedIn();
    const held = await newest();
    await ada.signIn("ada.rossi", { level: "2" });
    const page = await ada.open("/spid/logout");
    const request = Buffer.from(formOf(page, "hand-over").fields["SAMLRequest"]!, "base64").toString();
    expect(request).toContain(`<samlp:SessionIndex>${held.session_index}</samlp:SessionIndex>`);
    expect((await ada.submit(await ada.submit(page, "hand-over"), "hand-over")).html).toContain("La sessione è chiusa.");
  });

  test("with the card: here, with the way to the provider's own page", async () => {
    const ada = await signedIn({ level: "2" }, { scheme: "cie", idp: "cie" });
    const page = await ada.open("/cie/logout");
    expect(page.html).toContain(`href="${hub.sandbox.url}/cie/logout"`);
    expect(ada.cookies.has("session")).toBe(false);
  });

  test("twice, or without ever having come: nothing is wrong with that", async () => {
    const surfer = new Surfer(hub);
    expect(title(await surfer.open("/spid/logout"))).toBe("Sei uscito");
    const back = await surfer.open("/spid/logout?returnTo=https://portale.example/fine", undefined, { follow: false });
    expect([back.status, back.headers.get("location")]).toEqual([303, "https://portale.example/fine"]);
    expect((await surfer.open("/spid/logout?returnTo=https://altrove.example", undefined, { follow: false })).headers.get("location")).toBeNull();
  });

  test("from a provider that is not trusted any more: here, and the page warns that it may be open there", async () => {
    const ada = await signedIn();
    await hub.sql(`update "session" set "provider" = 'https://gone.example' where "ended_at" is null`);
    expect((await ada.open("/spid/logout")).html).toContain("potrebbe essere ancora aperta");
  });

  test("an answer of the provider to no question of ours is refused, also when it was one once", async () => {
    const ada = await signedIn();
    const atProvider = await ada.submit(await ada.open("/spid/logout"), "hand-over");
    expect((await ada.submit(atProvider, "hand-over")).status).toBe(200);
    expect((await ada.submit(atProvider, "hand-over")).status).toBe(400);
  });
});

describe("the provider asks", () => {
  test("on its own page, by Redirect: the session here ends, and the provider hears that it did", async () => {
    const ada = await signedIn();
    const end = await ada.submit(await ada.submit(await ada.open(`${idp()}/session`), "logout", { action: "logout" }), "hand-over");
    expect(end.html).toContain("Hai chiuso la sessione in tutti i servizi");
    expect(ada.cookies.has("session")).toBe(false);
  });

  test.each([["POST", posted], ["Redirect", redirected]] as const)("by %s, in a browser that shows no cookie of ours: the session is found by its name, ended and answered for", async (_by, tell) => {
    const ada = await signedIn();
    const { name_id: nameId, session_index: sessionIndex } = await newest();
    const { id, xml } = logoutRequest({ nameId, sessionIndex });
    const answer = await tell(xml);
    expect(answerOf(answer)).toMatch(new RegExp(`InResponseTo="${id}".*status:Success`));
    expect(formOf(answer, "hand-over").fields["RelayState"]).toBe("stato");
    expect(await status(ada)).toBe(401);
  });

  test("without naming a session: all of that person there", async () => {
    const ada = await signedIn();
    await posted(logoutRequest({ nameId: (await newest()).name_id }).xml);
    expect(await status(ada)).toBe(401);
  });

  test("about a session that ended, or that never was: it is answered all the same", async () => {
    for (const nameId of ["nobody-of-ours", (await newest()).name_id]) expect(answerOf(await posted(logoutRequest({ nameId }).xml))).toContain("status:Success");
  });

  test("about another session of the same person: this one stays", async () => {
    const ada = await signedIn();
    await posted(logoutRequest({ nameId: (await newest()).name_id, sessionIndex: "another" }).xml);
    expect(await status(ada)).toBe(200);
  });

  test.each([
    ["signed by a stranger", () => posted(logoutRequest({ nameId: "x" }).xml, strangerKeys)],
    ["not signed", () => new Surfer(hub).open("/spid/logout", { SAMLRequest: Buffer.from(logoutRequest({ nameId: "x" }).xml).toString("base64") })],
    ["by nobody that we trust", () => posted(logoutRequest({ nameId: "x", issuer: "https://altrove.example" }).xml)],
    ["for somebody else", () => posted(logoutRequest({ nameId: "x", destination: "https://altrove.example" }).xml)],
    ["of ten minutes ago", () => posted(logoutRequest({ nameId: "x", issuedAt: new Date(hub.clock.now().getTime() - 600_000) }).xml)],
    ["that is not XML", () => new Surfer(hub).open("/spid/logout", { SAMLRequest: "%%%" })],
    ["that inflates without end", () => new Surfer(hub).open(`/spid/logout?SAMLRequest=${encodeURIComponent(deflateRawSync(Buffer.alloc(20_000_000, 65)).toString("base64").slice(0, 12_000))}&SigAlg=x&Signature=y`)],
  ])("with a message %s: it is refused, and nothing happens", async (_what, tell) => {
    const ada = await signedIn();
    const page = await tell();
    expect([page.status, title(page), await status(ada)]).toEqual([400, "Messaggio non valido", 200]);
  });
});

testQuiet(() => hub, ["ada.rossi", "bruno.ferrero"]);
