import { expect, test } from "@jest/globals";
import { systemClock } from "../../kernel/clock.ts";
import type { Caller } from "../../operations/caller.ts";
import { createHubs, type Credentials, type HubDeps } from "../../server/hubs.ts";

const row = (citizenId: string, proofKey: string | null = null) => JSON.stringify({
  id: `session of ${citizenId}`, endsAt: "2999-01-01T00:00:00Z", assurance: "L2", givenName: "Ada", familyName: "Rossi", stale: false, citizenId, fiscalCode: "RSSDAA84C52D205X", acting: null, member: null,
  token: { client: "portale-demo", permissions: ["self"], documents: null, expiresAt: "2999-01-01T00:00:00Z", proofKey },
});

/** Hubs whose database is the test's: `asked` names what it was asked. */
function hubsOf(answer: (name: string) => string) {
  const asked: string[] = [];
  const deps = {
    run: async (name: string) => {
      asked.push(name);
      return answer(name);
    },
    access: { watch: () => () => undefined, close: async () => undefined }, administration: { id: "administration" }, checkProof: async ({ jwt }: { jwt: string }) => jwt === "proof", secret: "secret", clock: systemClock,
  } as unknown as HubDeps;
  const hubs = createHubs(deps);
  const open = (shown: Partial<Credentials>, lately = true) => hubs.open({ address: "192.0.2.1", locale: "it", ...shown }, new AbortController().signal, { lately });
  return { hubs, asked, open };
}

const token = (value: string, bound = false): Partial<Credentials> => ({ token: { value, bound } });

test("an app's token is looked up as often as a cookie's session: not again for each event, and each time where that matters", async () => {
  const { asked, open } = hubsOf(() => row("ada"));
  for (let event = 0; event < 5; event += 1) expect((await open(token("a"))).caller).toMatchObject({ kind: "citizen", citizenId: "ada", client: "portale-demo" });
  for (let event = 0; event < 5; event += 1) await open({ session: "b" });
  expect(asked).toEqual(["identifyToken", "identify"]);
  await open(token("a"), false);
  expect(asked).toHaveLength(3);
});

test("what a token was remembered as is no proof of holding its key", async () => {
  const { asked, open } = hubsOf(() => row("ada", "thumbprint"));
  const shown = { ...token("a", true), proof: { jwt: "proof", method: "GET", path: "/graphql" } };
  await open(shown);
  await open(shown);
  for (const other of [token("a", true), token("a"), { ...shown, proof: { ...shown.proof, jwt: "another" } }]) await expect(open(other)).rejects.toMatchObject({ code: "INVALID_TOKEN" });
  expect(asked).toHaveLength(1);
});

test("a citizen's mutation has them looked at anew, and not others; one of staff, everybody; a visitor's, nobody", async () => {
  let who = "ada";
  const { hubs, asked, open } = hubsOf(() => row(who));
  const { caller: ada } = await open(token("a"));
  who = "bruno";
  const { caller: bruno } = await open(token("b"));
  const askedAfter = async (by: Partial<Caller> | undefined, value: string): Promise<number> => {
    const before = asked.length;
    hubs.forget(by as Caller | undefined);
    await open(token(value));
    return asked.length - before;
  };
  expect([await askedAfter(ada, "b"), await askedAfter({ kind: "visitor" }, "b"), await askedAfter({ kind: "partner" }, "b"), await askedAfter(bruno, "b"), await askedAfter({ kind: "staff" }, "b"), await askedAfter(undefined, "b")]).toEqual([0, 0, 0, 1, 1, 1]);
  // Whoever acts for somebody changes their own session, not the other's.
  who = "ada";
  expect(await askedAfter({ ...ada, citizenId: "clara", acting: { by: ada, kind: "PARENT", since: new Date() } } as Caller, "a")).toBe(1);
});
