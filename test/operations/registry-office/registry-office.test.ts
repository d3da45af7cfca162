import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";

let hub: TestHub;
let operator: Client;

beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  operator = await hub.staff({ "sportello-unico": ["FRONT_OFFICE"] });
});
afterAll(() => hub.close());

const day = (ago: number): string => new Date(hub.clock.now().getTime() - ago * 86_400_000).toISOString().slice(0, 10);
const problem = "__typename ... on Problem { code path } ... on NotEligible { reason } ... on InvalidInput { reason }";
const list = async (client: Client, input: object): Promise<Json> => (await client.data(
  `query ($input: DeclarationsInput!) { desk { declarations(input: $input) { ${problem} ... on Declarations { items { reference kind state openedAt closedAt fiscalCode } provenance { purpose } } } } }`,
  { input: { kind: "RESIDENCE_CHANGE", from: day(20), to: day(0), ...input } }))["desk"]!["declarations"]!;
const one = async (client: Client, code: string): Promise<Json> => (await client.data(
  `query ($code: String!) { desk { declaration(reference: $code) { ${problem} ... on Declaration { reference kind familyName fiscalCode contacts { kind value } history { state at } newResidence { address municipality } newHousehold summary { name pdf content } papers { name pdf content } } } } }`, { code }))["desk"]!["declaration"]!;
const table = async (client: Client, number: number): Promise<Json> => (await client.data(
  `query ($number: Int!) { desk { codeTable(number: $number) { ${problem} ... on CodeTable { number rows readAt stale } } } }`, { number }))["desk"]!["codeTable"]!;

describe("online declarations", () => {
  test("are listed for the registry office, and everybody listed sees it", async () => {
    const listed = await list(operator, {});
    expect(listed).toMatchObject({ __typename: "Declarations", provenance: { purpose: "APPLICATION" } });
    const items = listed["items"] as unknown as readonly Json[];
    expect(items.length).toBeGreaterThan(1);
    expect(items[0]).toMatchObject({ kind: "RESIDENCE_CHANGE", closedAt: null, fiscalCode: "RSSDAA84C52D205X" });
    const ada = await hub.citizen("ada.rossi");
    const nodes = (await ada.data("{ me { whoReadMyData(first: 1) { nodes { actor actorName dataSets purposeText } } } }"))["me"]!["whoReadMyData"]!["nodes"];
    expect(nodes).toEqual([{ actor: "STAFF", actorName: "Sportello Unico del Cittadino, operatore di sportello", dataSets: ["DECLARATIONS"], purposeText: "Istruttoria delle dichiarazioni anagrafiche online" }]);
  });

  test("are shown with their papers, as the case for which they are read", async () => {
    const [first] = (await list(operator, {}))["items"] as unknown as readonly Json[];
    const shown = await one(operator, first!["reference"]!);
    expect(shown).toMatchObject({ __typename: "Declaration", reference: first!["reference"], familyName: "ROSSI", newResidence: { municipality: "CUNEO" }, newHousehold: true, papers: [{ name: "titolo.pdf", pdf: true }] });
    expect(Buffer.from(shown["summary"]!["content"]!, "base64").subarray(0, 5).toString()).toBe("%PDF-");
    const [kept] = await hub.sql(`select "purpose_reference" as "reference", "data_sets"::text as "sets" from "access_record" order by "sequence" desc limit 1`);
    expect(kept).toEqual({ reference: first!["reference"], sets: '["DECLARATION"]' });
  });

  test.each<[string, () => Promise<Json>, object]>([
    ["an unknown code", () => one(operator, "1"), { __typename: "NotFound", path: ["reference"] }],
    ["a code that is none", () => one(operator, "x"), { __typename: "InvalidInput", path: ["reference"] }],
    ["too long a span", () => list(operator, { from: day(40) }), { __typename: "InvalidInput", path: ["input", "to"], reason: "RANGE" }],
    ["what cannot be listed", () => list(operator, { kind: "OTHER" }), { __typename: "InvalidInput", path: ["input", "kind"] }],
    ["a state that is none", () => list(operator, { state: "aperta" }), { __typename: "InvalidInput", path: ["input", "state"] }],
    ["another office", async () => list(await hub.staff({ tributi: ["SUPERVISOR"] }), {}), { __typename: "NotEligible", reason: "NOT_REGISTRY_OFFICE" }],
  ])("%s is told", async (_, ask, expected) => {
    expect(await ask()).toMatchObject(expected);
  });
});

describe("tables of codes", () => {
  test("are shown, dated and kept for a day, and are a read about nobody", async () => {
    const before = await hub.sql(`select count(*)::int as "reads" from "access_record"`);
    const shown = await table(operator, 58);
    expect(shown).toMatchObject({ __typename: "CodeTable", number: 58, stale: false, rows: expect.arrayContaining([expect.any(Object)]) });
    expect(await table(operator, 58)).toMatchObject({ readAt: shown["readAt"] });
    expect(await hub.sql(`select count(*)::int as "reads" from "access_record"`)).toEqual(before);
  });

  test("that there are not are told", async () => {
    expect(await table(operator, 77)).toMatchObject({ __typename: "NotFound", path: ["number"] });
    expect(await table(operator, 0)).toMatchObject({ __typename: "InvalidInput", path: ["number"] });
  });
});

test("where the door is PDND there is nothing of all this, and it is said", async () => {
  const elsewhere = await startHub({ beside: hub, settings: { ANPR_DOOR: "PDND" } });
  const client = Object.assign(Object.create(operator) as Client, { url: elsewhere.url });
  expect(await list(client, {})).toMatchObject({ __typename: "NotEligible", reason: "SERVICE_NOT_ONLINE" });
  expect(await table(client, 58)).toMatchObject({ __typename: "NotEligible", reason: "SERVICE_NOT_ONLINE" });
  await elsewhere.close();
});
