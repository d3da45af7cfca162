import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { settingsOf } from "../../../server/settings.ts";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { startWiredHub, type Wire, type WiredHub } from "../../operations/registry/wire.ts";

let wire: Wire;
let town: WiredHub;
let hub: TestHub;
let ada: Client;

beforeAll(async () => {
  town = await startWiredHub({ ANPR_DOORS: "RESIDENCE=PDND,CITIZENSHIP=PDND" });
  ({ hub, wire } = town);
  ada = await hub.citizen("ada.rossi");
});
afterAll(() => town.close());
beforeEach(() => { wire.heard.length = 0; });
afterEach(() => hub.sandbox.world.faults.lift());

const person = async (client: Client, selection: string): Promise<Json> => (await client.data(`{ me { person { __typename ... on Person { ${selection} } } } }`))["me"]!["person"]!;
const everything = "fiscalCode familyName givenName birthDate civilStatus citizenships { country countryCode } residence { address postalCode municipality since } identityNumbers { registryId fiscalCode }";

describe("a door for each use", () => {
  test("one answer in the same words, whichever doors it came through", async () => {
    const other = await startHub({ beside: hub, settings: { ANPR_SOAP_URL: wire.url, SANDBOX_PORT: new URL(hub.sandbox.url).port } });
    const throughBoth = await person(ada, everything);
    expect(wire.dataSets()).toEqual([["2", "3"]]);
    const throughOne = await person(Object.assign(Object.create(ada) as Client, { url: other.url }), everything);
    await other.close();
    expect(throughBoth).toEqual(throughOne);
    expect(throughBoth).toMatchObject({ familyName: "ROSSI", civilStatus: "MARRIED", residence: { address: "VIA ROMA 28" } });
  });

  test.each<[string, string, string[][]]>([
    ["what its own door has", "residence { address }", []], ["who somebody is, with what is asked anyway", "familyName residence { address }", []],
    ["who somebody is, alone, by the usual door", "familyName", [["2"]]], ["the usual rest", "civilStatus", [["2", "3"]]],
  ])("asks for %s", async (_, selection, heard) => {
    expect(await person(ada, selection)).toMatchObject({ __typename: "Person" });
    expect(wire.dataSets().map(sets => sets.sort())).toEqual(heard);
  });

  test("asks for households through the door that tells whose they are", async () => {
    const { household } = (await ada.data("{ me { household { ... on Household { kind members { givenName } } } } }"))["me"]!;
    expect(household!["members"]!.map(({ givenName }) => givenName)).toEqual(["ADA", "BRUNO", "CHIARA", "DARIO"]);
    expect(wire.heard).toHaveLength(2);
  });

  test("tells nothing when one of two doors is shut: a part that is missing would look like one that there is not", async () => {
    hub.sandbox.world.faults.impose("pdnd", { kind: "unavailable" });
    expect(await person(ada, "civilStatus residence { address }")).toMatchObject({ __typename: "SourceUnavailable" });
    expect(await person(ada, "civilStatus")).toMatchObject({ __typename: "Person" });
  });
});

test.each(["RESIDENZA=PDND", "RESIDENCE=REST", "RESIDENCE"])("a setting that names no use or no door (%s) is refused", doors => {
  expect(() => settingsOf({ ANPR_DOORS: doors })).toThrow("ANPR_DOORS");
});
