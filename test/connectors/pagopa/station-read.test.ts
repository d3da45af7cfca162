import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { bodyLimit, readRequest, type SendReceipt, type StationHeaders, type StationRefusal, type StationRequest } from "../../../connectors/pagopa/station.ts";
import { addressed, demandFields, envelope, getPaymentFields, N, qrCode, receiptV1, receiptV2, styles, subject, verify } from "./messages.ts";
import { valueAt } from "./xml.ts";

const settings = { brokerFiscalCode: "00480530047", messageBytes: 102_400, receiptBytes: 524_288 };
const read = (message: string | Uint8Array, headers: StationHeaders = {}) => readRequest(typeof message === "string" ? Buffer.from(message) : message, { contentType: "text/xml; charset=utf-8", ...headers }, settings);

const request = (message: string, headers?: StationHeaders): StationRequest => {
  const result = read(message, headers);
  if ("refused" in result) throw new Error(`refused: ${result.refused} ${result.body}`);
  return result;
};
const refusal = (message: string | Uint8Array, headers?: StationHeaders): StationRefusal => {
  const result = read(message, headers);
  if (!("refused" in result)) throw new Error("was not refused");
  return result;
};
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
  ])("a payment at %s is one at %s", (paymentDateTime, instant) => {
    expect(receiptOf(envelope("paSendRTV2Request", receiptV2({ paymentDateTime }))).paidAt?.toISOString()).toBe(instant);
  });

  // Year 1 is what software writes for "never"; the last two are in UTC of the years 0 and 10000, which the database does not take.
  test.each(["12026-07-15T10:00:00", "-0044-03-15T10:00:00", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])("a receipt is taken even when %s is no instant of ours", paymentDateTime => {
    const receipt = receiptOf(envelope("paSendRTV2Request", receiptV2({ paymentDateTime })));
    expect(receipt.receiptId).toBe("c110729d258c4ab1b765fe902aae41d6");
    expect(receipt).not.toHaveProperty("paidAt");
  });
});

describe("a message outside the contract", () => {
  const elements = { paVerifyPaymentNoticeReq: addressed + qrCode, paGetPaymentV2Request: getPaymentFields, paGetPaymentReq: getPaymentFields, paSendRTV2Request: receiptV2(), paSendRTReq: receiptV1, paDemandPaymentNoticeRequest: demandFields };

  test.each([
    ["paVerifyPaymentNoticeReq", "paVerifyPaymentNoticeRes"], ["paGetPaymentV2Request", "paGetPaymentV2Response"], ["paGetPaymentReq", "paGetPaymentRes"],
    ["paSendRTV2Request", "paSendRTV2Response"], ["paSendRTReq", "paSendRTRes"], ["paDemandPaymentNoticeRequest", "paDemandPaymentNoticeResponse"],
  ] as const)("%s gets the KO of its own operation", (element, answer) => {
    const result = refusal(envelope(element, elements[element].replace("<idStation>00480530047_01</idStation>", "")));
    expect(result).toMatchObject({ refused: "SCHEMA", status: 200 });
    expect(valueAt(result.body, answer, "outcome")).toBe("KO");
    expect(valueAt(result.body, answer, "fault", "faultCode")).toBe("PAA_SINTASSI_EXTRAXSD");
    expect(valueAt(result.body, answer, "fault", "faultString")).toBe("Errore di sintassi extra XSD");
    expect(valueAt(result.body, answer, "fault", "id")).toBe("00480530047");
  });

  test("is signed by the administration it was for, by the broker when that cannot be read", () => {
    const broken = (idPA: string) => refusal(envelope("paVerifyPaymentNoticeReq", `${idPA}<idBrokerPA></idBrokerPA>`)).body;
    expect(valueAt(broken("<idPA>01234567890</idPA>"), "paVerifyPaymentNoticeRes", "fault", "id")).toBe("01234567890");
    expect(valueAt(broken("<idPA>no such</idPA>"), "paVerifyPaymentNoticeRes", "fault", "id")).toBe("00480530047");
  });

  test("is told the element at fault, and never the value", () => {
    const { body } = refusal(envelope("paGetPaymentV2Request", `${addressed}${qrCode}<amount>BRTLCU80A01D205X</amount>`));
    expect(valueAt(body, "paGetPaymentV2Response", "fault", "description")).toBe("Elemento amount");
    expect(refusal(envelope("paGetPaymentV2Request", `${addressed}${qrCode}<BRTLCU80A01D205X/>`)).body).not.toContain("BRTLCU80A01D205X");
    expect(body).not.toContain("BRTLCU80A01D205X");
  });

  test.each(["1", "1.2", "1.234", "1,23", "-1.00", "+1.00", "1e2", "NaN", "1000000000.00", "", ".10"])("an amount of %p is refused", amount => {
    expect(refusal(envelope("paGetPaymentV2Request", `${addressed}${qrCode}<amount>${amount}</amount>`)).refused).toBe("SCHEMA");
  });

  test("a child in the message's namespace is refused", () => {
    const inherited = envelope("paVerifyPaymentNoticeReq", addressed + qrCode, "DEFAULT").replaceAll(' xmlns=""', "");
    expect(refusal(inherited)).toMatchObject({ refused: "SCHEMA", status: 200 });
  });

  test("the published spelling of stand-in excuses nothing else", () => {
    for (const last of ["<standin>maybe</standin>", "<standin>true</standin><standin>true</standin>", "<standIn>true</standIn><standin>true</standin>", "<standin>true</standin><more/>", `<x:standin xmlns:x="urn:x">true</x:standin>`, `<standin>2</standin>${"<!-- <standin> -->".repeat(3_000)}`]) {
      expect(refusal(envelope("paSendRTV2Request", receiptV2({ last }))).refused).toBe("SCHEMA");
    }
    expect(refusal(envelope("paSendRTV2Request", receiptV2({ last: "<standin>true</standin>" }).replace("46.30", "46.3"))).refused).toBe("SCHEMA");
  });
});

describe("a message that cannot be answered in the contract gets a SOAP 1.1 fault", () => {
  const body = (inside: string) => `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="${N}">${inside}</e:Envelope>`;
  const one = `<p:paVerifyPaymentNoticeReq>${addressed}${qrCode}</p:paVerifyPaymentNoticeReq>`;
  const soap12 = verify().replaceAll("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
  const nested = (depth: number) => envelope("paVerifyPaymentNoticeReq", "<a>".repeat(depth) + "</a>".repeat(depth));

  test.each<[string, string, string | Uint8Array, string?]>([
    ["nothing", "NOT_XML", ""],
    ["text", "NOT_XML", "hello"],
    ["half a message", "NOT_XML", verify().slice(0, 300)],
    ["an open comment", "NOT_XML", "<!-- ".repeat(100)],
    ["bytes that are no UTF-8", "NOT_XML", Buffer.concat([Buffer.from("<a>"), Buffer.from([0xff, 0xfe]), Buffer.from("</a>")])],
    ["UTF-16", "NOT_XML", Buffer.from(verify(), "utf16le")],
    ["an undeclared entity", "NOT_XML", envelope("paVerifyPaymentNoticeReq", "<idPA>&who;</idPA>")],
    ["a document type", "DOCTYPE", `<!DOCTYPE a [<!ENTITY who "x">]>${verify().slice(38)}`],
    ["a document type behind a comment", "DOCTYPE", `<!-- > --><?p ?> <!DOCTYPE a SYSTEM "file:///etc/passwd">${verify().slice(38)}`],
    ["14,000 levels", "TOO_DEEP", nested(14_000)],
    ["33 levels", "TOO_DEEP", nested(30)],
    ["another document", "NOT_SOAP", "<html/>"],
    ["no body", "NOT_SOAP", body("<e:Header/>")],
    ["an empty body", "NOT_SOAP", body("<e:Body/>")],
    ["two requests", "NOT_SOAP", body(`<e:Body>${one}${one}</e:Body>`)],
    ["two bodies", "NOT_SOAP", body(`<e:Body>${one}</e:Body><e:Body>${one}</e:Body>`)],
    ["a body before the header", "NOT_SOAP", body(`<e:Body>${one}</e:Body><e:Header/>`)],
    ["SOAP 1.2", "SOAP_VERSION", soap12, "VersionMismatch"],
    ["a header that must be understood", "MUST_UNDERSTAND", body(`<e:Header><s xmlns="urn:s" e:mustUnderstand="1"/></e:Header><e:Body>${one}</e:Body>`), "MustUnderstand"],
    ["an operation of others", "OPERATION_UNKNOWN", body(`<e:Body><p:paNothing/></e:Body>`)],
    ["an answer", "OPERATION_UNKNOWN", body(`<e:Body><p:paVerifyPaymentNoticeRes><outcome>OK</outcome></p:paVerifyPaymentNoticeRes></e:Body>`)],
    ["the right name in no namespace", "OPERATION_UNKNOWN", body(`<e:Body>${one.replaceAll("p:", "")}</e:Body>`)],
    ["a name that every object has", "OPERATION_UNKNOWN", body(`<e:Body><p:constructor/></e:Body>`)],
  ])("%s", (_, refused, message, code = "Client") => {
    const result = refusal(message);
    expect(result).toMatchObject({ refused, status: 500 });
    expect(valueAt(result.body, "Fault", "faultcode")).toBe(`soapenv:${code}`);
    expect(valueAt(result.body, "Fault", "faultstring")).toBe(refused);
  });

  test("nesting, document types and tags in comments, CDATA and attributes are only text", () => {
    const harmless = `<!--${"<a>".repeat(100)}<!DOCTYPE--><idPA><![CDATA[00480530047]]></idPA>`;
    const message = envelope("paVerifyPaymentNoticeReq", (addressed + qrCode).replace("<idPA>00480530047</idPA>", harmless)).replace("<soapenv:Header/>", `<soapenv:Header><h xmlns="urn:h" a="${"&lt;b>".repeat(60)}" b='/>"'/></soapenv:Header>`);
    expect(request(message)).toMatchObject({ operation: "VERIFY_NOTICE", creditorFiscalCode: "00480530047" });
  });

  test("a header that somebody else must understand is none of ours", () => {
    const header = (actor: string) => body(`<e:Header><s xmlns="urn:s" e:mustUnderstand="1" e:actor="${actor}"/></e:Header><e:Body>${one}</e:Body>`);
    expect(request(header("urn:somebody-else")).operation).toBe("VERIFY_NOTICE");
    for (const actor of ["", "http://schemas.xmlsoap.org/soap/actor/next"]) expect(refusal(header(actor)).refused).toBe("MUST_UNDERSTAND");
  });

  test("an entity bomb and an outside entity are refused before anything is expanded", () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "${"x".repeat(1000)}">${"bcdefghi".split("").map((name, at) => `<!ENTITY ${name} "${`&${"abcdefgh"[at]};`.repeat(100)}">`).join("")}]>${envelope("paVerifyPaymentNoticeReq", "<idPA>&i;</idPA>").slice(38)}`;
    const started = performance.now();
    expect(refusal(bomb).refused).toBe("DOCTYPE");
    expect(performance.now() - started).toBeLessThan(100);
  });

  test("a schema location in the message leads nowhere", () => {
    const message = verify().replace("<pafn:paVerifyPaymentNoticeReq>", `<pafn:paVerifyPaymentNoticeReq xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x file:///etc/passwd ${N} http://127.0.0.1:9/x.xsd">`);
    expect(request(message).operation).toBe("VERIFY_NOTICE");
  });

  test("a SOAPAction that names another operation than the body", () => {
    expect(refusal(envelope("paSendRTReq", receiptV1), { soapAction: "paSendRTV2" })).toMatchObject({ refused: "SOAP_ACTION", status: 500 });
    expect(refusal(verify(), { soapAction: '"urn:paVerifyPaymentNotice"' })).toMatchObject({ refused: "SOAP_ACTION", status: 500 });
    for (const soapAction of ["paVerifyPaymentNotice", '"paVerifyPaymentNotice"', '""', ""]) expect(request(verify(), { soapAction }).operation).toBe("VERIFY_NOTICE");
  });

  test.each([
    ["application/soap+xml", 415], ["application/json", 415], ["text/xml; charset=iso-8859-1", 415],
    ["text/xml", 0], ['text/xml;charset="UTF-8"', 0], ["application/xml; charset=utf-8", 0], [undefined, 0],
  ])("a body of type %p", (contentType, status) => {
    const result = read(verify(), { contentType });
    expect("refused" in result ? result.status : 0).toBe(status);
  });

  test("a compressed body", () => {
    for (const contentEncoding of ["gzip", "br", "identity, gzip"]) expect(refusal(gzipSync(verify()), { contentEncoding })).toMatchObject({ refused: "ENCODED", status: 415 });
    expect("refused" in read(verify(), { contentEncoding: "identity" })).toBe(false);
  });

  test("a body over its cap: receipts have one of their own, for the stamps they carry", () => {
    const stamp = Buffer.alloc(150_000, "stamp").toString("base64");
    const large = envelope("paSendRTV2Request", receiptV2({ stamp }));
    expect((request(large, { soapAction: '"paSendRTV2"' }) as SendReceipt).receipt.transfers[1]?.stamp).toEqual(Buffer.alloc(150_000, "stamp"));
    // Without a SOAPAction it may be a receipt: a missing one is borne, and no receipt may be lost for it.
    for (const soapAction of [undefined, "", '""']) expect((request(large, { soapAction }) as SendReceipt).receipt.transfers).toHaveLength(2);
    expect(refusal(large, { soapAction: "paGetPaymentV2" })).toMatchObject({ refused: "TOO_LARGE", status: 413 });
    expect(refusal(Buffer.alloc(settings.receiptBytes + 1, " "), { soapAction: "paSendRTV2" })).toMatchObject({ refused: "TOO_LARGE", status: 413 });
    expect(refusal(Buffer.alloc(settings.messageBytes + 1, " "), { soapAction: "paGetPaymentV2" })).toMatchObject({ refused: "TOO_LARGE", status: 413 });
    expect([undefined, "paVerifyPaymentNotice", '"paSendRT"'].map(action => bodyLimit(action, settings))).toEqual([524_288, 102_400, 524_288]);
  });

  test("nothing of the message comes back in a fault", () => {
    const secret = subject("debtor");
    for (const message of [body(`<e:Body><p:Lucia/></e:Body>`), envelope("paVerifyPaymentNoticeReq", secret), `<Lucia>${secret}</Lucia>`]) {
      expect(refusal(message).body).not.toMatch(/Lucia|BRTLCU/);
    }
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
