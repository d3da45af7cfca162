import { gzipSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { bodyLimit, type SendReceipt } from "../../../connectors/pagopa/station.ts";
import { addressed, demandFields, envelope, getPaymentFields, N, qrCode, receiptV1, receiptV2, subject, verify } from "./messages.ts";
import { read, refusal, request, settings } from "./reading.ts";
import { valueAt } from "./xml.ts";

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
    // Expanded, it would come to ten million million million characters: that an answer comes at all says that it was not.
    expect(refusal(bomb).refused).toBe("DOCTYPE");
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
    ["text/xml", 0], ["text/xml; charset=utf8", 0], ['text/xml;charset="UTF-8"', 0], ["application/xml; charset=utf-8", 0], [undefined, 0],
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
