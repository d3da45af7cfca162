import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";

let hub: TestHub;
beforeAll(async () => { hub = await startHub(); });
afterAll(() => hub.close());

const mine = "{ mySessions { id current provider assurance atWork device since lastSeen endsAt } }";
const sessionsOf = ({ mySessions }: Json): Json[] => mySessions as unknown as Json[];

describe("a citizen's sessions", () => {
  test("are those that are open, the one used last first, with the present one marked", async () => {
    const phone = await hub.citizen("ada.rossi", { level: 1 });
    hub.clock.advance(60_000);
    const laptop = await hub.citizen("ada.rossi", { level: 2 });
    const shown = sessionsOf(await laptop.data(mine));
    expect(shown.map(({ current, assurance, atWork, provider }) => [current, assurance, atWork, provider])).toEqual([
      [true, "L2", false, "https://idp.example"], [false, "L1", false, "https://idp.example"],
    ]);
    // Asking is using: now the phone comes first.
    expect(sessionsOf(await phone.data(mine)).map(({ current }) => current)).toEqual([true, false]);
    expect(Date.parse(String(shown[0]!["since"]))).toBeGreaterThan(Date.parse(String(shown[1]!["since"])));
  });

  test("are nobody else's: not in the list, not by their id, not to be ended", async () => {
    const ada = await hub.citizen("ada.rossi");
    const bruno = await hub.citizen("bruno.ferrero");
    const [{ id }] = sessionsOf(await ada.data(mine)) as [Json];
    expect(sessionsOf(await bruno.data(mine))).toHaveLength(1);
    expect((await bruno.data("query ($id: ID!) { node(id: $id) { id } }", { id }))["node"]).toBeNull();
    expect((await ada.data("query ($id: ID!) { node(id: $id) { id ... on Session { current } } }", { id }))["node"]).toMatchObject({ id });
    expect(await bruno.mutate("endSession", { session: id })).toMatchObject({ __typename: "NotFound", path: ["input", "session"] });
    await ada.data(mine);
  });

  test("that were not used for half an hour, or have come to their end, are not shown", async () => {
    await hub.citizen("olindo.marro");
    await hub.citizen("olindo.marro", { endsAt: new Date(hub.clock.now().getTime() + 60_000) });
    hub.clock.advance(29 * 60_000);
    const present = await hub.citizen("olindo.marro");
    expect(sessionsOf(await present.data(mine))).toHaveLength(2);
    hub.clock.advance(2 * 60_000);
    expect(sessionsOf(await present.data(mine))).toHaveLength(1);
  });
});

describe("ending a session", () => {
  const ended = "... on EndSessionSuccess { mySessions { current } }";

  test("shuts out whoever holds it, and leaves the others", async () => {
    const lost = await hub.citizen("elena.giordano");
    const present = await hub.citizen("elena.giordano");
    const { id } = sessionsOf(await present.data(mine)).find(({ current }) => !current)!;
    expect(await present.mutate("endSession", { session: id }, ended)).toMatchObject({ __typename: "EndSessionSuccess", mySessions: [{ current: true }] });
    const answer = await lost.ask("{ me { id } }");
    expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([401, "SESSION_EXPIRED"]);
    expect(answer.headers.getSetCookie().join()).toContain("session=;");
    await present.data("{ me { id } }");
  });

  test("may be one's own, is done once, and answers the same when it is asked again with the same key", async () => {
    const [one, other] = [await hub.citizen("amadou.diop"), await hub.citizen("amadou.diop")];
    const { id } = sessionsOf(await one.data(mine)).find(({ current }) => current)!;
    const input = { session: id, idempotencyKey: "end-my-own-session" };
    expect(await one.mutate("endSession", input, ended)).toMatchObject({ mySessions: [{ current: false }] });
    expect(await other.mutate("endSession", input, ended)).toMatchObject({ mySessions: [{ current: true }] });
    expect((await one.ask("{ me { id } }")).status).toBe(401);
    const [{ ended_at: at }] = await hub.sql<{ ended_at: Date }>(`select "ended_at" from "session" where "id" = $1`, [String(id).slice(4)]) as [{ ended_at: Date }];
    await other.mutate("endSession", { session: id });
    expect(await hub.sql(`select "ended_at" from "session" where "id" = $1`, [String(id).slice(4)])).toEqual([{ ended_at: at }]);
  });
});
