import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { personalData } from "../../helpers/sandbox.ts";
import type { Fault } from "../../../sandbox/faults.ts";
import { startWiredHub, type Wire, type WiredHub } from "./wire.ts";

let town: WiredHub;
let hub: TestHub;
let hasty: TestHub;
let wire: Wire;
let ada: Client;

beforeAll(async () => {
  town = await startWiredHub();
  ({ hub, wire } = town);
  ada = await hub.citizen("ada.rossi");
  hasty = await startHub({ beside: hub, settings: { ANPR_SOAP_URL: wire.url, ANPR_DEADLINE_MS: "2500" } });
});
afterAll(async () => {
  await hasty.close();
  await town.close();
});
/** The same caller at the hub whose deadline passes. */
const atHasty = (client: Client): Client => Object.assign(Object.create(client) as Client, { url: hasty.url });
// Each fault finds a registry that has answered well the last ten times: its breaker looks no further back.
beforeEach(async () => {
  for (let count = 0; count < 10; count += 1) await ada.data("{ me { person { __typename } } }");
  wire.heard.length = 0;
});
afterEach(() => hub.sandbox.world.faults.lift());

const query = `{
  me {
    fiscalCode
    person { __typename ... on Person { familyName } ... on Problem { code message } ... on SourceUnavailable { since retryAfter source { name status } otherChannel lastKnown { provenance { readAt } } } }
    household { __typename ... on Household { members { givenName } } }
    appointments { totalCount }
  }
  services(first: 1) { totalCount }
}`;
const lastPlace = async () => (await hub.sql<{ last: number }>(`select max("sequence") as "last" from "access_record"`))[0]!.last;
const outcomesAfter = async (place: number) => (await hub.sql<{ outcome: string }>(`select o."outcome" from "access_record" r join "access_outcome" o on o."access_id" = r."id" where r."sequence" > $1 order by r."sequence"`, [place])).map(({ outcome }) => outcome);
const sources = async () => ((await hasty.visitor.data("{ sources { name status } }"))["sources"] as unknown as readonly Json[]).find(({ name }) => (name as unknown) === "ANPR")!["status"];

interface Expected {
  readonly person: string;
  /** Of the first read: the recorded outcome. */
  readonly outcome: string;
  /** How often the registry was asked about the person. */
  readonly asked: number;
}
const down = (asked: number): Expected => ({ person: "SourceUnavailable", outcome: "UNAVAILABLE", asked });
const unreadable: Expected = { person: "SourceUnavailable", outcome: "UNREADABLE", asked: 1 };

describe("fault of the registry and what the citizen gets: fields beside it are served, the reason is recorded, nobody is named", () => {
  test.each<[string, Fault, Expected]>([
    ["slow, within the deadline", { kind: "slow", ms: 600 }, { person: "Person", outcome: "FOUND", asked: 1 }],
    ["hanging", { kind: "silent" }, down(1)],
    ["one byte each 200 ms", { kind: "drip", ms: 200 }, down(1)],
    ["resetting the connection", { kind: "reset" }, down(3)],
    ["503", { kind: "unavailable" }, down(3)],
    ["30 MB", { kind: "huge" }, unreadable],
    ["half an answer", { kind: "malformed" }, unreadable],
    ["not now (999)", { kind: "refuse" }, down(3)],
    ["nobody found (EN122)", { kind: "refuse", code: "EN122" }, { person: "NotInRegistry", outcome: "NOT_FOUND", asked: 1 }],
    ["several found (EN095)", { kind: "refuse", code: "EN095" }, { person: "SourceUnavailable", outcome: "AMBIGUOUS", asked: 1 }],
    ["not for us (EN493)", { kind: "refuse", code: "EN493" }, { person: "SourceUnavailable", outcome: "REFUSED", asked: 1 }],
    ["rejected by policy", { kind: "refuse", code: "policy" }, { person: "SourceUnavailable", outcome: "REFUSED", asked: 1 }],
    ["internal error at the gate", { kind: "refuse", code: "internal" }, { person: "SourceUnavailable", outcome: "REFUSED", asked: 1 }],
    ["invalid request", { kind: "refuse", code: "invalid" }, { person: "SourceUnavailable", outcome: "REFUSED", asked: 1 }],
  ])("%s", async (_, fault, expected) => {
    hub.sandbox.world.faults.impose("anpr", fault, "3002");
    const place = await lastPlace();
    const { data, errors, text } = await (fault.kind === "silent" || fault.kind === "drip" ? atHasty(ada) : ada).ask(query);
    expect(errors).toEqual([]);
    expect(data["services"]).toMatchObject({ totalCount: expect.any(Number) });
    const { person, household, ...beside } = data["me"] as Readonly<Record<string, Json>>;
    expect(beside).toEqual({ fiscalCode: "RSSDAA84C52D205X", appointments: { totalCount: 0 } });
    expect(person).toMatchObject({ __typename: expected.person });
    expect(household!["__typename"]).toBe(expected.person === "Person" ? "Household" : expected.person);
    if (expected.person === "SourceUnavailable") {
      expect(person).toMatchObject({ code: "SOURCE_UNAVAILABLE", source: { name: "ANPR" }, otherChannel: expect.any(String), lastKnown: null });
      expect(Date.parse(person!["retryAfter"] as unknown as string)).toBeGreaterThan(Date.parse(person!["since"] as unknown as string));
      expect(text).not.toMatch(/EN\d{3}|policy|Error\b|ROSSI/);
    }
    expect((await outcomesAfter(place))[0]).toBe(expected.outcome);
    expect(wire.heard.filter(body => body.includes("<codiceFiscale>"))).toHaveLength(expected.asked);
    // The log may say which source and which code; never about whom.
    const logged = [...hub.log, ...hasty.log].join("");
    for (const value of personalData(["ada.rossi"])) expect(logged).not.toContain(value);
  });
});

test("a registry that hangs opens its breaker within ten failures; then its fields answer without asking it, and no socket stays open", async () => {
  hub.sandbox.world.faults.impose("anpr", { kind: "silent" }, "3002");
  const others = await Promise.all(["bruno.ferrero", "elena.giordano", "ioana.popescu", "amadou.diop", "olindo.marro"].map(name => hub.citizen(name)));
  const all = () => Promise.all([ada, ...others].map(client => atHasty(client).ask("{ me { person { __typename } } }")));
  for (let count = 0; count < 2 && (await sources()) !== "DOWN"; count += 1) await all();
  expect(wire.heard.length).toBeLessThanOrEqual(10);
  expect(await sources()).toBe("DOWN");

  const asked = wire.heard.length;
  for (let count = 0; count < 20; count += 1) {
    const { data } = await atHasty(ada).ask(query);
    expect(data["me"]!["person"]).toMatchObject({ __typename: "SourceUnavailable", source: { name: "ANPR", status: "DOWN" } });
  }
  expect(wire.heard).toHaveLength(asked);
  for (const end = Date.now() + 60_000; wire.openSockets() > 0 && Date.now() < end;) await new Promise(resolve => setTimeout(resolve, 20));
  expect(wire.openSockets()).toBe(0);
});
