import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { makePeople } from "../../../sandbox/people/index.ts";
import { isMinor } from "../../../rules/minority.ts";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { person } from "../../helpers/sandbox.ts";
import { testQuiet } from "../../helpers/quiet.ts";

let hub: TestHub;
beforeAll(async () => { hub = await startHub({ sandbox: true }); });
afterAll(() => hub.close());
afterEach(() => hub.sandbox.world.faults.lift());

const people = makePeople();
const codeOf = (givenName: string, familyName: string): string => people.find(one => one.givenName === givenName && one.familyName === familyName)!.fiscalCode;
const chiara = codeOf("Chiara", "Ferrero");
const dario = codeOf("Dario", "Ferrero");
const sofia = codeOf("Sofia", "Popescu");

const me = "{ me { fiscalCode delegation { kind actorName } } }";
const meOf = async (client: Client): Promise<Json> => (await client.data(me))["me"]!;
const actFor = (client: Client, fiscalCode: string): Promise<Json> => client.mutate("actFor", { fiscalCode }, "... on ActForSuccess { kind } ... on NotEligible { reason } ... on AssuranceTooLow { required }");

describe("a parent", () => {
  test.each(["ada.rossi", "bruno.ferrero"])("(%s) acts for a minor of the household, one at a time, until they stop", async username => {
    const parent = await hub.citizen(username);
    const actorName = username === "ada.rossi" ? "Ada Rossi" : "Bruno Ferrero";
    expect(await actFor(parent, chiara)).toEqual({ __typename: "ActForSuccess", kind: "PARENT" });
    expect(await meOf(parent)).toEqual({ fiscalCode: chiara, delegation: { kind: "PARENT", actorName } });
    expect(await actFor(parent, dario)).toMatchObject({ __typename: "ActForSuccess" });
    expect(await meOf(parent)).toMatchObject({ fiscalCode: dario });
    expect(await parent.mutate("stopActing", {})).toEqual({ __typename: "StopActingSuccess" });
    expect(await meOf(parent)).toEqual({ fiscalCode: person(username).fiscalCode, delegation: null });
    const kept = await hub.sql(`select s."fiscal_code" as "subject", d."ended_at" is not null as "ended" from "delegation" d join "citizen" s on s."id" = d."subject_id" join "citizen" a on a."id" = d."actor_id" where a."fiscal_code" = $1 order by d."started_at"`, [person(username).fiscalCode]);
    expect(kept).toEqual([{ subject: chiara, ended: true }, { subject: dario, ended: true }]);
  });

  test("in this session alone, and as long as it lasts", async () => {
    const [here, elsewhere] = [await hub.citizen("ada.rossi"), await hub.citizen("ada.rossi")];
    await actFor(here, chiara);
    expect(await meOf(elsewhere)).toMatchObject({ fiscalCode: person("ada.rossi").fiscalCode });
    const sessions = (await here.data("{ mySessions { id current } }"))["mySessions"] as unknown as { id: string; current: boolean }[];
    expect(sessions.length).toBeGreaterThanOrEqual(2);
    expect(await here.mutate("endSession", { session: sessions.find(({ current }) => current)!.id })).toMatchObject({ __typename: "EndSessionSuccess" });
    expect((await here.ask(me)).status).toBe(401);
  });

  test("and what they do is the child's, not theirs", async () => {
    const parent = await hub.citizen("bruno.ferrero");
    await actFor(parent, dario);
    expect(await parent.mutate("updateContacts", { phone: "+39 333 0000000" })).toMatchObject({ __typename: "UpdateContactsSuccess" });
    await parent.mutate("stopActing", {});
    expect((await parent.data("{ me { contacts { phone } } }"))["me"]!["contacts"]).not.toEqual({ phone: "+39 333 0000000" });
    const [{ caller }] = await hub.sql<{ caller: string }>(`select "caller" from "idempotency_record" where "mutation" = 'updateContacts'`) as [{ caller: string }];
    expect(caller).toMatch(/^citizen:[0-9a-f-]{36}:for:[0-9a-f-]{36}$/);
  });

  test("and the child sees later who read, for whom, and that the household was looked at first", async () => {
    const parent = await hub.citizen("ada.rossi");
    await actFor(parent, chiara);
    expect((await parent.data("{ me { person { ... on Person { givenName } } } }"))["me"]).toEqual({ person: { givenName: "CHIARA" } });
    const { nodes } = (await parent.data("{ me { whoReadMyData(first: 2) { nodes { actor actorName purposeText } } } }"))["me"]!["whoReadMyData"]!;
    expect(nodes).toEqual([
      { actor: "DELEGATE", actorName: "Un genitore, per tuo conto", purposeText: "Consultazione dei propri dati" },
      { actor: "HOUSEHOLD", actorName: "Una persona della tua famiglia", purposeText: "Verifica della responsabilità genitoriale" },
    ]);
    const [{ actor_key: key }] = await hub.sql<{ actor_key: string }>(`select "actor_key" from "access_record" where "actor" = 'DELEGATE'`) as [{ actor_key: string }];
    expect(key).toMatch(/^citizen:[0-9a-f-]{36}:for:[0-9a-f-]{36}$/);
  });

  test("whose open socket closes when they begin, for it was opened as somebody else", async () => {
    const parent = await hub.citizen("ada.rossi");
    const socket = await parent.bare();
    socket.subscribe("1", "subscription { myUpdates { __typename } }");
    socket.send({ type: "ping" });
    await socket.next(({ type }) => type === "pong");
    await actFor(parent, chiara);
    expect((await socket.end()).reason).toBe("ACCESS_CHANGED");
  });
});

describe("nobody acts for", () => {
  test.each([
    ["a child of others", "ada.rossi", sofia],
    ["an adult of the household", "ada.rossi", person("bruno.ferrero").fiscalCode],
    ["themselves", "ada.rossi", person("ada.rossi").fiscalCode],
    ["somebody whom nobody knows", "elena.giordano", chiara],
  ])("%s", async (_what, username, code) => {
    const client = await hub.citizen(username);
    expect(await actFor(client, code)).toMatchObject({ __typename: "NotEligible", reason: "NOT_A_MINOR_CHILD", path: ["input", "fiscalCode"] });
    expect(await meOf(client)).toMatchObject({ delegation: null });
  });

  test("a child when their sign-in is at too low a level, or the registry does not answer", async () => {
    expect(await actFor(await hub.citizen("ada.rossi", { level: 1 }), chiara)).toMatchObject({ __typename: "AssuranceTooLow", required: "L2" });
    const parent = await hub.citizen("ada.rossi");
    hub.sandbox.world.faults.impose("anpr", { kind: "unavailable" });
    expect(await actFor(parent, chiara)).toMatchObject({ __typename: "SourceUnavailable" });
    expect(await meOf(parent)).toMatchObject({ delegation: null });
  });
});

test.each([
  ["2013-05-20", "2031-05-19", true], ["2013-05-20", "2031-05-20", false],
  ["2016-02-29", "2034-02-28", true], ["2016-02-29", "2034-03-01", false],
])("somebody born on %s is under age on %s: %s", (born, on, minor) => {
  expect(isMinor(born, on)).toBe(minor);
});

testQuiet(() => hub, ["ada.rossi", "bruno.ferrero", "elena.giordano"], [chiara, dario, sofia, "Chiara", "CHIARA"]);
