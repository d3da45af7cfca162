import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client, Json, Listener } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { submitted } from "../application/application.ts";

/** Listeners whose reads may be shared, and those whose must not: nobody ever gets what is another's. */
let hub: TestHub;
let ada: Client;

beforeAll(async () => {
  hub = await startHub();
  ada = await hub.citizen("ada.rossi");
});
afterAll(() => hub.close());

const desk = "subscription ($after: Cursor, $offices: [ID!]) { deskUpdates(after: $after, offices: $offices) { ... on Event { cursor } ... on ApplicationChanged { kind application { id state allowedActions } } } }";
const after = async (): Promise<{ after: string }> => ({ after: await hub.position() });
const applications = (events: readonly Json[]): Json[] => events.map(event => event["application"]!);
const stop = (listeners: readonly Listener[]) => Promise.all(listeners.map(listener => listener.stop()));

test("members of one office with the same rights get the same, on all of their sockets", async () => {
  const members = await Promise.all(Array.from({ length: 3 }, () => hub.staff({ edilizia: ["CASE_OFFICER"] })));
  const place = await after();
  const listeners = members.flatMap(member => Array.from({ length: 4 }, () => member.listen(desk, place)));
  const ids = [await submitted(ada), await submitted(ada)];
  for (const listener of listeners) {
    const heard = await listener.count(4);
    expect(applications(heard).map(({ id }) => id)).toEqual([ids[0], ids[0], ids[1], ids[1]]);
    expect(applications(heard).at(-1)).toEqual({ id: ids[1], state: "IN_PROGRESS", allowedActions: ["DECIDE"] });
  }
  await stop(listeners);
});

test("what a member may do is their own, also where another has the same permissions in the same offices", async () => {
  // The same slice of the graph and the same rows: only in which office they hold which role differs.
  const decides = await hub.staff({ edilizia: ["CASE_OFFICER"], tributi: ["FRONT_OFFICE"] });
  const looks = await hub.staff({ edilizia: ["FRONT_OFFICE"], tributi: ["CASE_OFFICER"] });
  const place = await after();
  const listeners = [looks, decides, looks, decides].map(member => member.listen(desk, place));
  for (let round = 1; round <= 3; round += 1) {
    const id = await submitted(ada);
    const last = await Promise.all(listeners.map(async listener => applications(await listener.count(2 * round)).at(-1)));
    expect(last).toEqual([[], ["DECIDE"], [], ["DECIDE"]].map(allowedActions => ({ id, state: "IN_PROGRESS", allowedActions })));
  }
  await stop(listeners);
});

test("whoever loses their role hears nothing more, though colleagues hear of it on the same process", async () => {
  const [stays, leaves] = [await hub.staff({ edilizia: ["CASE_OFFICER"] }), await hub.staff({ edilizia: ["CASE_OFFICER"] })];
  const place = await after();
  const [theirs, lost] = [stays.listen(desk, place), leaves.listen(desk, place)];
  await submitted(ada);
  await Promise.all([theirs.count(2), lost.count(2)]);
  await hub.sql(`delete from "staff_assignment" where "member_id" = $1`, [leaves.memberId]);
  await submitted(ada);
  await theirs.count(4);
  expect((await lost.end()).code).toBe(4403);
  expect(lost.events).toHaveLength(2);
  await theirs.stop();
});

test("what variables say of the things is told apart; what they say of the events chooses these alone", async () => {
  const member = await hub.staff({ edilizia: ["CASE_OFFICER"] });
  const more = "subscription ($after: Cursor, $more: Boolean!) { deskUpdates(after: $after) { ... on ApplicationChanged { kind application { id state @include(if: $more) } } } }";
  const start = await after();
  const first = member.listen(more, { ...start, more: true });
  await submitted(ada);
  await first.count(2);
  const place = await after();
  const listeners = [member.listen(more, { ...start, more: false }), member.listen(more, { ...place, more: true }), member.listen(more, { ...place, more: false })];
  const id = await submitted(ada);
  const heard = await Promise.all(listeners.map((listener, number) => listener.count(number === 0 ? 4 : 2)));
  expect(applications(await first.count(4)).at(-1)).toEqual({ id, state: "IN_PROGRESS" });
  expect(heard.map(events => applications(events).at(-1))).toEqual([{ id }, { id, state: "IN_PROGRESS" }, { id }]);
  await stop([first, ...listeners]);
});

test("a citizen and a desk that hear of the same change get each their own", async () => {
  const member = await hub.staff({ edilizia: ["CASE_OFFICER"] });
  const place = await after();
  const [hers, theirs] = [ada.listen("subscription ($after: Cursor) { myUpdates(after: $after) { ... on ApplicationChanged { application { id allowedActions } } } }", place), member.listen(desk, place)];
  const id = await submitted(ada);
  expect(applications(await hers.count(2)).at(-1)).toEqual({ id, allowedActions: [] });
  expect(applications(await theirs.count(2)).at(-1)).toMatchObject({ id, allowedActions: ["DECIDE"] });
  await stop([hers, theirs]);
});
