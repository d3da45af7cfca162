import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import type { TestHub } from "../../helpers/hub.ts";
import { person } from "../../helpers/sandbox.ts";
import { startWiredHub, type Wire, type WiredHub } from "./wire.ts";

let town: WiredHub;
let hub: TestHub;
let wire: Wire;
let ada: Client;

beforeAll(async () => {
  town = await startWiredHub();
  ({ hub, wire } = town);
  ada = await hub.citizen("ada.rossi");
});
afterAll(() => town.close());
beforeEach(() => { wire.heard.length = 0; });

const me = async (client: Client, selection: string): Promise<Json> => {
  const declared = ["$yes: Boolean = true", "$no: Boolean = false"].filter(each => selection.includes(each.slice(0, each.indexOf(":"))));
  return (await client.data(`query${declared.length > 0 ? ` (${declared.join()})` : ""} { me { ${selection} } }`))["me"]!;
};

describe("only what is asked for is read", () => {
  const identity = "2", civilStatus = "3", citizenship = "6", residence = "10", card = "16", household = "22";
  test.each<[string, string, string[]]>([
    ["a name", "person { ... on Person { familyName } }", [identity]],
    ["nothing but where it comes from", "person { ... on Person { provenance { readAt } } }", [identity]],
    ["civil status", "person { ... on Person { civilStatus } }", [civilStatus, identity]],
    ["citizenships", "person { ... on Person { citizenships { country countryCode } } }", [citizenship, identity]],
    ["residence and its history", "person { ... on Person { residence { address } residenceHistory { kind since } } }", [residence, identity]],
    ["the numbers, without the card", "person { ... on Person { identityNumbers { registryId fiscalCode fiscalCodeConfirmed } } }", [identity]],
    ["the card", "person { ... on Person { identityNumbers { identityCard { number } } } }", [card, identity]],
    ["through a fragment on the interface", "person { ... on Individual { civilStatus } }", [civilStatus, identity]],
    ["through the last known", "person { ... on SourceUnavailable { lastKnown { ... on Person { residence { address } } } } }", [residence, identity]],
    ["what is skipped", "person { ... on Person { familyName civilStatus @skip(if: $yes) ... @include(if: $no) { residence { address } } } }", [identity]],
    ["what is included", "person { ... on Person { civilStatus @include(if: $yes) } }", [civilStatus, identity]],
    ["three fields of three names", "a: person { ... on Person { civilStatus } } b: person { ... on Person { residence { address } } } c: person { ... on Person { familyName } }", [civilStatus, identity, residence]],
    ["the kind of household", "household { ... on Household { kind since } }", [household, identity]],
  ])("%s", async (_, selection, codes) => {
    await me(ada, selection);
    expect(wire.dataSets().map(each => each.sort())).toEqual([codes.sort()]);
  });

  test("who asks for nothing of the registry does not ask it", async () => {
    await me(ada, "fiscalCode person { __typename } contacts { email }");
    expect(wire.heard).toHaveLength(1);
    wire.heard.length = 0;
    await me(ada, "fiscalCode contacts { email }");
    expect(wire.heard).toHaveLength(0);
  });
});

test("the person, in our words and with provenance", async () => {
  const { person: shown } = await me(ada, `person { ... on Person { fiscalCode familyName givenName sex birthDate birthPlace { name province country } civilStatus citizenships { country countryCode since }
    residence { kind address postalCode municipality province country since } residenceHistory { kind address } identityNumbers { registryId fiscalCode fiscalCodeConfirmed identityCard { number } }
    provenance { source freshness purpose readAt operationId } } }`);
  const { registryId } = person("ada.rossi");
  expect(shown).toMatchObject({
    fiscalCode: "RSSDAA84C52D205X", familyName: "ROSSI", givenName: "ADA", sex: "F", birthDate: "1984-03-12", birthPlace: { name: "CUNEO", province: "CN", country: null },
    civilStatus: "MARRIED", citizenships: [{ country: "ITALIA", countryCode: "100", since: null }],
    residence: { kind: "RESIDENCE", address: "VIA ROMA 28", postalCode: "12100", municipality: "CUNEO", province: "CN", country: null, since: "2012-04-02" },
    residenceHistory: [{ kind: "RESIDENCE", address: "VIA ROMA 28" }],
    identityNumbers: { registryId, fiscalCode: "RSSDAA84C52D205X", fiscalCodeConfirmed: true, identityCard: null },
    provenance: { source: "ANPR", freshness: "LIVE", purpose: "OWN_REQUEST" },
  });
  const [sent] = wire.heard;
  expect(sent).toContain(`<idOperazioneComune>${String(shown!["provenance"]!["operationId"])}</idOperazioneComune>`);
  expect(sent).toContain("<protocolloComune>OWN</protocolloComune>");
});

test("the household, with what is asked of its members", async () => {
  const { household } = await me(ada, "household { ... on Household { kind name since members { givenName tie birthDate civilStatus citizenships { countryCode } } provenance { freshness } } }");
  expect(household).toMatchObject({
    kind: "FAMILY", name: null, provenance: { freshness: "LIVE" },
    members: [
      { givenName: "ADA", tie: "HEAD", birthDate: "1984-03-12", civilStatus: "MARRIED", citizenships: [{ countryCode: "100" }] },
      { givenName: "BRUNO", tie: "SPOUSE" }, { givenName: "CHIARA", tie: "CHILD", birthDate: "2013-05-20", civilStatus: "SINGLE" }, { givenName: "DARIO", tie: "CHILD" },
    ],
  });
  expect(wire.heard).toHaveLength(2);
});

test("of a community only the person is told, and nobody else's data are read", async () => {
  const guest = hub.sandbox.world.people.find(({ community }) => community?.startsWith("Casa di riposo"))!;
  const client = await hub.citizen("elena.giordano");
  await hub.sql(`update "citizen" set "fiscal_code" = $1 where "fiscal_code" = $2`, [guest.fiscalCode, person("elena.giordano").fiscalCode]);
  const { household } = await me(client, "household { ... on Household { kind name members { fiscalCode } } }");
  expect(household).toEqual({ kind: "COMMUNITY", name: guest.community!.toUpperCase(), members: [{ fiscalCode: guest.fiscalCode }] });
  expect(wire.heard.some(body => body.includes("tipoScheda"))).toBe(false);
});

describe("one question", () => {
  const card = "person { ... on Person { familyName residence { address } } }";
  test("for all fields of a request about one person, and one for the household", async () => {
    await me(ada, `a: ${card} b: ${card} c: person { ... on Person { civilStatus } } household { ... on Household { members { givenName } } } again: household { ... on Household { members { tie } } }`);
    expect(wire.heard.map(body => body.includes("tipoScheda"))).toEqual([false, true]);
  });

  test("for equal requests that come together from one person; of different people each has their own", async () => {
    hub.sandbox.world.faults.impose("anpr", { kind: "slow", ms: 150, times: 2 });
    const bruno = await hub.citizen("bruno.ferrero");
    const answers = await Promise.all([me(ada, card), me(ada, card), me(ada, card), me(bruno, card)]);
    expect(answers.map(({ person: shown }) => shown!["familyName"])).toEqual(["ROSSI", "ROSSI", "ROSSI", "FERRERO"]);
    expect(wire.heard).toHaveLength(2);
    hub.sandbox.world.faults.lift();
  });

  test("is called off when nobody waits for it any more, and not before", async () => {
    hub.sandbox.world.faults.impose("anpr", { kind: "slow", ms: 400, times: 1 });
    const leaving = new AbortController();
    const gone = fetch(`${hub.url}/graphql`, { method: "POST", signal: leaving.signal, headers: { "content-type": "application/json", ...ada.headers }, body: JSON.stringify({ query: `{ me { ${card} } }` }) }).catch(() => "gone");
    const staying = me(ada, card);
    setTimeout(() => leaving.abort(), 100);
    expect(await gone).toBe("gone");
    expect((await staying)["person"]).toMatchObject({ familyName: "ROSSI" });
    expect(wire.heard).toHaveLength(1);
  });
});

test("who signed in with a password alone is told how to step up, and nothing is read", async () => {
  const low = await hub.citizen("ada.rossi", { level: 1 });
  const answer = await me(low, "person { __typename ... on AssuranceTooLow { required stepUpUrl } } household { __typename }");
  expect(answer).toMatchObject({ person: { __typename: "AssuranceTooLow", required: "L2" }, household: { __typename: "AssuranceTooLow" } });
  expect(wire.heard).toHaveLength(0);
});

test("who is not in the registry is told so", async () => {
  const client = await hub.citizen("ioana.popescu");
  await hub.sql(`update "citizen" set "fiscal_code" = 'RSSMRA80A01H501U' where "fiscal_code" = $1`, [person("ioana.popescu").fiscalCode]);
  expect(await me(client, "person { __typename ... on Problem { code } } household { __typename }")).toMatchObject({ person: { __typename: "NotInRegistry", code: "NOT_IN_REGISTRY" }, household: { __typename: "NotInRegistry" } });
});
