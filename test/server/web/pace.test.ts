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

test("people are told on a page, in their language, which leads back to what they asked for", async () => {
  await statuses("/spid/metadata", "192.0.2.3", 5);
  const asked = "/spid/login?level=2&returnTo=%2Fsession";
  const open = (path: string, more: RequestInit = {}): Promise<Response> => fetch(`${hub.url}${path}`, { ...more, headers: { "x-forwarded-for": "192.0.2.3", accept: "text/html,application/xhtml+xml,*/*;q=0.8", ...more.headers } });
  const refused = await open(asked);
  expect([refused.status, refused.headers.get("content-type"), Number(refused.headers.get("retry-after")) > 0]).toEqual([429, "text/html; charset=utf-8", true]);
  const page = await refused.text();
  expect(page).toMatch(/<h1>Troppe richieste<\/h1>.*Aspetta \d+ secondi/s);
  expect(page).toContain(`href="${asked.replaceAll("&", "&amp;")}"`);
  expect(await (await open("/session", { headers: { "accept-language": "en" } })).text()).toMatch(/<html lang="en">.*<h1>Too many requests<\/h1>/s);
  for (const elsewhere of ["//altrove.example", "/\\altrove.example"]) expect(await (await open(elsewhere)).text()).not.toContain("altrove");
  expect(await (await open("/spid/acs", { method: "POST", body: new URLSearchParams({ SAMLResponse: "x", RelayState: "x" }) })).text()).not.toContain('class="button"');
});

test("the picture of the pages is there for whoever asks, and not counted", async () => {
  expect(await statuses("/favicon.svg", "192.0.2.4", 8)).toEqual(Array(8).fill(200));
  const picture = await fetch(`${hub.url}/favicon.ico`);
  expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
  expect(await (await fetch(`${hub.url}/session`)).text()).toContain('<link rel="icon" type="image/svg+xml" href="/favicon.svg">');
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
