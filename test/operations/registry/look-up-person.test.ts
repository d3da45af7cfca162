import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import type { TestHub } from "../../helpers/hub.ts";
import { person } from "../../helpers/sandbox.ts";
import { verified } from "../verification/cases.ts";
import { startWiredHub, type Wire, type WiredHub } from "./wire.ts";

let town: WiredHub;
let hub: TestHub;
let wire: Wire;
let ada: Client;
let officer: Client & { readonly memberId: string };
/** Ada's application, handed in, and its protocol number. */
let application: string;
let protocol: string;

beforeAll(async () => {
  town = await startWiredHub();
  ({ hub, wire } = town);
  ada = await hub.citizen("ada.rossi");
  officer = await hub.staff({ "polizia-locale": ["CASE_OFFICER", "ACCOUNTANT"], "sportello-unico": ["FRONT_OFFICE"] });
  application = await draft(ada);
  const submitted = await ada.mutate("submitApplication", { application }, "... on SubmitApplicationSuccess { application { protocol { year number } } }");
  const { year, number } = submitted["application"]!["protocol"]!;
  protocol = `${String(year)}/${String(number)}`;
  // What the hub itself looks up for the case is done, and comes between no two reads of an officer.
  await verified(officer, application);
});
afterAll(() => town.close());
beforeEach(() => { wire.heard.length = 0; });

/** A draft of somebody's for a ZTL permit, written but not handed in. */
async function draft(client: Client): Promise<string> {
  const { services } = await client.data(`{ services(first: 100) { nodes { id application: __typename slug } } }`);
  const ztl = (services!["nodes"] as unknown as readonly Json[]).find(({ slug }) => (slug as unknown as string).includes("ztl"))!;
  const started = await client.mutate("startApplication", { service: ztl["id"] }, "... on StartApplicationSuccess { application { id } }");
  const id = started["application"]!["id"] as unknown as string;
  const from = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  await client.mutate("saveZtlPermitDraft", { application: id, category: "RESIDENT", plates: ["AB123CD"], from }, "... on SaveDraftSuccess { application { id } }");
  return id;
}

const problem = "... on Problem { code message path } ... on AmbiguousPerson { hits }";
const onApplication = async (client: Client, selection: string, id = application): Promise<Json> => (await client.data(`query ($id: ID!) { node(id: $id) { ... on Application { ${selection} } } }`, { id }))["node"]!;
const find = async (input: string): Promise<Json> => (await onApplication(officer, `person(input: { ${input} }) { __typename ${problem} ... on Person { fiscalCode familyName birthDate } }`))["person"]!;

test("an officer sees the applicant of a case of their office, read for that case", async () => {
  const { applicant } = await onApplication(officer, "applicant { ... on Person { familyName residence { address } provenance { purpose } } }");
  expect(applicant).toEqual({ familyName: "ROSSI", residence: { address: "VIA ROMA 28" }, provenance: { purpose: "APPLICATION" } });
  expect(wire.heard[0]).toContain(`<protocolloComune>${protocol}</protocolloComune>`);
  expect(wire.dataSets()).toEqual([["2", "10"]]);
});

test("the citizen sees which office read what, in which role, for which case, and what came of it", async () => {
  await onApplication(officer, "applicant { ... on Person { civilStatus } }");
  const [latest] = (await ada.data("{ me { whoReadMyData(first: 1) { nodes { actor actorName source dataSets purpose purposeText reference outcome } } } }"))["me"]!["whoReadMyData"]!["nodes"] as unknown as readonly Json[];
  expect(latest).toEqual({
    actor: "STAFF", actorName: "Polizia locale, contabile e istruttore", source: "ANPR", dataSets: ["CIVIL_STATUS"], purpose: "APPLICATION",
    purposeText: "Istruttoria della pratica", reference: protocol, outcome: "FOUND",
  });
  const [kept] = await hub.sql(`select "actor_key" from "access_record" order by "sequence" desc limit 1`);
  expect(kept!["actor_key"]).toBe(`staff:${officer.memberId}`);
});

test("one page of a desk asks about each case's applicant once", async () => {
  const bruno = await hub.citizen("bruno.ferrero");
  await bruno.mutate("submitApplication", { application: await draft(bruno) }, "... on SubmitApplicationSuccess { application { id } }");
  wire.heard.length = 0;
  hub.sandbox.world.faults.impose("anpr", { kind: "slow", ms: 300, times: 2 });
  const { desk } = await officer.data("{ desk { applications(first: 10, filter: { states: [SUBMITTED, IN_PROGRESS] }) { nodes { a: applicant { ... on Person { givenName } } b: applicant { ... on Person { residence { address } } } } } } }");
  expect((desk!["applications"]!["nodes"] as unknown as readonly Json[]).map(({ a, b }) => ({ ...(a as object), ...(b as object) }))).toEqual(expect.arrayContaining([
    { givenName: "ADA", residence: { address: "VIA ROMA 28" } }, { givenName: "BRUNO", residence: { address: "VIA ROMA 28" } },
  ]));
  expect(wire.heard).toHaveLength(2);
});

describe("somebody else whom the case is about", () => {
  test.each<[string, string, object]>([
    ["by fiscal code", `fiscalCode: "GRDLNE95S42L219D"`, { __typename: "Person", familyName: "GIORDANO" }],
    ["by name and birth", `familyName: "Giordano", givenName: "Elena", birthDate: "1995-11-02"`, { __typename: "Person", fiscalCode: "GRDLNE95S42L219D" }],
    ["several of a name and birth", `familyName: "Marro", givenName: "Olindo", birthDate: "1941-08-30", sex: M`, { __typename: "AmbiguousPerson", code: "AMBIGUOUS_PERSON", hits: 2 }],
    ["nobody", `familyName: "Nessuno", givenName: "Elena", birthDate: "1995-11-02"`, { __typename: "NotInRegistry" }],
    ["too little said", `familyName: "Marro", givenName: " "`, { __typename: "InvalidInput", path: ["input", "givenName"] }],
  ])("%s", async (_, input, expected) => {
    expect(await find(input)).toMatchObject(expected);
  });

  test("each of several who matched sees that they were found", async () => {
    await find(`familyName: "Marro", givenName: "Olindo", birthDate: "1941-08-30"`);
    const olindo = await hub.citizen("olindo.marro");
    const nodes = (await olindo.data("{ me { whoReadMyData(first: 5) { nodes { actor reference outcome } } } }"))["me"]!["whoReadMyData"]!["nodes"] as unknown as readonly Json[];
    expect(nodes[0]).toEqual({ actor: "STAFF", reference: protocol, outcome: "FOUND" });
    const outcomes = await hub.sql(`select o."outcome" from "access_record" r join "access_outcome" o on o."access_id" = r."id" where r."subject_key" = '' order by r."sequence" desc limit 1`);
    expect(outcomes).toEqual([{ outcome: "AMBIGUOUS" }]);
  });
});

test("members of a household see that one of them looked at it", async () => {
  await ada.data("{ me { household { ... on Household { members { givenName } } } } }");
  const bruno = await hub.citizen("bruno.ferrero");
  const nodes = (await bruno.data("{ me { whoReadMyData(first: 1) { nodes { actor actorName dataSets purpose outcome } } } }"))["me"]!["whoReadMyData"]!["nodes"] as unknown as readonly Json[];
  expect(nodes[0]).toEqual({ actor: "HOUSEHOLD", actorName: "Una persona della tua famiglia", dataSets: ["HOUSEHOLD", "IDENTITY"], purpose: "OWN_REQUEST", outcome: "FOUND" });
});

describe("no case, no reading", () => {
  test("a draft is not seen, and where its row is there is nothing to read for", async () => {
    const unfinished = await draft(ada);
    expect(await onApplication(officer, "applicant { __typename }", unfinished)).toBeNull();
    await hub.sql(`update "application" set "state" = 'WITHDRAWN' where "id" = $1`, [unfinished.slice(4)]);
    expect(await onApplication(officer, "applicant { __typename } person(input: { fiscalCode: \"GRDLNE95S42L219D\" }) { __typename }", unfinished)).toEqual({ applicant: null, person: null });
    expect(wire.heard).toHaveLength(0);
  });

  test("another office does not see the case, a citizen has no such field, an unknown applicant is told", async () => {
    const elsewhere = await hub.staff({ tributi: ["SUPERVISOR"] }).catch(() => hub.staff({ "sportello-unico": ["SUPERVISOR"] }));
    expect(await onApplication(elsewhere, "applicant { __typename }")).toBeNull();
    const { errors } = await ada.ask("query ($id: ID!) { node(id: $id) { ... on Application { applicant { __typename } } } }", { id: application });
    expect(errors[0]!.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    const stranger = await hub.citizen("amadou.diop");
    const theirs = await draft(stranger);
    await stranger.mutate("submitApplication", { application: theirs });
    wire.heard.length = 0;
    await hub.sql(`update "citizen" set "fiscal_code" = null where "fiscal_code" = $1`, [person("amadou.diop").fiscalCode]);
    expect(await onApplication(officer, "applicant { __typename }", theirs)).toEqual({ applicant: { __typename: "NotInRegistry" } });
    expect(wire.heard).toHaveLength(0);
  });
});
