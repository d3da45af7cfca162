import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readRequest, type SendReceipt } from "../../../connectors/pagopa/station.ts";
import { addressed, demandFields, envelope, getPaymentFields, qrCode, receiptV1, receiptV2, styles, verify } from "./messages.ts";
import { request, settings } from "./reading.ts";

const receiptOf = (message: string) => (request(message) as SendReceipt).receipt;

const to = { creditorFiscalCode: "00480530047", broker: "00480530047", station: "00480530047_01" };
const about = { noticeFiscalCode: "00480530047", noticeNumber: "302001069073736611" };
const lucia = {
  type: "PERSON", code: "BRTLCU80A01D205X", fullName: "Lucia Bertò", streetName: "Via Roma", civicNumber: "00012", postalCode: "00100",
  city: "Cuneo", province: "CN", country: "IT", email: "lucia@example.test",
};

describe.each(styles)("a request in the node's style %s", style => {
  test("asks what a notice costs", () => {
    expect(request(verify(style), { soapAction: '"paVerifyPaymentNotice"' })).toEqual({ operation: "VERIFY_NOTICE", version: 1, ...to, ...about });
  });

  test.each([["paGetPaymentV2", "paGetPaymentV2Request", 2], ["paGetPayment", "paGetPaymentReq", 1]] as const)("%s begins a payment", (soapAction, element, version) => {
    expect(request(envelope(element, getPaymentFields, style), { soapAction })).toEqual({
      operation: "GET_PAYMENT", version, ...to, ...about, amountCents: 12_050, paymentNote: "cart-1", transferType: "POSTAL", dueDate: "2026-06-30",
    });
    expect(request(envelope(element, addressed + qrCode, style))).toEqual({ operation: "GET_PAYMENT", version, ...to, ...about });
  });

  test("demands a notice for a service", () => {
    expect(request(envelope("paDemandPaymentNoticeRequest", demandFields, style), { soapAction: "paDemandPaymentNotice" })).toEqual({
      operation: "DEMAND_NOTICE", version: 1, ...to, serviceId: "00005", serviceSubjectId: "00041", serviceData: Buffer.from("<s>è</s>"),
    });
  });

  test("brings a receipt with all it may hold", () => {
    expect(request(envelope("paSendRTV2Request", receiptV2(), style), { soapAction: "paSendRTV2" })).toEqual({
      operation: "SEND_RECEIPT", version: 2, ...to,
      receipt: {
        receiptId: "c110729d258c4ab1b765fe902aae41d6", noticeNumber: "302001069073736611", issuerFiscalCode: "00480530047", outcome: "OK",
        iuv: "02001069073736611", amountCents: 4_630, description: "TARI 2026", companyName: "Comune di Cuneo", officeName: "Tributi", debtor: lucia, payer: lucia,
        transfers: [
          { index: 1, amountCents: 3_030, fiscalCode: "00480530047", companyName: "Comune di Cuneo", iban: "IT60X0542811101000000123456", remittanceInformation: "/RFB/02001069073736611/30.30", category: "9/0101101IM/", metadata: [{ key: "year", value: "2026" }] },
          { index: 2, amountCents: 1_600, fiscalCode: "00480530047", stamp: Buffer.from("ABC"), remittanceInformation: "bollo", category: "9/0301116TS/", metadata: [] },
        ],
        psp: { id: "PROVAIT1", fiscalCode: "99999000001", vatNumber: "99999000001", companyName: "Banca di prova", channelId: "99999000001_01", channelDescription: "app" },
        paymentMethod: "creditCard", paymentNote: "cart-1", feeCents: 200, creditorFeeCents: 50, bundleId: "b1", creditorBundleId: "c1",
        paidAt: new Date("2026-07-01T07:30:00Z"), applicationDate: "2026-07-01", transferDate: "2026-07-02",
        metadata: [{ key: "k", value: "1" }, { key: "k", value: "2" }], standIn: true,
      },
    });
  });

  test("brings an older receipt with the least it must hold", () => {
    const receipt = receiptOf(envelope("paSendRTReq", receiptV1, style));
    expect(receipt).toMatchObject({ receiptId: "", outcome: "KO", issuerFiscalCode: "01234567890", amountCents: 0, description: " ", debtor: { type: "ORGANISATION", code: "01234567890", fullName: "Ditta" }, metadata: [], standIn: false });
    expect(receipt.transfers).toEqual([{ index: 1, amountCents: 3_000, fiscalCode: "00480530047", iban: "IT60X0542811101000000123456", remittanceInformation: "r", category: "0101100IM", metadata: [] }]);
    expect(Object.keys(receipt)).not.toEqual(expect.arrayContaining(["payer", "paidAt", "feeCents", "officeName"]));
  });

  test("may speak of stand-in in comments and CDATA", () => {
    const receipt = receiptOf(envelope("paSendRTV2Request", receiptV2({ description: "<![CDATA[<standin>]]>", last: "<standin\n>true</standin\n><!-- <standin> --><!---->" }), style));
    expect([receipt.description, receipt.standIn]).toEqual(["<standin>", true]);
  });

  test.each([["true", true], ["false", false], ["1", true], [" 0 ", false]])("spells stand-in as the published text does, %p", (written, standIn) => {
    expect(receiptOf(envelope("paSendRTV2Request", receiptV2({ last: `<standin>${written}</standin>` }), style)).standIn).toBe(standIn);
    expect(receiptOf(envelope("paSendRTV2Request", receiptV2({ last: `<standIn>${written}</standIn>` }), style)).standIn).toBe(standIn);
  });
});

describe("values", () => {
  test("text arrives as it was written: entities, CDATA, comments, blanks, characters beyond the basic plane", () => {
    const written = " a &lt;b&gt; &amp;<!-- no -->&#x20AC;<![CDATA[<c> & ]]>\t\uD834\uDD1E&#13; ";
    expect(receiptOf(envelope("paSendRTV2Request", receiptV2({ description: written }))).description).toBe(" a <b> &€<c> & \t\uD834\uDD1E\r ");
  });

  test("instructions and blank CDATA between elements mean nothing, and nothing behind them is lost", () => {
    const plain = envelope("paSendRTV2Request", receiptV2());
    const strewn = plain.replace(/<idPA>.*<\/receipt>/s, message => message.replace(/>\s*</g, "><?note <a> ?><![CDATA[ ]]><"));
    expect(strewn.match(/<\?note/g)!.length).toBeGreaterThan(60);
    expect(receiptOf(strewn)).toEqual(receiptOf(plain));
  });

  test("no cent is lost between euro and cents", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), fc.integer({ min: 0, max: 4 }), (cents, zeros) => {
      const digits = "0".repeat(zeros) + String(cents).padStart(3, "0");
      expect(request(envelope("paGetPaymentV2Request", `${addressed}${qrCode}<amount>${digits.slice(0, -2)}.${digits.slice(-2)}</amount>`))).toMatchObject({ amountCents: cents });
    }), { numRuns: 300 });
  });

  test.each([
    ["2026-01-15T10:00:00", "2026-01-15T09:00:00.000Z"], ["2026-07-15T10:00:00.1234567891", "2026-07-15T08:00:00.123Z"],
    ["2026-07-15T10:00:00Z", "2026-07-15T10:00:00.000Z"], ["2026-07-15T10:00:00-05:00", "2026-07-15T15:00:00.000Z"],
    // The hour that Italy lives twice in October: the first; the one it skips in March: the hour after.
    ["2026-10-25T02:30:00", "2026-10-25T00:30:00.000Z"], ["2026-03-29T02:30:00", "2026-03-29T01:30:00.000Z"],
    ["2026-07-14T24:00:00", "2026-07-14T22:00:00.000Z"], ["2026-07-14T24:00:00.000Z", "2026-07-15T00:00:00.000Z"],
    ["\n    2026-07-15T10:00:00\t ", "2026-07-15T08:00:00.000Z"],
  ])("a payment at %s is one at %s", (paymentDateTime, instant) => {
    expect(receiptOf(envelope("paSendRTV2Request", receiptV2({ paymentDateTime }))).paidAt?.toISOString()).toBe(instant);
  });

  test("blanks around a day are no part of it", () => {
    const message = envelope("paSendRTV2Request", receiptV2()).replace("<applicationDate>", "<applicationDate>\n  ").replace("</transferDate>", " </transferDate>");
    expect(receiptOf(message)).toMatchObject({ applicationDate: "2026-07-01", transferDate: "2026-07-02" });
  });

  // Year 1 is what software writes for "never"; the last two are in UTC of the years 0 and 10000, which the database does not take.
  test.each(["12026-07-15T10:00:00", "-0044-03-15T10:00:00", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])("a receipt is taken even when %s is no instant of ours", paymentDateTime => {
    const receipt = receiptOf(envelope("paSendRTV2Request", receiptV2({ paymentDateTime })));
    expect(receipt.receiptId).toBe("c110729d258c4ab1b765fe902aae41d6");
    expect(receipt).not.toHaveProperty("paidAt");
  });
});

describe("the parser's memory", () => {
  test("is given back, whatever comes", () => {
    const messages = [verify(), envelope("paSendRTV2Request", receiptV2({ last: "<standin>true</standin>" })), envelope("paVerifyPaymentNoticeReq", "<idPA/>"), `<a>${"<b/>".repeat(500)}`, `<!DOCTYPE a>${verify()}`].map(message => Buffer.from(message));
    const round = () => messages.forEach(message => readRequest(message, {}, settings));
    for (let n = 0; n < 100; n += 1) round();
    // The parser's heap counts as external: a document left in it by each round would take five MiB for ever. Buffers that nobody collected yet count too.
    const before = process.memoryUsage().external;
    for (let n = 0; n < 500; n += 1) round();
    expect(process.memoryUsage().external - before).toBeLessThan(3_145_728);
  });
});
