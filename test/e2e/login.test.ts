import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { person } from "../helpers/sandbox.ts";
import { Surfer } from "./surfer.ts";

let hub: TestHub;
beforeAll(async () => { hub = await startHub({ sandbox: true }); });
afterAll(() => hub.close());

const me = "{ me { fiscalCode assurance } }";

describe("somebody signs in", () => {
  test.each([1, 2, 3] as const)("with SPID at level %i, and the graph knows them at that level", async level => {
    const ada = new Surfer(hub);
    const end = await ada.signIn("ada.rossi", { level: String(level), returnTo: "/session?from=here" });
    expect([end.status, end.url, end.redirects]).toEqual([200, `${hub.url}/session?from=here`, [303]]);
    expect(end.html).toContain("Ada Rossi");
    expect((await ada.client.data(me))["me"]).toEqual({ fiscalCode: person("ada.rossi").fiscalCode, assurance: `L${level}` });
  });
});
