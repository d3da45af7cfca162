import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openPositionArchive, type ArchivedPosition } from "../../../connectors/pagopa/aca.ts";
import { openCheckout, type Cart } from "../../../connectors/pagopa/checkout.ts";
import type { FinishedCall } from "../../../connectors/upstream.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";

interface Seen { readonly url: string | undefined; readonly key: string | string[] | undefined; readonly body: unknown }

let server: Server;
let url: string;
let seen: Seen[];
let respond: (response: ServerResponse, request: IncomingMessage) => void;

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      seen.push({ url: request.url, key: request.headers["ocp-apim-subscription-key"], body: JSON.parse(Buffer.concat(chunks).toString()) as unknown });
      respond(response, request);
    });
  }).listen(0, "127.0.0.1");
  await new Promise(resolve => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/checkout/ec/v2`;
});
afterEach(() => { server.closeAllConnections(); server.close(); });

const answer = (status: number, body: unknown = {}, headers: Record<string, string> = {}) => (response: ServerResponse) => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};
const deps = { clock: systemClock, log: silentLog };
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

describe("Checkout", () => {
  const cart: Cart = {
    id: "attempt-1", email: "lucia@example.test", allPostal: false,
    notices: [{ noticeNumber: "302001069073736611", creditorFiscalCode: "00480530047", amountCents: 12_050, companyName: "Comune di Cuneo", description: `${"x".repeat(139)}\uD834\uDD1E` }],
    returnTo: { paid: "https://hub.example.test/paid", cancelled: "https://hub.example.test/cancelled", failed: "https://hub.example.test/failed", waiting: "https://hub.example.test/waiting" },
  };
  const open = (settings = {}) => openCheckout({ url, subscriptionKey: "key-1", ...settings }, deps);

  test("opens a cart and hands its page back without going there", async () => {
    respond = answer(302, {}, { location: `${url}/elsewhere` });
    expect(await open({ url: `${url}/` }).openCart(cart)).toEqual({ paymentPage: `${url}/elsewhere` });
    expect(seen).toEqual([{
      url: "/checkout/ec/v2/carts", key: "key-1",
      body: {
        emailNotice: "lucia@example.test", idCart: "attempt-1", allCCP: false,
        paymentNotices: [{ noticeNumber: "302001069073736611", fiscalCode: "00480530047", amount: 12_050, companyName: "Comune di Cuneo", description: "x".repeat(139) }],
        returnUrls: { returnOkUrl: "https://hub.example.test/paid", returnCancelUrl: "https://hub.example.test/cancelled", returnErrorUrl: "https://hub.example.test/failed", returnWaitingUrl: "https://hub.example.test/waiting" },
      },
    }]);
  });

  test("leaves out what is not said", async () => {
    respond = answer(302, {}, { location: "https://checkout.example.test/c/1" });
    const { email: _email, allPostal: _allPostal, ...least } = cart;
    await open().openCart(least);
    expect(Object.keys(seen[0]!.body as object)).toEqual(["idCart", "paymentNotices", "returnUrls"]);
  });

  test.each([[422, "NOT_PAYABLE"], [400, "BAD_REQUEST"], [401, "NOT_AUTHORISED"]])("HTTP %p is a refusal: %s", async (status, reason) => {
    respond = answer(status, { title: "Lucia Bertò", detail: "302001069073736611" });
    const error = await failure(open().openCart(cart));
    expect(error).toMatchObject({ code: "SOURCE_REFUSED", source: "PAGOPA_CHECKOUT", reason });
    expect(JSON.stringify(error)).not.toMatch(/Lucia|302001/);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["no address", answer(302)], ["a relative one", answer(302, {}, { location: "/pay" })], ["a script", answer(302, {}, { location: "javascript:alert(1)" })],
    ["a success that is none", answer(200, { location: "https://checkout.example.test/c/1" })], ["another redirect", answer(301, {}, { location: "https://checkout.example.test/c/1" })],
    ["too much", answer(302, "x".repeat(100_000), { location: "https://checkout.example.test/c/1" })],
  ])("%s is outside the contract", async (_, response) => {
    respond = response;
    expect(await failure(open().openCart(cart))).toMatchObject({ code: "SOURCE_MALFORMED", source: "PAGOPA_CHECKOUT" });
  });

  test.each([500, 502, 429])("HTTP %p is no answer, and asked once: whether the cart was opened is told", async status => {
    respond = answer(status);
    expect(await failure(open().openCart(cart))).toMatchObject({ code: "SOURCE_UNAVAILABLE", source: "PAGOPA_CHECKOUT", diagnosis: `HTTP_${status}`, unknown: status !== 429 });
    expect(seen).toHaveLength(1);
  });

  test("silence costs the deadline, and the caller may give up before", async () => {
    respond = () => undefined;
    const started = performance.now();
    expect(await failure(open({ deadlineMs: 80 }).openCart(cart))).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: "TIMEOUT" });
    expect(performance.now() - started).toBeLessThan(5_000);
    const reason = new Error("gone");
    expect(await failure(open().openCart(cart, AbortSignal.abort(reason)))).toBe(reason);
  });

  test("tells how it has been doing, and every call", async () => {
    const calls: FinishedCall[] = [];
    const checkout = openCheckout({ url, subscriptionKey: "key-1" }, { ...deps, onCall: call => calls.push(call) });
    respond = answer(302, {}, { location: "https://checkout.example.test/c/1" });
    await checkout.openCart(cart);
    expect(checkout.health()).toMatchObject({ source: "PAGOPA_CHECKOUT", status: "UP", calls: 1, failures: 0 });
    expect(calls).toMatchObject([{ source: "PAGOPA_CHECKOUT", operation: "openCart", outcome: "OK" }]);
  });

  test("does not open with settings that cannot work", () => {
    for (const settings of [{ url: "ftp://x" }, { url: "checkout" }, { subscriptionKey: "" }, { deadlineMs: 0 }]) expect(() => open(settings)).toThrow();
  });
});

describe("the archive of positions", () => {
  const position: ArchivedPosition = {
    creditorFiscalCode: "00480530047", iuv: "02001069073736611", noticeNumber: "302001069073736611",
    debtor: { type: "PERSON", code: "BRTLCU80A01D205X", fullName: "Lucia Bertò" }, amountCents: 12_050, description: "TARI 2026", dueDate: "2026-06-30",
    iban: "IT60X0542811101000000123456", postalIban: "IT45R0760103200000000001016", expires: true, standIn: true,
  };
  const archive = () => openPositionArchive({ url: url.replace("/checkout/ec/v2", "/aca/v1"), subscriptionKey: "key-2" }, deps);
  const kept = {
    paFiscalCode: "00480530047", entityType: "F", entityFiscalCode: "BRTLCU80A01D205X", entityFullName: "Lucia Bertò", iuv: "02001069073736611", nav: "302001069073736611",
    amount: 12_050, description: "TARI 2026", expirationDate: "2026-06-30T23:59:59+02:00", switchToExpired: true, payStandIn: true,
  };

  test("keeps a position", async () => {
    respond = answer(200, { iuv: position.iuv, paFiscalCode: position.creditorFiscalCode, status: "VALID" });
    await archive().keep(position);
    expect(seen).toEqual([{ url: "/aca/v1/paCreatePosition", key: "key-2", body: { ...kept, iban: position.iban, postalIban: position.postalIban } }]);
  });

  test("counts the last day as Italy does, in winter too, and an organisation as one", async () => {
    respond = answer(200);
    const { iban: _iban, postalIban: _postal, ...plain } = position;
    await archive().keep({ ...plain, dueDate: "2026-12-31", debtor: { ...position.debtor, type: "ORGANISATION" }, expires: false });
    expect(seen[0]!.body).toEqual({ ...kept, entityType: "G", expirationDate: "2026-12-31T23:59:59+01:00", switchToExpired: false });
  });

  test("closes a position by an amount of nothing, and only when told to", async () => {
    respond = answer(200);
    await archive().close(position);
    expect(seen[0]!.body).toEqual({ ...kept, amount: 0 });
    expect(await failure(archive().keep({ ...position, amountCents: 0 }))).toBeInstanceOf(RangeError);
    expect(seen).toHaveLength(1);
  });

  test.each([[400, "BAD_REQUEST"], [404, "NOT_FOUND"], [409, "CONFLICT"], [422, "NOT_POSSIBLE"]])("HTTP %p is a refusal: %s", async (status, reason) => {
    respond = answer(status, { detail: "Lucia Bertò" });
    for (const act of [archive().keep(position), archive().close(position)]) expect(await failure(act)).toMatchObject({ code: "SOURCE_REFUSED", source: "PAGOPA_ACA", reason });
  });

  test("an answer about another position is outside the contract", async () => {
    respond = answer(200, { iuv: "02001069073736612" });
    expect(await failure(archive().keep(position))).toMatchObject({ code: "SOURCE_MALFORMED", source: "PAGOPA_ACA" });
  });

  test("a broken connection leaves the outcome unknown", async () => {
    respond = response => { response.destroy(); };
    expect(await failure(archive().keep(position))).toMatchObject({ code: "SOURCE_UNAVAILABLE", unknown: true });
    expect(seen).toHaveLength(1);
  });
});
