import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openDebtRegister, type RegisteredDebt } from "../../../connectors/pagopa/gpd.ts";
import { readStamp } from "../../../connectors/pagopa/stamp.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";

interface Seen { readonly call: string; readonly key: string | string[] | undefined; readonly body: unknown }

let server: Server;
let url: string;
let seen: Seen[];
/** What each call is answered, in turn; the last one again and again. */
let answers: ((response: ServerResponse) => void)[];

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      const text = Buffer.concat(chunks).toString();
      seen.push({ call: `${request.method} ${request.url}`, key: request.headers["ocp-apim-subscription-key"], body: text === "" ? undefined : JSON.parse(text) as unknown });
      (answers.length > 1 ? answers.shift()! : answers[0]!)(response);
    });
  }).listen(0, "127.0.0.1");
  await new Promise(resolve => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v`;
});
afterEach(() => { server.closeAllConnections(); server.close(); });

const answer = (status: number, body: unknown = {}) => (response: ServerResponse): void => void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const open = (version: 1 | 3) => openDebtRegister({ url: url + version, subscriptionKey: "key-1", version }, "00480530047", { clock: systemClock, log: silentLog });
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

const share = { amountCents: 3_000, fiscalCode: "00480530047", companyName: "Comune di Cuneo", iban: "IT60X0542811101000000123456", remittanceInformation: "Canone", category: "9/0101100IM/" };
const { iban: _, ...withoutAccount } = share;
const stamp = { ...withoutAccount, amountCents: 1_600, stamp: { documentHash: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", province: "CN" } };
const debt: RegisteredDebt = {
  id: "debt-1", companyName: "Comune di Cuneo", debtor: { type: "PERSON", code: "BRTLCU80A01D205X", fullName: "Lucia Bertò" }, expires: true,
  options: [
    { description: "Soluzione unica", instalments: [{ noticeNumber: "302001069073736611", iuv: "02001069073736611", description: "Canone", dueDate: "2026-06-30", transfers: [share, stamp] }] },
    { description: "2 rate", instalments: [1, 2].map(part => ({ noticeNumber: `30200106907373671${part}`, iuv: `0200106907373671${part}`, description: `Rata ${part}`, dueDate: "2026-12-31", transfers: [share] })) },
  ],
};
const positions = (version: 1 | 3) => `/v${version}/organizations/00480530047/debtpositions`;

describe.each([1, 3] as const)("the register of debts, version %p", version => {
  test("replaces a debt that it knows, and makes one that it does not", async () => {
    answers = [answer(200, { iupd: "debt-1" })];
    await open(version).keep(debt);
    expect(seen.map(({ call, key }) => [call, key])).toEqual([[`PUT ${positions(version)}/debt-1?toPublish=true`, "key-1"]]);
    seen = [];
    answers = [answer(404), answer(201, { iupd: "debt-1" })];
    await open(version).keep(debt);
    expect(seen.map(({ call }) => call)).toEqual([`PUT ${positions(version)}/debt-1?toPublish=true`, `POST ${positions(version)}?toPublish=true`]);
    expect(seen[1]!.body).toEqual(seen[0]!.body);
  });

  test("replaces a debt that somebody else made at the same moment; a number that is another debt's is a conflict", async () => {
    answers = [answer(404), answer(409), answer(200, { iupd: "debt-1" })];
    await open(version).keep(debt);
    expect(seen.map(({ call }) => call.split(" ")[0])).toEqual(["PUT", "POST", "PUT"]);
    answers = [answer(404), answer(409), answer(404)];
    expect(await failure(open(version).keep(debt))).toMatchObject({ reason: "CONFLICT" });
  });

  test("is told that a notice was paid without it, by version 1; that it knew already is told apart", async () => {
    answers = [answer(200, { status: "PO_PAID" })];
    await open(version).settle("302001069073736611", new Date("2026-07-01T07:30:00Z"));
    expect(seen).toEqual([{ call: "POST /v1/organizations/00480530047/paymentoptions/paids/302001069073736611", key: "key-1", body: { paymentDate: "2026-07-01T07:30:00.000Z" } }]);
    for (const [status, reason] of [[409, "NOT_POSSIBLE"], [422, "NOT_POSSIBLE"], [404, "NOT_FOUND"]] as const) {
      answers = [answer(status)];
      expect(await failure(open(version).settle("302001069073736611", new Date(0)))).toMatchObject({ reason });
    }
  });

  test.each([["the page of somebody in between", "<html>"], ["nothing", ""], ["null", null], ["a list", []]])("%s is not the register's word that a debt was closed or settled", async (_name, body) => {
    answers = [typeof body === "string" ? response => void response.writeHead(200).end(body) : answer(200, body)];
    expect(await failure(open(version).close("debt-1"))).toMatchObject({ code: "SOURCE_MALFORMED" });
    expect(await failure(open(version).settle("302001069073736611", new Date(0)))).toMatchObject({ code: "SOURCE_MALFORMED" });
  });

  test("closes a debt", async () => {
    answers = [answer(200, version === 1 ? { iupd: "debt-1" } : "Debt position deleted")];
    await open(version).close("debt-1");
    expect(seen).toMatchObject([{ call: version === 1 ? `POST ${positions(1)}/debt-1/invalidate` : `DELETE ${positions(3)}/debt-1`, body: undefined }]);
  });

  test("says which notices are part of a debt", async () => {
    const shown = [{ nav: "302001069073736611" }, { nav: "302001069073736711" }];
    answers = [answer(200, { iupd: "debt-1", status: "PARTIALLY_PAID", paymentOption: version === 1 ? shown : shown.map(one => ({ description: "Rate", installments: [one] })) })];
    expect(await open(version).holds("debt-1", "302001069073736711")).toBe(true);
    expect(await open(version).holds("debt-1", "302001069073736811")).toBe(false);
    expect(seen.map(({ call }) => call)).toEqual(Array.from({ length: 2 }, () => `GET ${positions(version)}/debt-1`));
    answers = [answer(404)];
    expect(await failure(open(version).holds("debt-1", "302001069073736711"))).toMatchObject({ reason: "NOT_FOUND" });
    for (const body of [{ iupd: "debt-2", paymentOption: [] }, { iupd: "debt-1" }]) {
      answers = [answer(200, body)];
      expect(await failure(open(version).holds("debt-1", "302001069073736711"))).toMatchObject({ code: "SOURCE_MALFORMED" });
    }
  });

  test("is looked at for its health without a change", async () => {
    answers = [answer(200, { payment_position_list: [] })];
    await open(version).ping();
    expect(seen).toMatchObject([{ call: `GET ${positions(version)}?limit=1&page=0` }]);
  });

  test.each([[409, "NOT_POSSIBLE"], [422, "NOT_POSSIBLE"], [400, "BAD_REQUEST"], [401, "NOT_AUTHORISED"], [403, "NOT_AUTHORISED"]])("HTTP %p is a refusal: %s", async (status, reason) => {
    answers = [answer(status, { title: "Lucia Bertò", detail: "302001069073736611" })];
    const error = await failure(open(version).keep(debt));
    expect(error).toMatchObject({ code: "SOURCE_REFUSED", source: "PAGOPA_GPD", reason });
    expect(JSON.stringify(error)).not.toMatch(/Lucia|302001/);
  });

  test("a number of another debt, found out while it is made, is a conflict", async () => {
    answers = [answer(404), answer(409)];
    expect(await failure(open(version).keep(debt))).toMatchObject({ code: "SOURCE_REFUSED", reason: "CONFLICT" });
  });

  test.each([[404, "NOT_FOUND"], [409, "NOT_POSSIBLE"]])("HTTP %p when it is closed means that nothing open is there", async (status, reason) => {
    answers = [answer(status)];
    expect(await failure(open(version).close("debt-1"))).toMatchObject({ code: "SOURCE_REFUSED", reason });
  });

  test.each([500, 503])("HTTP %p is no answer, and the outcome is unknown", async status => {
    answers = [answer(status)];
    expect(await failure(open(version).keep(debt))).toMatchObject({ code: "SOURCE_UNAVAILABLE", unknown: true });
  });

  test("an answer about another debt is outside the contract", async () => {
    answers = [answer(200, { iupd: "debt-2" })];
    expect(await failure(open(version).keep(debt))).toMatchObject({ code: "SOURCE_MALFORMED", source: "PAGOPA_GPD" });
  });
});

describe("what the register is given", () => {
  const bodyOf = async (version: 1 | 3): Promise<unknown> => {
    answers = [answer(200, { iupd: "debt-1" })];
    await open(version).keep(debt);
    return seen.pop()!.body;
  };
  const full = { nav: "302001069073736611", iuv: "02001069073736611", amount: 4_600, description: "Canone", dueDate: "2026-06-30T21:59:59Z", transfer: [
    { idTransfer: "1", amount: 3_000, organizationFiscalCode: "00480530047", companyName: "Comune di Cuneo", remittanceInformation: "Canone", category: "9/0101100IM/", iban: "IT60X0542811101000000123456", transferMetadata: [] },
    { idTransfer: "2", amount: 1_600, organizationFiscalCode: "00480530047", companyName: "Comune di Cuneo", remittanceInformation: "Canone", category: "9/0101100IM/", stamp: { hashDocument: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", stampType: "01", provincialResidence: "CN" }, transferMetadata: [] },
  ] };

  test("in version 1: every instalment an option, partial unless it pays the debt in full", async () => {
    const body = await bodyOf(1) as { paymentOption: { isPartialPayment: boolean; dueDate: string }[] };
    expect(body).toMatchObject({ iupd: "debt-1", type: "F", fiscalCode: "BRTLCU80A01D205X", fullName: "Lucia Bertò", companyName: "Comune di Cuneo", switchToExpired: true });
    expect(body.paymentOption[0]).toEqual({ ...full, isPartialPayment: false, paymentOptionMetadata: [] });
    // The last second of the day in Italy, in winter too.
    expect(body.paymentOption.slice(1).map(({ isPartialPayment, dueDate }) => [isPartialPayment, dueDate])).toEqual([[true, "2026-12-31T22:59:59Z"], [true, "2026-12-31T22:59:59Z"]]);
  });

  test("in version 3: options with their instalments and debtor", async () => {
    const body = await bodyOf(3) as { paymentOption: { installments: unknown[] }[] };
    expect(body).toMatchObject({ iupd: "debt-1", companyName: "Comune di Cuneo", paymentOption: [{ description: "Soluzione unica", switchToExpired: true, debtor: { type: "F", fiscalCode: "BRTLCU80A01D205X", fullName: "Lucia Bertò" } }, { description: "2 rate" }] });
    expect(body.paymentOption.map(({ installments }) => installments.length)).toEqual([1, 2]);
    expect(body.paymentOption[0]!.installments[0]).toEqual({ ...full, installmentMetadata: [] });
  });
});

describe("a stamp", () => {
  const xml = (inner: string): Buffer => Buffer.from(`<m:marcaDaBollo xmlns:m="urn:x" xmlns:ds="urn:y">${inner}</m:marcaDaBollo>`);
  const whole = "<m:IUBD>00000000000001</m:IUBD><m:OraAcquisto>2026-07-01T10:00:00+02:00</m:OraAcquisto><m:ImprontaDocumento><ds:DigestValue> aGFzaA== </ds:DigestValue></m:ImprontaDocumento>";

  test("says its number, when it was bought, and for which document", () => {
    const facts = { serialNumber: "00000000000001", boughtAt: new Date("2026-07-01T08:00:00Z"), documentHash: "aGFzaA==", amountCents: null };
    expect(readStamp(xml(whole))).toEqual(facts);
    // Without a zone it is the time in Italy, wherever the hub runs.
    expect(readStamp(xml(whole.replace("+02:00", "")))).toEqual(facts);
  });

  test.each([
    ["without a number", whole.replace(/<m:IUBD>.*<\/m:IUBD>/, "")], ["without a hash", whole.replace(/<ds:.*DigestValue>/, "")], ["without a time", whole.replace("2026-07-01T10:00:00+02:00", "yesterday")],
    ["at a time that the database could not hold", whole.replace("2026-07-01T10:00:00+02:00", "+012026-07-01T10:00:00Z")],
    ["with a number of no end", whole.replace("00000000000001", "1".repeat(65))],
  ])("%s says nothing", (_name, inner) => expect(readStamp(xml(inner))).toBeUndefined());

  test.each([["bytes", Buffer.from([0, 1, 2])], ["a document type", Buffer.from(`<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>`)], ["half of one", xml(whole).subarray(0, 90)], ["nothing", Buffer.alloc(0)], ["depth", Buffer.from("<a>".repeat(40) + "</a>".repeat(40))]])("%s: says nothing", (_, attachment) => {
    expect(readStamp(attachment)).toBeUndefined();
  });
});
