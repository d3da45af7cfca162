import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { makePeople } from "../../../sandbox/people/index.ts";
import { decide, form, submitted } from "./application.ts";

let hub: TestHub;
beforeAll(async () => { hub = await startHub({ sandbox: true }); });
afterAll(() => hub.close());

const chiara = makePeople().find(({ givenName, familyName }) => givenName === "Chiara" && familyName === "Ferrero")!.fiscalCode;
const historyOf = async (client: Client, id: string): Promise<unknown> =>
  (await client.data("query ($id: ID!) { node(id: $id) { ... on Application { history { to actor actorName } } } }", { id }))["node"]!["history"];
const keysOf = (id: string): Promise<{ actor_key: string | null }[]> => hub.sql(`select "actor_key" from "application_event" where "application_id" = $1 order by "at", "to_state" desc`, [id.slice(4)]);

test("the history says who: the applicant, the hub by itself, the office by its role and never by name", async () => {
  const [ada, officer] = [await hub.citizen("ada.rossi"), await hub.staff({ [form.office]: ["CASE_OFFICER"] })];
  const id = await submitted(ada);
  await decide(officer, id, "ACCEPTED");
  const office = (await officer.data("{ desk { offices { name } } }"))["desk"]!["offices"] as unknown as [{ name: string }];
  const history = [
    { to: "SUBMITTED", actor: "APPLICANT", actorName: "Il richiedente" }, { to: "IN_PROGRESS", actor: "SYSTEM", actorName: "Procedura automatica" },
    { to: "ACCEPTED", actor: "STAFF", actorName: `${office[0].name}, istruttore` },
  ];
  expect(await historyOf(ada, id)).toEqual(history);
  expect(await historyOf(officer, id)).toEqual(history);
  expect(await keysOf(id)).toEqual([{ actor_key: expect.stringMatching(/^citizen:[\w-]{36}$/) }, { actor_key: null }, { actor_key: `staff:${officer.memberId}` }]);
});

test("and of whoever acts for the applicant, by what right; both are named where only the audit looks", async () => {
  const parent = await hub.citizen("ada.rossi");
  await parent.mutate("actFor", { fiscalCode: chiara });
  const id = await submitted(parent);
  expect(await historyOf(parent, id)).toEqual([
    { to: "SUBMITTED", actor: "DELEGATE", actorName: "Un genitore, per conto del minore" }, { to: "IN_PROGRESS", actor: "SYSTEM", actorName: "Procedura automatica" },
  ]);
  expect((await keysOf(id))[0]!.actor_key).toMatch(/^citizen:[\w-]{36}:for:[\w-]{36}$/);
});
