import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openPaymentMemory, type PaymentMemory } from "../../../connectors/pagopa/biz-events.ts";
import { silentLog } from "../../../kernel/log.ts";

let server: Server;
let url: string;
let seen: { url: string; key: unknown }[];
let respond: (response: ServerResponse) => void;
let now: Date;
let memory: PaymentMemory;

beforeEach(async () => {
  seen = [];
  now = new Date("2026-07-03T08:00:00Z");
  server = createServer((request, response) => {
    seen.push({ url: request.url!, key: request.headers["ocp-apim-subscription-key"] });
    respond(response);
  }).listen(0, "127.0.0.1");
  await new Promise(resolve => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bizevents/service/v1`;
  memory = openPaymentMemory({ url, subscriptionKey: "key-4" }, "00480530047", { clock: { now: () => now }, log: silentLog });
});
afterEach(() => { server.closeAllConnections(); server.close(); });

const answer = (body: unknown, status = 200, headers: Record<string, string> = {}) => (response: ServerResponse) =>
  void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);
const later = (seconds: number): void => { now = new Date(now.getTime() + seconds * 1_000); };

const asked = { iur: "token/1", iuv: "02001069073736611" };
const receipt = {
  receiptId: asked.iur, noticeNumber: "302001069073736611", fiscalCode: "00480530047", outcome: "OK", creditorReferenceId: asked.iuv, paymentAmount: 46.3, description: "Permesso ZTL", companyName: "Comune di Cuneo",
  debtor: { entityUniqueIdentifierType: "F", entityUniqueIdentifierValue: "BRTLCU80A01D205X", fullName: "Lucia Bertò" }, idPSP: "PROVAIT1", pspCompanyName: "Banca di prova", idChannel: "c", channelDescription: "app",
  paymentMethod: "creditCard", paymentDateTime: "2026-07-01", paymentDateTimeFormatted: "2026-07-01T09:30:00",
  transferList: [{ idTransfer: 1, transferAmount: 30.3, iban: "IT60X0542811101000000123456" }, { idTransfer: 2, transferAmount: 16, mbdAttachment: "QUJD" }],
};

describe("biz-events", () => {
  test("tells a payment by its two identifiers, in cents and Italian time, with the stamps that it brings", async () => {
    respond = answer(receipt);
    const found = await memory.find(asked);
    expect(found).toMatchObject({
      receiptId: "token/1", noticeNumber: "302001069073736611", issuerFiscalCode: "00480530047", iuv: asked.iuv, amountCents: 4_630, paid: true, pspName: "Banca di prova", paymentMethod: "creditCard",
      paidAt: new Date("2026-07-01T07:30:00Z"), transfers: [{ index: 1 }, { index: 2, stamp: Buffer.from("ABC") }],
    });
    expect(JSON.parse(Buffer.from(found!.message).toString())).toEqual(receipt);
    expect(seen).toEqual([{ url: "/bizevents/service/v1/organizations/00480530047/receipts/token%2F1/paymentoptions/02001069073736611", key: "key-4" }]);
  });

  test.each([["that nothing was paid", { outcome: "KO" }, { paid: false }], ["no time", { paymentDateTimeFormatted: undefined }, { paidAt: null }], ["no method", { paymentMethod: null }, { paymentMethod: null }]])("may say %s", async (_, more, expected) => {
    respond = answer({ ...receipt, ...more });
    expect(await memory.find(asked)).toMatchObject(expected);
  });

  test("numbers transfers by their places where it does not number them", async () => {
    respond = answer({ ...receipt, transferList: [{ transferAmount: 30.3 }, { idTransfer: null, mbdAttachment: "QUJD" }] });
    expect((await memory.find(asked))!.transfers).toEqual([{ index: 1 }, { index: 2, stamp: Buffer.from("ABC") }]);
  });

  test.each([["an amount that no account holds", { paymentAmount: 1e300 }], ["parts of cents", { paymentAmount: 1.005 }], ["a name that cannot be kept", { pspCompanyName: "a\u0000" }], ["half a character", { paymentMethod: "\ud800" }]])("does not tell %s", async (_, more) => {
    respond = answer({ ...receipt, ...more });
    expect(await failure(memory.find(asked))).toMatchObject({ code: "SOURCE_MALFORMED" });
  });

  test.each([
    ["404, for a payment that it does not know", 404, null], ["422, for several", 422, { name: "SourceRefused", reason: "NOT_UNIQUE" }], ["401, for a wrong key", 401, { name: "SourceRefused", reason: "NOT_AUTHORISED" }],
    ["429, for too many calls", 429, { name: "SourceUnavailable", diagnosis: "HTTP_429" }], ["500, for trouble of its own", 500, { name: "SourceUnavailable", diagnosis: "HTTP_500" }],
  ])("answers %s", async (_, status, expected) => {
    respond = answer({ title: "x", status }, status, { "retry-after": "30" });
    expect(await memory.find(asked).catch((error: unknown) => error)).toEqual(expected === null ? null : expect.objectContaining(expected));
    // No answer makes it ask twice: the platform counts.
    expect(seen).toHaveLength(1);
  });

  test.each([
    ["of another payment", { receiptId: "token/2" }], ["of another notice's reference", { creditorReferenceId: "02001069073736612" }], ["without an amount", { paymentAmount: undefined }],
    ["with a negative amount", { paymentAmount: -1 }], ["with a notice number that is none", { noticeNumber: "3" }], ["without transfers", { transferList: [] }],
  ])("is not believed with an answer %s", async (_, more) => {
    respond = answer({ ...receipt, ...more });
    expect(await failure(memory.find(asked))).toMatchObject({ name: "SourceMalformed" });
  });

  test("is asked once in five seconds and ten times an hour, and says when again", async () => {
    respond = answer({}, 404);
    expect(await memory.find(asked)).toBeNull();
    later(2);
    expect(await failure(memory.find(asked))).toMatchObject({ name: "SourceUnavailable", diagnosis: "PACE", retryAfter: new Date("2026-07-03T08:00:05Z") });
    for (let call = 1; call < 10; call += 1) {
      later(10);
      expect(await memory.find(asked)).toBeNull();
    }
    later(10);
    expect(await failure(memory.find(asked))).toMatchObject({ diagnosis: "PACE", retryAfter: new Date("2026-07-03T09:00:00Z") });
    expect(seen).toHaveLength(10);
    now = new Date("2026-07-03T09:00:01Z");
    expect(await memory.find(asked)).toBeNull();
  });
});
