import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import type { TestHub } from "../../helpers/hub.ts";
import { person } from "../../helpers/sandbox.ts";
import { serviceId } from "../application/application.ts";
import { startWiredHub, type Wire, type WiredHub } from "../registry/wire.ts";
import { applicationOf, forStaff, handIn, verified, ztlDraft } from "./cases.ts";

let town: WiredHub;
let hub: TestHub;
let wire: Wire;
let ada: Client;
let elena: Client;
let officer: Client;

beforeAll(async () => {
  town = await startWiredHub();
  ({ hub, wire } = town);
  [ada, elena, officer] = await Promise.all([hub.citizen("ada.rossi"), hub.citizen("elena.giordano"), hub.staff({ "polizia-locale": ["CASE_OFFICER"], "sportello-unico": ["CASE_OFFICER"] })]);
});
afterAll(() => town.close());
beforeEach(() => { wire.heard.length = 0; });
afterEach(() => hub.sandbox.world.faults.lift());

const protocolOf = ({ protocol }: Json): string => `${String(protocol!["year"])}/${String(protocol!["number"])}`;
const outcomes = (application: Json): unknown => Object.fromEntries((application["checks"] as unknown as readonly Json[]).map(({ kind, state, reason }) => [kind, [state, reason]]));

describe("what a permit rests on", () => {
  test("is looked up for the case when it is handed in: the person once, the household once", async () => {
    const application = await handIn(ada, await ztlDraft(ada));
    expect(application).toMatchObject({ verification: "DONE" });
    const seen = await applicationOf(officer, application["id"]!, forStaff);
    expect(outcomes(seen)).toEqual({ ZONE_RESIDENCE: ["CONFIRMED", null], HOUSEHOLD_PERMIT: ["CONFIRMED", null] });
    expect(seen["checks"]![0]).toMatchObject({ askedAt: application["submittedAt"], decidedAt: expect.any(String), provenance: { source: "ANPR", freshness: "LIVE", purpose: "APPLICATION" } });
    expect(wire.heard.map(body => body.includes("tipoScheda"))).toEqual([false, true]);
    expect(wire.heard[0]).toContain(`<protocolloComune>${protocolOf(application)}</protocolloComune>`);
  });

  test("is seen by the citizen as read by the office, automatically, for the case", async () => {
    const application = await handIn(ada, await ztlDraft(ada));
    const nodes = (await ada.data("{ me { whoReadMyData(first: 3) { nodes { actor actorName dataSets purpose purposeText reference outcome } } } }"))["me"]!["whoReadMyData"]!["nodes"] as unknown as readonly Json[];
    const shared = { actor: "AUTOMATIC", actorName: expect.stringMatching(/^(?:Polizia locale|Sportello unico.*), verifica automatica$/), purpose: "APPLICATION", purposeText: "Verifica automatica della pratica", reference: protocolOf(application), outcome: "FOUND" };
    expect(nodes).toEqual(expect.arrayContaining([{ ...shared, dataSets: ["HOUSEHOLD", "RESIDENCE"] }, { ...shared, dataSets: ["HOUSEHOLD", "IDENTITY"] }]));
    const [kept] = await hub.sql(`select "actor_key" from "access_record" order by "sequence" desc limit 1`);
    expect(kept).toEqual({ actor_key: "hub:verify-application" });
  });

  test("and is not so does not refuse it: the office has the reason, and decides", async () => {
    const application = await handIn(elena, await ztlDraft(elena));
    expect(application).toMatchObject({ verification: "DONE", state: expect.stringMatching(/^(?:SUBMITTED|IN_PROGRESS)$/) });
    expect(outcomes(await applicationOf(officer, application["id"]!, forStaff))).toEqual({ ZONE_RESIDENCE: ["CONTRADICTED", "NOT_RESIDENT_IN_ZONE"], HOUSEHOLD_PERMIT: ["CONFIRMED", null] });
    expect((await elena.ask("query ($id: ID!) { node(id: $id) { ... on Application { checks { state } } } }", { id: application["id"]! })).errors[0]!.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });

  test("knows the permits of the whole household", async () => {
    const granted = await handIn(ada, await ztlDraft(ada));
    await hub.sql(`update "application" set "state" = 'ACCEPTED', "decided_at" = now() where "id" = $1`, [granted["id"]!.slice(4)]);
    const bruno = await hub.citizen("bruno.ferrero");
    const second = await handIn(bruno, await ztlDraft(bruno));
    expect(outcomes(await applicationOf(officer, second["id"]!, forStaff))).toEqual({ ZONE_RESIDENCE: ["CONFIRMED", null], HOUSEHOLD_PERMIT: ["CONTRADICTED", "HOUSEHOLD_HAS_PERMIT"] });
    await hub.sql(`update "application" set "state" = 'WITHDRAWN' where "id" = $1`, [granted["id"]!.slice(4)]);
  });

  test("is nothing where the category asks for papers alone", async () => {
    const application = await handIn(ada, await ztlDraft(ada, "FIRM"));
    expect(application).toMatchObject({ verification: "NOT_NEEDED" });
    expect(wire.heard).toEqual([]);
  });

  test.each([
    ["nobody of that fiscal code", "EN122", ["CONTRADICTED", "NOT_IN_REGISTRY"]], ["several of it", "EN095", ["UNDECIDED", "AMBIGUOUS"]], ["a no about the person", "EN493", ["UNDECIDED", "REFUSED"]],
  ])("ends for the office to find out when the registry has %s", async (_, code, expected) => {
    hub.sandbox.world.faults.impose("anpr", { kind: "refuse", code }, "3002");
    const { id } = await handIn(ada, await ztlDraft(ada));
    expect(outcomes(await applicationOf(officer, id!, forStaff))).toMatchObject({ ZONE_RESIDENCE: expected });
  });

  test.each([
    ["somebody without a fiscal code", "amadou.diop", null, "NO_FISCAL_CODE"], ["a company", "ioana.popescu", "00480530047", "NOT_IN_REGISTRY"],
  ])("cannot be asked about %s", async (_, username, fiscalCode, reason) => {
    const applicant = await hub.citizen(username);
    const draft = await ztlDraft(applicant);
    await hub.sql(`update "citizen" set "fiscal_code" = $1, "spid_code" = 'x-' || "id" where "fiscal_code" = $2`, [fiscalCode, person(username).fiscalCode]);
    const { id } = await handIn(applicant, draft);
    expect(outcomes(await applicationOf(officer, id!, forStaff))).toEqual({ ZONE_RESIDENCE: ["UNDECIDED", reason], HOUSEHOLD_PERMIT: ["UNDECIDED", reason] });
    expect(wire.heard).toEqual([]);
  });
});

test.each<[string, object, string, string[][]]>([
  ["rinnovo-dimora-abituale", { permitNumber: "I12345678", permitValidTo: "2028-01-01" }, "RESIDENCE", [["2", "10"]]],
  ["cambio-indirizzo", { street: "Corso Nizza", number: "3", movedOn: "2026-11-01", title: "TENANT" }, "RESIDENCE", [["2", "10"]]],
  ["idoneita-abitativa", { street: "Via Roma", number: "28", floor: "2", purpose: "FAMILY_REUNIFICATION", title: "TENANT", professionalRegister: "SURVEYOR", professionalNumber: "77" }, "HOUSEHOLD", [["2", "22"]]],
])("a form of the catalogue (%s) is verified in what its sheet spares the applicant", async (slug, answers, kind, asked) => {
  const started = await ada.mutate("startApplication", { service: await serviceId(ada, slug) }, "... on StartApplicationSuccess { application { id } }");
  const id = started["application"]!["id"]!;
  await ada.mutate("saveGenericDraft", { application: id, answers });
  expect(await handIn(ada, id)).toMatchObject({ verification: "DONE" });
  expect(await hub.sql(`select "kind", "state" from "registry_check" where "application_id" = $1`, [id.slice(4)])).toEqual([{ kind, state: "CONFIRMED" }]);
  expect(wire.dataSets()).toEqual(asked);
});

describe("while the registry is down", () => {
  test("an application is taken all the same, its term runs, and it is verified when the registry answers, once, without anybody asking", async () => {
    hub.sandbox.world.faults.impose("anpr", { kind: "reset" }, "3002");
    const heard = officer.listen("subscription ($after: Cursor) { deskUpdates(after: $after) { ... on ApplicationChanged { kind application { id verification } } } }", { after: await hub.position() });
    const taken = await handIn(ada, await ztlDraft(ada));
    const id = taken["id"]!;
    expect(taken).toMatchObject({ verification: "PENDING", protocol: { number: expect.any(Number) }, dueDate: { on: expect.any(String) } });
    const waiting = (await officer.data(`{ desk { applications(first: 50, filter: { verification: [PENDING] }) { nodes { ${forStaff} } } } }`))["desk"]!["applications"]!["nodes"] as unknown as readonly Json[];
    expect(waiting.map(application => application["id"])).toEqual([id]);
    expect(outcomes(waiting[0]!)).toEqual({ ZONE_RESIDENCE: ["PENDING", null], HOUSEHOLD_PERMIT: ["PENDING", null] });

    hub.sandbox.world.faults.lift();
    expect(outcomes(await verified(officer, id))).toEqual({ ZONE_RESIDENCE: ["CONFIRMED", null], HOUSEHOLD_PERMIT: ["CONFIRMED", null] });
    expect(await applicationOf(ada, id, "verification submittedAt dueDate { on }")).toEqual({ verification: "DONE", submittedAt: taken["submittedAt"], dueDate: taken["dueDate"] });
    await heard.until("that it was verified", event => event["kind"] === ("APPLICATION_VERIFIED" as unknown as Json));
    expect(heard.events.filter(event => event["kind"] === ("APPLICATION_VERIFIED" as unknown as Json))).toEqual([{ kind: "APPLICATION_VERIFIED", application: { id, verification: "DONE" } }]);
    await heard.stop();
    const reads = await hub.sql(`select o."outcome" from "access_record" r join "access_outcome" o on o."access_id" = r."id" where r."purpose_reference" = $1 order by r."sequence"`, [protocolOf(taken)]);
    expect(reads[0]).toEqual({ outcome: "UNAVAILABLE" });
    expect(reads.at(-1)).toEqual({ outcome: "FOUND" });
  }, 60_000);

  test("whoever hands something in waits no longer than a moment, and a case that is closed meanwhile is not read for", async () => {
    hub.sandbox.world.faults.impose("anpr", { kind: "silent" }, "3002");
    const taken = await handIn(ada, await ztlDraft(ada));
    const id = taken["id"]!;
    expect(taken).toMatchObject({ verification: "PENDING" });
    await hub.sql(`update "application" set "state" = 'WITHDRAWN' where "id" = $1`, [id.slice(4)]);
    hub.sandbox.world.faults.lift();
    wire.heard.length = 0;
    expect(outcomes(await verified(officer, id))).toEqual({ ZONE_RESIDENCE: ["UNDECIDED", "CASE_CLOSED"], HOUSEHOLD_PERMIT: ["UNDECIDED", "CASE_CLOSED"] });
    expect(wire.heard).toEqual([]);
  }, 60_000);
});
