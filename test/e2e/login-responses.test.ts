import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { brands } from "../../sandbox/spid/brands.ts";
import { keepKeyPair, type KeyPair } from "../../sandbox/spid/keys.ts";
import { wrongResponse, wrongResponses } from "../../sandbox/spid/wrong-responses/index.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { formOf } from "../sandbox/spid/browser.ts";
import { Surfer, type Visited } from "./surfer.ts";

let hub: TestHub;
const keys = new Map<string, KeyPair>();
let strangerKeys: KeyPair;
beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  const { dataDir } = hub.sandbox.world;
  for (const scheme of ["spid", "cie"] as const) {
    const brand = brands.find(one => one.scheme === scheme)!;
    keys.set(scheme, await keepKeyPair(join(dataDir, scheme, "keys"), brand.code, brand.name, new Date()));
  }
  strangerKeys = await keepKeyPair(join(dataDir, "spid/keys"), "stranger", "Nobody", new Date());
});
afterAll(() => hub.close());

const card = { name: "Lucia", familyName: "Moretti", dateOfBirth: "2000-01-01", fiscalNumber: "TINIT-MRNLCU00A01H501J" };
const attributes = { spid: { spidCode: "UNOX0123456789", ...card }, cie: card };

/** What came of every answer, as the browser saw it. */
const statuses: number[] = [];

/** Whoever bears no right code is known by the provider's code: the federation's validators log in with such. */
const withoutRightCode = "fiscal-number-check-letter";

/** Begins a sign-in and answers it with the response of a case, as the browser that began it. */
async function answer(id: string, scheme: "spid" | "cie", level: 1 | 2): Promise<{ surfer: Surfer; page: Visited; ms: number }> {
  const surfer = new Surfer(hub);
  const issuer = `${hub.sandbox.url}/${scheme}`;
  const start = await surfer.open(`/${scheme}/login?idp=${issuer}&level=${level}`);
  const { SAMLRequest = "", RelayState = "" } = formOf(start, "hand-over").fields;
  const requestId = /ID="([^"]*)"/.exec(Buffer.from(SAMLRequest, "base64").toString())![1]!;
  const acs = `${hub.url}/${scheme}/acs`;
  const { samlResponse } = wrongResponse(id, { scheme, level, attributes: attributes[scheme], requestId, acs, issuer, audience: hub.url, now: hub.clock.now(), keys: keys.get(scheme)!, strangerKeys });
  const began = performance.now();
  const page = await surfer.open(acs, { SAMLResponse: samlResponse, RelayState }, { follow: false });
  statuses.push(page.status);
  return { surfer, page, ms: performance.now() - began };
}

/** Of the card, what differs from SPID and what must not: the engine's own tests go through all of it. */
const ofTheCard = ["1", "2", "3", "4", "31", "71", "92", "94", "95", "96", "104", "107", "xsw1", "xsw3"];
const casesOf = (scheme: "spid" | "cie") => wrongResponses.filter(({ id }) => scheme === "spid" || ofTheCard.includes(id));

describe.each([["spid", 1], ["spid", 2], ["cie", 2]] as const)("responses to a %s sign-in at level %i", (scheme, level) => {
  test.each(casesOf(scheme).map(one => [one.id, one.id === withoutRightCode ? "accept" : one.expected({ scheme, level }), one.description] as const))("%s → %s: %s", async (id, expected) => {
    const { surfer, page, ms } = await answer(id, scheme, level);
    const actual = page.status === 303 ? "accept" : "refuse";
    if (expected !== "either") expect(actual).toBe(expected);
    expect(surfer.cookies.has("session")).toBe(actual === "accept");
    if (actual === "refuse") {
      expect(page.status).toBeGreaterThanOrEqual(400);
      expect(page.status).toBeLessThan(500);
      expect(page.html).toMatch(/<h1>[^<]+<\/h1>/);
    }
    expect(ms).toBeLessThan(1_000);
  });
});

test("a fiscal code that nobody can bear fails no sign-in: the provider's own code tells who it is, at every visit the same", async () => {
  const citizens = new Set<string>();
  for (let visit = 0; visit < 2; visit++) {
    const { surfer, page } = await answer(withoutRightCode, "spid", 2);
    expect(page.status).toBe(303);
    const { me } = await surfer.client.data("{ me { id fiscalCode } }");
    expect(me!["fiscalCode"]).toBeNull();
    citizens.add(String(me!["id"]));
  }
  expect(citizens.size).toBe(1);
  expect(await hub.sql(`select "spid_code" from "citizen" where "fiscal_code" is null and "spid_code" = 'UNOX0123456789'`)).toHaveLength(1);
});

test("without a right code of either kind the account is for one session, and never somebody else's", async () => {
  const [one, other] = [await answer(withoutRightCode, "cie", 2), await answer(withoutRightCode, "cie", 2)];
  const id = async ({ surfer }: typeof one) => (await surfer.client.data("{ me { id } }"))["me"]!["id"];
  expect(await id(one)).not.toBe(await id(other));
});

test("every answer to a request stands in the register, and every refusal in the log by the name of its check", async () => {
  const [{ entered, opened }] = await hub.sql<{ entered: number; opened: number }>(`select count(*)::int as "entered", (count(*) filter (where "outcome" = 'OPENED'))::int as "opened" from "login_transaction"`) as [{ entered: number; opened: number }];
  const refused = hub.log.map(line => JSON.parse(line) as { msg: string; reason?: string; check?: string; scheme?: string }).filter(({ msg }) => msg === "sign-in refused");
  // Forms that are too large are refused before anybody looks at what stands in them.
  const read = statuses.filter(status => status !== 413);
  expect(read.length).toBeGreaterThan(350);
  expect([opened, opened + refused.length]).toEqual([statuses.filter(status => status === 303).length, read.length]);
  expect(entered).toBe(opened + refused.filter(({ check }) => check !== undefined).length);
  expect(refused.filter(({ check }) => check === "status.failure").map(({ reason }) => reason)).toEqual(expect.arrayContaining(["TOO_MANY_ATTEMPTS", "LEVEL_NOT_AVAILABLE", "TIMED_OUT", "CONSENT_DENIED", "IDENTITY_SUSPENDED", "CANCELLED"]));
});
