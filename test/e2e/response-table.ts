import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { brands } from "../../sandbox/spid/brands.ts";
import { keepKeyPair, type KeyPair } from "../../sandbox/spid/keys.ts";
import { wrongResponse, wrongResponses } from "../../sandbox/spid/wrong-responses/index.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { formOf } from "../sandbox/spid/browser.ts";
import { responseDocument, writeDocument, type Column, type Tried } from "./response-document.ts";
import { Surfer, type Visited } from "./surfer.ts";

type Scheme = "spid" | "cie";
type Level = 1 | 2;

/** Whoever bears no right code is known by the provider's code: the federation's validators log in with such. */
export const withoutRightCode = "fiscal-number-check-letter";

/** Of the card, what differs from SPID and what must not: the engine's own tests go through all of it. */
const ofTheCard = ["1", "2", "3", "4", "31", "71", "92", "94", "95", "96", "104", "107", "xsw1", "xsw3"];

const card = { name: "Lucia", familyName: "Moretti", dateOfBirth: "2000-01-01", fiscalNumber: "TINIT-MRNLCU00A01H501J" };
const attributes = { spid: { spidCode: "UNOX0123456789", ...card }, cie: card };

/** A hub to which every response of the sandbox's list can be posted. */
export class ResponseTable {
  hub!: TestHub;
  /** What came of every answer, as the browser saw it. */
  readonly statuses: number[] = [];
  private readonly run = new Map<Column, Tried[]>();
  private readonly keys = new Map<Scheme, KeyPair>();
  private strangerKeys!: KeyPair;

  constructor() {
    beforeAll(async () => {
      this.hub = await startHub({ sandbox: true });
      const { dataDir } = this.hub.sandbox.world;
      for (const scheme of ["spid", "cie"] as const) {
        const brand = brands.find(one => one.scheme === scheme)!;
        this.keys.set(scheme, await keepKeyPair(join(dataDir, scheme, "keys"), brand.code, brand.name, new Date()));
      }
      this.strangerKeys = await keepKeyPair(join(dataDir, "spid/keys"), "stranger", "Nobody", new Date());
    });
    afterAll(() => this.hub.close());
  }

  /** Begins a sign-in and answers it with the response of a case, as the browser that began it. */
  async answer(id: string, scheme: Scheme, level: Level): Promise<{ surfer: Surfer; page: Visited; ms: number }> {
    const { hub, keys, strangerKeys } = this;
    const surfer = new Surfer(hub);
    const issuer = `${hub.sandbox.url}/${scheme}`;
    const start = await surfer.open(`/${scheme}/login?idp=${issuer}&level=${level}`);
    const { SAMLRequest = "", RelayState = "" } = formOf(start, "hand-over").fields;
    const requestId = /ID="([^"]*)"/.exec(Buffer.from(SAMLRequest, "base64").toString())![1]!;
    const acs = `${hub.url}/${scheme}/acs`;
    const { samlResponse } = wrongResponse(id, { scheme, level, attributes: attributes[scheme], requestId, acs, issuer, audience: hub.url, now: hub.clock.now(), keys: keys.get(scheme)!, strangerKeys });
    const began = performance.now();
    const page = await surfer.open(acs, { SAMLResponse: samlResponse, RelayState }, { follow: false });
    this.statuses.push(page.status);
    return { surfer, page, ms: performance.now() - began };
  }

  /** The table itself: each response, what must become of it, and that it does. */
  test(scheme: Scheme, level: Level): void {
    const cases = wrongResponses.filter(({ id }) => scheme === "spid" || ofTheCard.includes(id));
    const tried: Tried[] = [];
    this.run.set(`${scheme === "spid" ? "SPID" : "CIE"}, level ${level}` as Column, tried);
    describe(`responses to a ${scheme} sign-in at level ${level}`, () => {
      test.each(cases.map(one => [one.id, one.id === withoutRightCode ? "accept" : one.expected({ scheme, level }), one.description] as const))("%s → %s: %s", async (id, expected, description) => {
        const logged = this.hub.log.length;
        const { surfer, page, ms } = await this.answer(id, scheme, level);
        tried.push({ id, description, expected, status: page.status, stoppedBy: refusals(this.hub.log.slice(logged)).map(({ check, reason }) => check ?? reason)[0] });
        const actual = page.status === 303 ? "accept" : "refuse";
        if (expected !== "either") expect(actual).toBe(expected);
        expect(surfer.cookies.has("session")).toBe(actual === "accept");
        if (actual === "refuse") {
          expect(page.status).toBeGreaterThanOrEqual(400);
          expect(page.status).toBeLessThan(500);
          expect(page.html).toMatch(/<h1>[^<]+<\/h1>/);
        }
        // Far above what it takes, on a busy machine too, and far below what a bomb that goes off would.
        expect(ms).toBeLessThan(60_000);
      });
    });
  }

  /** That the committed document says what came of every response, to the letter; with IDENTITY_TABLE=write it is written instead. */
  testDocument(): void {
    test("stand in the document as they went", () => {
      const { now, due } = responseDocument(this.run);
      if (process.env["IDENTITY_TABLE"] === "write") writeDocument(due);
      else expect(now).toBe(due);
    });
  }

  /** That what was answered stands in the register, and what was refused in the log; the reasons that providers gave. */
  async testRecords(): Promise<readonly (string | undefined)[]> {
    const [{ entered, opened }] = await this.hub.sql<{ entered: number; opened: number }>(`select count(*)::int as "entered", (count(*) filter (where "outcome" = 'OPENED'))::int as "opened" from "login_transaction"`) as [{ entered: number; opened: number }];
    const refused = refusals(this.hub.log);
    // Forms that are too large are refused before anybody looks at what stands in them.
    const read = this.statuses.filter(status => status !== 413);
    expect(read.length).toBeGreaterThan(180);
    expect([opened, opened + refused.length]).toEqual([this.statuses.filter(status => status === 303).length, read.length]);
    expect(this.hub.log.filter(line => Object.values(card).some(datum => line.includes(datum)) || line.includes("MRNLCU"))).toEqual([]);
    expect(entered).toBe(opened + refused.filter(({ reason }) => reason !== "UNASKED").length);
    return refused.filter(({ check }) => check === "status.failure").map(({ reason }) => reason);
  }
}

const refusals = (lines: readonly string[]): readonly { msg: string; reason?: string; check?: string }[] =>
  lines.map(line => JSON.parse(line) as { msg: string; reason?: string; check?: string }).filter(({ msg }) => msg === "sign-in refused");
