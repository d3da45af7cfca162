import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startHub, type TestHub } from "../../helpers/hub.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ settings: { PAGES_PER_MINUTE: "5", TRUST_PROXY: "127.0.0.1,::1" } });
});
afterAll(() => hub.close());

const statuses = async (path: string, address: string, count: number): Promise<number[]> => {
  const found = [];
  for (let asked = 0; asked < count; asked += 1) found.push((await fetch(`${hub.url}${path}`, { headers: { "x-forwarded-for": address } })).status);
  return found;
};

test("an address that comes too often to pages of sign-in is told when to come again, and others are not", async () => {
  expect(await statuses("/spid/metadata", "192.0.2.1", 6)).toEqual([200, 200, 200, 200, 200, 429]);
  const refused = await fetch(`${hub.url}/spid/login`, { headers: { "x-forwarded-for": "192.0.2.1" } });
  expect({ status: refused.status, retry: Number(refused.headers.get("retry-after")) > 0 }).toEqual({ status: 429, retry: true });
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED" } }] });
  expect(await statuses("/spid/metadata", "192.0.2.2", 1)).toEqual([200]);
});

test("an IPv6 network counts as one, and what a client says before its proxy is not believed", async () => {
  const six = await Promise.all(Array.from({ length: 6 }, (_, index) => statuses("/spid/metadata", `2001:db8:0:1::${index}`, 1)));
  expect(six.flat().filter(status => status === 429).length).toBe(1);
  expect(await statuses("/spid/metadata", "203.0.113.7, 192.0.2.1", 1)).toEqual([429]);
});

test("health and the graph are not counted here", async () => {
  expect(await statuses("/healthz", "192.0.2.1", 10)).toEqual(Array(10).fill(200));
  const answer = await hub.visitor.with({ "x-forwarded-for": "192.0.2.1" }).ask("{ __typename }");
  expect(answer.status).toBe(200);
});
