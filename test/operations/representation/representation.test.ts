import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { person } from "../../helpers/sandbox.ts";
import { testQuiet } from "../../helpers/quiet.ts";

let hub: TestHub;
beforeAll(async () => { hub = await startHub({ sandbox: true }); });
afterAll(() => hub.close());

/** Codes of bodies with right check digits. */
const [mill, bakery, forge] = ["01234560041", "02234560049", "03234560047"] as const;
const soon = (days: number): string => new Date(hub.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);

const declare = (client: Client, companyCode: string, more: object = {}): Promise<Json> =>
  client.mutate("declareRepresentation", { companyCode, companyName: "Mulino di Prova S.r.l.", capacity: "Amministratrice unica", ...more },
    "... on DeclareRepresentationSuccess { representation { id state holds validTo } } ... on NotEligible { reason } ... on WrongState { from } ... on AssuranceTooLow { required } ... on InvalidInput { path reason }");
const decide = (client: Client, representation: string, input: object): Promise<Json> =>
  client.mutate("decideRepresentation", { representation, ...input },
    "... on DecideRepresentationSuccess { representation { state validTo reason holds representativeName representativeCode } } ... on WrongState { from to } ... on NotEligible { reason } ... on InvalidInput { path reason }");
const actFor = (client: Client, fiscalCode: string): Promise<Json> => client.mutate("actFor", { fiscalCode }, "... on ActForSuccess { kind } ... on NotEligible { reason } ... on AssuranceTooLow { required }");
const meOf = async (client: Client): Promise<Json> => (await client.data("{ me { fiscalCode delegation { kind actorName } } }"))["me"]!;
const companies = async (client: Client): Promise<Json[]> => ((await client.data("{ me { actingFor { companies { id companyCode state holds validTo reason } } } }"))["me"] as unknown as { actingFor: { companies: Json[] } }).actingFor.companies;
const idOf = (declared: Json): string => (declared as unknown as { representation: { id: string } }).representation.id;
const supervisor = (): ReturnType<TestHub["staff"]> => hub.staff({ "sportello-unico": ["SUPERVISOR"] });

/** Ada represents a company, verified by somebody else. */
async function approved(companyCode: string, days = 30): Promise<{ ada: Client; id: string; officer: Client }> {
  const [ada, officer] = [await hub.citizen("ada.rossi"), await supervisor()];
  const id = idOf(await declare(ada, companyCode));
  await decide(officer, id, { decision: "ACCEPTED", validTo: soon(days) });
  return { ada, id, officer };
}

describe("whoever represents a company", () => {
  test("declares it, waits for the office, and acts for it once that has verified it", async () => {
    const ada = await hub.citizen("ada.rossi");
    const declared = await declare(ada, mill);
    expect(declared).toMatchObject({ representation: { state: "PENDING", holds: false, validTo: null } });
    expect(await declare(ada, mill)).toMatchObject({ __typename: "WrongState", from: "PENDING" });
    expect(await actFor(ada, mill)).toMatchObject({ __typename: "NotEligible", reason: "NOT_A_REPRESENTATIVE" });

    const officer = await supervisor();
    const queue = (await officer.data('{ desk { representations(first: 5, filter: { states: [PENDING] }) { nodes { id companyCode companyName capacity representativeName representativeCode } } } }'))["desk"] as unknown as { representations: { nodes: Json[] } };
    expect(queue.representations.nodes).toEqual([{
      id: idOf(declared), companyCode: mill, companyName: "Mulino di Prova S.r.l.", capacity: "Amministratrice unica", representativeName: "Ada Rossi", representativeCode: person("ada.rossi").fiscalCode,
    }]);
    expect(await decide(officer, idOf(declared), { decision: "ACCEPTED", validTo: soon(30) })).toMatchObject({ representation: { state: "APPROVED", holds: true, validTo: soon(30) } });

    expect(await actFor(ada, mill)).toEqual({ __typename: "ActForSuccess", kind: "COMPANY" });
    expect(await meOf(ada)).toEqual({ fiscalCode: mill, delegation: { kind: "COMPANY", actorName: "Ada Rossi" } });
    expect(await companies(ada)).toMatchObject([{ companyCode: mill, state: "APPROVED", holds: true }]);
    expect(await ada.mutate("stopActing", {})).toMatchObject({ __typename: "StopActingSuccess" });
    expect(await meOf(ada)).toMatchObject({ fiscalCode: person("ada.rossi").fiscalCode });
  });

  test("does so as the company: its rows are its own, and both stand wherever it is written who did something", async () => {
    const { ada } = await approved(bakery);
    await actFor(ada, bakery);
    await ada.mutate("updateContacts", { phone: "+39 0171 000000" });
    expect((await ada.data("{ me { contacts { phone } applications(first: 1) { nodes { id } } person { __typename } household { __typename } } }"))["me"]).toEqual({
      contacts: { phone: "+39 0171 000000" }, applications: { nodes: [] }, person: { __typename: "NotInRegistry" }, household: { __typename: "NotInRegistry" },
    });
    const [{ caller }] = await hub.sql<{ caller: string }>(`select "caller" from "idempotency_record" where "mutation" = 'updateContacts'`) as [{ caller: string }];
    expect(caller).toMatch(/^citizen:[0-9a-f-]{36}:for:[0-9a-f-]{36}$/);
    const kept = await hub.sql(`select a."fiscal_code" as "actor", s."fiscal_code" as "subject", d."kind" from "delegation" d join "citizen" a on a."id" = d."actor_id" join "citizen" s on s."id" = d."subject_id" where s."fiscal_code" = $1`, [bakery]);
    expect(kept).toEqual([{ actor: person("ada.rossi").fiscalCode, subject: bakery, kind: "COMPANY" }]);
    await ada.mutate("stopActing", {});
    expect((await ada.data("{ me { contacts { phone } } }"))["me"]).not.toEqual({ contacts: { phone: "+39 0171 000000" } });
  });

  test("stops at once when the office takes it back, open sockets included", async () => {
    const { ada, id, officer } = await approved(forge);
    await actFor(ada, forge);
    const socket = await ada.bare();
    socket.subscribe("1", "subscription { myUpdates { __typename } }");
    socket.send({ type: "ping" });
    await socket.next(({ type }) => type === "pong");
    const revoked = await officer.mutate("revokeRepresentation", { representation: id, reason: "Carica cessata." }, "... on RevokeRepresentationSuccess { representation { state reason } }");
    expect(revoked).toMatchObject({ representation: { state: "REVOKED", reason: "Carica cessata." } });
    expect((await socket.end()).reason).toBe("ACCESS_CHANGED");
    expect(await meOf(ada)).toMatchObject({ fiscalCode: person("ada.rossi").fiscalCode, delegation: null });
    expect(await actFor(ada, forge)).toMatchObject({ reason: "NOT_A_REPRESENTATIVE" });
    expect((await companies(ada)).find(one => one["id"] === (id as never))).toMatchObject({ state: "REVOKED", holds: false, reason: "Carica cessata." });
  });

  test("or when they give it up themselves", async () => {
    const { ada, id } = await approved("04234560045");
    await actFor(ada, "04234560045");
    expect(await ada.mutate("withdrawRepresentation", { representation: id }, "... on WithdrawRepresentationSuccess { representation { state } }")).toMatchObject({ representation: { state: "WITHDRAWN" } });
    expect(await meOf(ada)).toMatchObject({ delegation: null });
    expect(await ada.mutate("withdrawRepresentation", { representation: id }, "... on WrongState { from to }")).toMatchObject({ from: "WITHDRAWN", to: "WITHDRAWN" });
  });
});

describe("the office", () => {
  test("refuses with a reason, accepts with a day to come, and decides once", async () => {
    const [bruno, officer] = [await hub.citizen("bruno.ferrero"), await supervisor()];
    const id = idOf(await declare(bruno, mill));
    expect(await decide(officer, id, { decision: "REJECTED" })).toMatchObject({ __typename: "InvalidInput", path: ["input", "reason"], reason: "EMPTY" });
    expect(await decide(officer, id, { decision: "ACCEPTED" })).toMatchObject({ __typename: "InvalidInput", path: ["input", "validTo"], reason: "EMPTY" });
    expect(await decide(officer, id, { decision: "ACCEPTED", validTo: soon(-2) })).toMatchObject({ path: ["input", "validTo"], reason: "PAST" });
    expect(await decide(officer, id, { decision: "REJECTED", reason: "La visura non la riporta." })).toMatchObject({ representation: { state: "REFUSED", reason: "La visura non la riporta.", holds: false } });
    expect(await decide(officer, id, { decision: "ACCEPTED", validTo: soon(9) })).toMatchObject({ __typename: "WrongState", from: "REFUSED" });
    expect(await declare(bruno, mill)).toMatchObject({ representation: { state: "PENDING" } });
  });

  test("is whoever has the role for it: not the front office, nor citizens, who see their own alone", async () => {
    const [ada, bruno] = [await hub.citizen("ada.rossi"), await hub.citizen("bruno.ferrero")];
    const id = idOf(await declare(ada, "05234560042"));
    const counter = await hub.staff({ "sportello-unico": ["FRONT_OFFICE"] });
    for (const client of [counter, ada]) {
      const { data, errors } = await client.ask('mutation { decideRepresentation(input: { representation: "x", decision: ACCEPTED, idempotencyKey: "12345678" }) { __typename } }');
      expect([data, errors.map(({ extensions }) => extensions["code"])]).toEqual([null, expect.arrayContaining(["GRAPHQL_VALIDATION_FAILED"])]);
    }
    expect((await bruno.data("query ($id: ID!) { node(id: $id) { id } }", { id }))["node"]).toBeNull();
    expect(await bruno.mutate("withdrawRepresentation", { representation: id })).toMatchObject({ __typename: "NotFound" });
    expect((await ada.data("query ($id: ID!) { node(id: $id) { id } }", { id }))["node"]).toEqual({ id });
  });

  test("nobody verifies their own", async () => {
    const [ada, officer] = [await hub.citizen("ada.rossi"), await supervisor()];
    await hub.sql(`update "staff_member" set "fiscal_code" = $1 where "id" = $2`, [person("ada.rossi").fiscalCode, officer.memberId]);
    const id = idOf(await declare(ada, "06234560040"));
    expect(await decide(officer, id, { decision: "ACCEPTED", validTo: soon(9) })).toMatchObject({ __typename: "NotEligible", reason: "OWN_REPRESENTATION" });
  });
});

describe("nobody declares", () => {
  test.each([["a person's code", { companyCode: person("bruno.ferrero").fiscalCode }, "NotEligible"], ["a company without a name", { companyName: "  " }, "InvalidInput"], ["too long a capacity", { capacity: "x".repeat(101) }, "InvalidInput"]])("%s", async (_what, input, problem) => {
    expect(await declare(await hub.citizen("ada.rossi"), "07234560048", input)).toMatchObject({ __typename: problem });
  });

  test("at too low a level", async () => {
    expect(await declare(await hub.citizen("ada.rossi", { level: 1 }), "07234560048")).toMatchObject({ __typename: "AssuranceTooLow", required: "L2" });
  });
});

test("minors and companies stand side by side, and a registry that is down leaves the companies", async () => {
  const ada = await hub.citizen("ada.rossi");
  const asked = "{ me { actingFor { companies { companyCode } minors { __typename ... on Minors { people { givenName } provenance { purpose } } } } } }";
  const of = async (): Promise<{ companies: object[]; minors: Json }> => ((await ada.data(asked))["me"] as unknown as { actingFor: { companies: object[]; minors: Json } }).actingFor;
  expect((await of()).minors).toMatchObject({ __typename: "Minors", people: expect.arrayContaining([{ givenName: "CHIARA" }, { givenName: "DARIO" }]), provenance: { purpose: "OWN_REQUEST" } });
  hub.sandbox.world.faults.impose("anpr", { kind: "unavailable" });
  const down = await of();
  hub.sandbox.world.faults.lift();
  expect(down).toMatchObject({ minors: { __typename: "SourceUnavailable" } });
  expect(down.companies.length).toBeGreaterThan(0);
});

test("it holds to the end of its last day, and then ends by itself, also where somebody is acting by it", async () => {
  const { ada } = await approved("08234560046", 1);
  await actFor(ada, "08234560046");
  hub.clock.advance(10 * 60_000);
  expect(await meOf(ada)).toMatchObject({ fiscalCode: "08234560046" });
  await hub.sql(`update "session" set "seen_at" = now() + interval '3 days', "ends_at" = now() + interval '4 days' where "ended_at" is null`);
  hub.clock.advance(2 * 86_400_000);
  expect(await meOf(ada)).toMatchObject({ fiscalCode: person("ada.rossi").fiscalCode, delegation: null });
  expect(await actFor(ada, "08234560046")).toMatchObject({ reason: "NOT_A_REPRESENTATIVE" });
});

testQuiet(() => hub, ["ada.rossi", "bruno.ferrero"], ["Mulino", mill, bakery, forge, "visura", "Amministratrice"]);
