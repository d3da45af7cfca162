import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openFlowReporting, type FlowKey } from "../../../connectors/pagopa/fdr.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";

let server: Server;
let url: string;
let seen: { url: string; key: unknown }[];
let respond: (response: ServerResponse) => void;

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    seen.push({ url: request.url!, key: request.headers["ocp-apim-subscription-key"] });
    respond(response);
  }).listen(0, "127.0.0.1");
  await new Promise(resolve => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fdr-org/service/v1`;
});
afterEach(() => { server.closeAllConnections(); server.close(); });

const answer = (body: unknown, status = 200, headers: Record<string, string> = {}) => (response: ServerResponse) =>
  void response.writeHead(status, { "content-type": "application/json", ...headers }).end(typeof body === "string" ? body : JSON.stringify(body));
const open = (settings = {}) => openFlowReporting({ url, subscriptionKey: "key-3", ...settings }, "00480530047", { clock: systemClock, log: silentLog });
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

const key: FlowKey = { pspId: "PSP/1", name: "2026-07-01PSPTEST1-0000000001", revision: 2 };
const path = "/fdr-org/service/v1/organizations/00480530047/fdrs";
const page = (data: unknown, number = 1) => ({ metadata: { pageSize: 1_000, pageNumber: number, totPage: 3 }, count: 1, data });
const header = { fdr: key.name, revision: 2, status: "PUBLISHED", regulation: "TRN1", regulationDate: "2026-07-01", sender: { type: "BIC_CODE", pspName: "Banca di prova" }, totPayments: 2, sumPayments: 100.1, computedTotPayments: 2, computedSumPayments: 100.1 };
const payment = { index: 1, iuv: "02001069073736611", iur: "token-1", idTransfer: 1, pay: 46.3, payStatus: "EXECUTED", payDate: "2026-06-30T22:30:00Z" };

describe("FdR", () => {
  test("lists what was published after an instant, by page, with the key of the product", async () => {
    respond = answer(page([{ fdr: key.name, pspId: key.pspId, revision: 2, published: "2026-07-02T08:00:00.123456Z", flowDate: "2026-07-01T08:00:00Z", more: 1 }], 2));
    expect(await open().list(new Date("2026-06-02T00:00:00Z"), 2)).toEqual({ items: [{ ...key, publishedAt: new Date("2026-07-02T08:00:00.123Z") }], pages: 3, unreadable: 0 });
    expect(seen).toEqual([{ url: `${path}?publishedGt=2026-06-02T00:00:00.000Z&page=2&size=1000`, key: "key-3" }]);
  });

  test("tells a flow and its payments, in cents and without fractions", async () => {
    respond = answer(header);
    expect(await open().header(key)).toEqual({ pspName: "Banca di prova", regulation: "TRN1", regulationDate: "2026-07-01", count: 2, sumCents: 10_010, counted: 2 });
    respond = answer(page([payment, { ...payment, index: 2, idTransfer: 5, pay: 53.8, payStatus: "STAND_IN_NO_RPT" }]));
    const { items } = await open().payments(key, 1);
    expect(items).toEqual([
      { index: 1, iuv: "02001069073736611", iur: "token-1", transferIndex: 1, amountCents: 4_630, outcome: "EXECUTED", paidAt: new Date("2026-06-30T22:30:00Z") },
      { index: 2, iuv: "02001069073736611", iur: "token-1", transferIndex: 5, amountCents: 5_380, outcome: "STAND_IN_NO_RPT", paidAt: new Date("2026-06-30T22:30:00Z") },
    ]);
    expect(seen.map(each => each.url)).toEqual([`${path}/${key.name}/revisions/2/psps/PSP%2F1`, `${path}/${key.name}/revisions/2/psps/PSP%2F1/payments?page=1&size=1000`]);
  });

  test("lists what can be read of a page, and counts what cannot: one provider's odd flow keeps no other's away", async () => {
    const good = { fdr: key.name, pspId: "ABI 03069/è", revision: 1, published: "2026-07-02T08:00:00Z" };
    const odd = [{ ...good, pspId: "P".repeat(36) }, { ...good, pspId: "" }, { ...good, published: null }, { ...good, revision: 0 }, { ...good, revision: 2_147_483_648 }, { ...good, fdr: "a\u0000b" }, { ...good, fdr: "a\ud800" }, null, "flow", { ...good, fdr: undefined }];
    respond = answer(page([...odd, good, ...odd]));
    expect(await open().list(new Date(), 1)).toEqual({ items: [{ pspId: "ABI 03069/è", name: key.name, revision: 1, publishedAt: new Date("2026-07-02T08:00:00Z") }], pages: 3, unreadable: 20 });
  });

  test("what no column of the database takes is outside the contract", async () => {
    for (const odd of [{ totPayments: 2_147_483_648 }, { regulation: "a\u0000" }, { sender: { pspName: "\udc00" } }, { sumPayments: 1e300 }, { computedTotPayments: -1 }]) {
      respond = answer({ ...header, ...odd });
      expect(await failure(open().header(key))).toMatchObject({ code: "SOURCE_MALFORMED" });
    }
    for (const odd of [{ index: 2_147_483_648 }, { iuv: "0\u0000" }, { iur: "\ud800" }, { pay: 1e17 }]) {
      respond = answer(page([{ ...payment, ...odd }]));
      expect(await failure(open().payments(key, 1))).toMatchObject({ code: "SOURCE_MALFORMED" });
    }
  });

  test("sums that were added up as binary fractions are the cents that they mean", async () => {
    for (const [sumPayments, cents] of [[0.1 + 0.2, 30], [Array<number>(5_000).fill(46.3).reduce((sum, pay) => sum + pay), 23_150_000], [100.35 + 0.1, 10_045]] as const) {
      respond = answer({ ...header, sumPayments });
      expect((await open().header(key)).sumCents).toBe(cents);
    }
  });

  test.each([[0.01, 1], [0.07, 7], [1.1, 110], [4.35, 435], [1_234_567.89, 123_456_789], [90_071_992_547.4, 9_007_199_254_740]])("%d euro are %i cents", async (pay, cents) => {
    respond = answer(page([{ ...payment, pay }]));
    expect((await open().payments(key, 1)).items[0]!.amountCents).toBe(cents);
  });

  test.each([
    ["no JSON", "no"], ["another page", page([payment], 2)], ["a page without its number of pages", { metadata: {}, data: [] }], ["parts of cents", page([{ ...payment, pay: 1.005 }])], ["a negative amount", page([{ ...payment, pay: -1 }])],
    ["a sixth transfer", page([{ ...payment, idTransfer: 6 }])], ["an outcome that nobody knows", page([{ ...payment, payStatus: "MAYBE" }])], ["an amount as text", page([{ ...payment, pay: "1.00" }])],
  ])("%s is outside the contract", async (_name, body) => {
    respond = answer(body);
    expect(await failure(open().payments(key, 1))).toMatchObject({ code: "SOURCE_MALFORMED", source: "PAGOPA_FDR" });
  });

  test("words of another flow or revision are never taken for this one's", async () => {
    for (const other of [{ fdr: "2026-07-01PSPTEST1-0000000002" }, { revision: 3 }]) {
      respond = answer({ ...header, ...other });
      expect(await failure(open().header(key))).toMatchObject({ code: "SOURCE_MALFORMED" });
    }
  });

  test.each([[400, "BAD_REQUEST"], [401, "NOT_AUTHORISED"], [404, "NOT_FOUND"]])("HTTP %i is a refusal: %s", async (status, reason) => {
    respond = answer({ errorId: "1", appErrorCode: "FDR-0701", errors: [{ message: "Lucia Bertò" }] }, status);
    expect(await failure(open().header(key))).toMatchObject({ code: "SOURCE_REFUSED", source: "PAGOPA_FDR", reason });
    expect(seen).toHaveLength(1);
  });

  test("500 is asked again, and then it is down; 429 is not asked again before its time", async () => {
    let times = 0;
    respond = response => ((times += 1) < 3 ? answer({}, 500)(response) : answer(header)(response));
    expect(await open().header(key)).toMatchObject({ counted: 2 });
    respond = answer({}, 500);
    expect(await failure(open().header(key))).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: "HTTP_500", unknown: false });
    const before = seen.length;
    respond = answer({}, 429, { "retry-after": "30" });
    const limited = (await failure(open().header(key))) as { diagnosis: string; retryAfter: Date };
    expect([limited.diagnosis, limited.retryAfter.getTime() > Date.now() + 20_000, seen.length - before]).toEqual(["HTTP_429", true, 1]);
  });

  test("silence ends with the deadline, a page of a size that no page has is cut off", async () => {
    respond = () => undefined;
    expect(await failure(open({ deadlineMs: 200 }).list(new Date(), 1))).toMatchObject({ code: "SOURCE_UNAVAILABLE", diagnosis: "TIMEOUT" });
    respond = answer(" ".repeat(2_200_000));
    expect(await failure(open().list(new Date(), 1))).toMatchObject({ code: "SOURCE_MALFORMED" });
  });
});
