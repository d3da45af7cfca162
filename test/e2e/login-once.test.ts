import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { another } from "../helpers/beside.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { formOf } from "../sandbox/spid/browser.ts";
import { Surfer, type Visited } from "./surfer.ts";
import { testQuiet } from "../helpers/quiet.ts";

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

/** What hands the answer over: where to, and the fields. */
const handOver = (page: Visited): { action: string; fields: Record<string, string> } => formOf(page, "hand-over");
const title = ({ html }: Visited): string => /<h1>([^<]*)</.exec(html)![1]!;

/** A person at the point where the provider's answer is about to be posted. */
async function atTheDoor(query: Record<string, string> = {}): Promise<{ surfer: Surfer; fields: Record<string, string> }> {
  const surfer = new Surfer(hub);
  const { fields } = handOver(await surfer.authenticate(await surfer.begin({ level: "1", ...query }), "ada.rossi"));
  return { surfer, fields };
}

describe("an answer is good once", () => {
  test("not again in the same process, nor in another, nor after a restart", async () => {
    const { surfer, fields } = await atTheDoor();
    expect((await surfer.open("/spid/acs", fields)).status).toBe(200);
    expect((await surfer.open("/spid/acs", fields)).status).toBe(403);
    expect((await surfer.open(`${second}/spid/acs`, fields)).status).toBe(403);
    await beside.close();
    [beside, second] = await another(hub);
    const replayed = await surfer.open(`${second}/spid/acs`, fields);
    expect([replayed.status, title(replayed)]).toEqual([403, "Questo passaggio è già stato fatto"]);
  });

  test("whichever process it comes to: one begins, another finishes", async () => {
    const { surfer, fields } = await atTheDoor();
    expect((await surfer.open(`${second}/spid/acs`, fields, { follow: false })).status).toBe(303);
  });

  test("of many at once, on both processes, one is let in", async () => {
    const { surfer, fields } = await atTheDoor();
    const answers = await Promise.all([0, 1, 2, 3, 4, 5].map(turn => surfer.open(`${turn % 2 ? second : hub.url}/spid/acs`, fields, { follow: false })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 403, 403, 403, 403, 403]);
  });

  test("also when it was refused: whatever answers a request uses it up", async () => {
    const { surfer, fields } = await atTheDoor();
    const forged = Buffer.from(Buffer.from(fields["SAMLResponse"]!, "base64").toString().replace("Rossi", "Bianchi")).toString("base64");
    expect(title(await surfer.open("/spid/acs", { ...fields, SAMLResponse: forged }))).toBe("Accesso non riuscito");
    expect(title(await surfer.open("/spid/acs", fields))).toBe("Questo passaggio è già stato fatto");
  });
});

describe("an answer is for the browser that asked", () => {
  test("another one is refused, and the one that asked may still come", async () => {
    const { surfer, fields } = await atTheDoor();
    const thief = new Surfer(hub);
    await thief.begin({ level: "1" });
    const refused = await thief.open("/spid/acs", fields);
    expect([refused.status, title(refused), thief.cookies.has("session")]).toEqual([403, "Accesso cominciato altrove, o cookie disattivati", false]);
    expect((await surfer.open("/spid/acs", fields)).status).toBe(200);
  });

  test("nobody is slipped into somebody else's account: an answer brought with its RelayState opens nothing in a browser that began another sign-in", async () => {
    const { fields } = await atTheDoor();
    const victim = await atTheDoor();
    expect((await victim.surfer.open("/spid/acs", fields)).status).toBe(403);
    expect((await victim.surfer.open("/spid/acs", { ...victim.fields, RelayState: fields["RelayState"]! })).status).toBe(403);
    expect((await victim.surfer.open("/spid/acs", victim.fields)).status).toBe(200);
  });

  test("with cookies off it leads to a page that says so, and not in circles", async () => {
    const surfer = new Surfer(hub);
    surfer.keeps = false;
    const page = await surfer.authenticate(await surfer.begin({ level: "1" }), "ada.rossi");
    const { fields } = handOver(page);
    const end = await surfer.open("/spid/acs", fields);
    expect([end.status, end.redirects]).toEqual([403, []]);
    expect(end.html).toContain("Attiva i cookie per questo sito");
    expect(end.html).toContain("Allow cookies for this site");
    expect(end.html).not.toMatch(/http-equiv="refresh"|<script/);
  });

  test("an answer that nobody asked for is refused, whatever stands in it", async () => {
    const { fields } = await atTheDoor();
    const without = { ...fields, SAMLResponse: Buffer.from(Buffer.from(fields["SAMLResponse"]!, "base64").toString().replaceAll(/ InResponseTo="[^"]*"/g, "")).toString("base64") };
    for (const form of [without, {}, { SAMLResponse: "" }, { RelayState: "x" }, { SAMLResponse: "x", RelayState: "" }, { SAMLResponse: "x", RelayState: "x".repeat(201) }]) {
      const page = await new Surfer(hub).open("/spid/acs", form);
      expect([page.status, title(page)]).toEqual([403, "Questo accesso non è cominciato qui"]);
    }
  });

  test("an answer to a SPID request is none to the card's, nor the other way round", async () => {
    const { surfer, fields } = await atTheDoor();
    expect(title(await surfer.open("/cie/acs", fields))).toBe("Questo accesso non è cominciato qui");
  });
});

describe("people go about it in their own way", () => {
  test("in two tabs at once, each to its own end", async () => {
    const surfer = new Surfer(hub);
    const [one, other] = [await surfer.begin({ level: "1", returnTo: "/session?tab=1" }), await surfer.begin({ level: "2", returnTo: "/session?tab=2" })];
    expect((await surfer.submit(await surfer.authenticate(one, "ada.rossi"), "hand-over")).url).toBe(`${hub.url}/session?tab=1`);
    expect((await surfer.submit(await surfer.authenticate(other, "ada.rossi"), "hand-over")).url).toBe(`${hub.url}/session?tab=2`);
    expect((await surfer.client.data("{ me { assurance } }"))["me"]).toEqual({ assurance: "L2" });
  });

  test("back and forth: the step that was done says so, and leads on to where they were going", async () => {
    const { surfer, fields } = await atTheDoor({ returnTo: "/session?from=form" });
    await surfer.open("/spid/acs", fields);
    const back = await surfer.open("/spid/acs", fields);
    expect(back.html).toContain(`<a class="button" href="${hub.url}/session?from=form">Prosegui</a>`);
    expect((await surfer.open(`${hub.url}/session?from=form`)).html).toContain("Ada Rossi");
  });

  test("and slowly: after a quarter of an hour the sign-in is over, and can be begun anew with what was wanted", async () => {
    const { surfer, fields } = await atTheDoor({ returnTo: "/session?slow=1" });
    hub.clock.advance(16 * 60_000);
    const late = await surfer.open("/spid/acs", fields);
    expect([late.status, title(late)]).toEqual([403, "È passato troppo tempo"]);
    const again = /href="(\/spid\/login[^"]+)">Riprova/.exec(late.html)![1]!.replaceAll("&amp;", "&");
    expect(Object.fromEntries(new URL(again, hub.url).searchParams)).toEqual({ level: "1", returnTo: `${hub.url}/session?slow=1` });
    await hub.sql(`delete from "login_request"`);
    expect(title(await surfer.open("/spid/acs", fields))).toBe("Questo accesso non è cominciato qui");
  });
});

describe("whoever sends too much", () => {
  test.each([["/spid/acs", 413], ["/cie/acs", 413], ["/spid/logout", 413]])("to %s is stopped before anything is read", async (path, status) => {
    const page = await new Surfer(hub).open(path, { SAMLResponse: "A".repeat(400_000), RelayState: "x" });
    expect([page.status, title(page)]).toEqual([status, "Messaggio non valido"]);
  });

  test("or something else than a form, is told so on a page", async () => {
    const answer = await fetch(`${hub.url}/spid/acs`, { method: "POST", headers: { "content-type": "text/xml" }, body: "<a/>" });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([415, "text/html; charset=utf-8"]);
  });
});

test("when something breaks, people are told on a page, with a number to quote and nothing of what broke", async () => {
  await hub.sql(`alter table "login_request" rename to "login_request_away"`);
  const page = await new Surfer(hub).open(`/spid/login?idp=${hub.sandbox.url}/spid`);
  await hub.sql(`alter table "login_request_away" rename to "login_request"`);
  expect([page.status, title(page)]).toEqual([500, "Qualcosa non ha funzionato"]);
  const number = /class="notice">([\w-]{36})</.exec(page.html)![1]!;
  expect(hub.log.filter(line => line.includes(number) && line.includes("a request failed"))).toHaveLength(1);
  expect(page.html).not.toMatch(/login_request|Exception|select|insert/i);
});

testQuiet(() => hub, ["ada.rossi"]);
