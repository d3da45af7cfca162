import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import { judge, readPlain } from "../../../connectors/pagopa/contract.ts";
import { EnvelopeFault, withBody } from "../../../connectors/pagopa/envelope.ts";
import { plainReader } from "../../../connectors/pagopa/plain.ts";
import { wordsOf, type Words } from "../../../connectors/pagopa/words.ts";
import { addressed, demandFields, envelope, getPaymentFields, N, qrCode, receiptV1, receiptV2, styles, type Style } from "./messages.ts";

/** What parser and schema say of a message: its words, or nothing when any of them refuses it. */
function judged(element: string, message: Uint8Array): Words | undefined {
  try {
    return withBody(message, found => (found.name === element && found.namespaceUri === N && judge(found).valid ? wordsOf(found) : undefined));
  } catch (error) {
    if (error instanceof EnvelopeFault) return undefined;
    throw error;
  }
}

/** Asks both. Whatever is read plainly must be accepted by the parser, in the same words; tells whether it was. */
function agree(element: string, message: string): boolean {
  const bytes = Buffer.from(message);
  const plain = readPlain(element, bytes);
  if (plain && !isDeepStrictEqual(judged(element, bytes), plain)) throw new Error(`the parser does not read this as it was read plainly: ${JSON.stringify(message)}`);
  return plain !== undefined;
}

const questions = ["paVerifyPaymentNoticeReq", "paGetPaymentReq", "paGetPaymentV2Request"];
const getPayment = (style?: Style) => envelope("paGetPaymentV2Request", getPaymentFields.replace(/<dueDate>.*/, ""), style);
const verify = (style?: Style) => envelope("paVerifyPaymentNoticeReq", addressed + qrCode, style);
/** A receipt with so many transfers to accounts, without pairs of its own. */
const paid = (transfers: number, style?: Style) => envelope("paSendRTV2Request", receiptV2().replaceAll("ò", "o").replaceAll(/<metadata>.*<\/metadata>|<e-mail>[^<]*<\/e-mail>/g, "").replace(/(<transfer>[^]*?<\/transfer>)[^]*(?=<\/transferList>)/, (_, transfer: string) => transfer.repeat(transfers)), style);
const samples = styles.flatMap(style => [verify(style), getPayment(style)]);
const elementIn = (message: string) => [...questions, "paSendRTV2Request"].find(element => message.includes(`${element}>`) || message.includes(`${element} `))!;

/** Simple types of which some can be known and some cannot, and texts on both sides of each facet. */
const texts = ["a", "b", "12", "123", "ABx", "a b", "", " ", "  ", "1", "1.5", "0.50", "12.50", "12.51", "13", "9", "9.00", "99.99", "-1", "+1", ".5", "5.", "1e1", "007.00", "ab", "abab", "c", "a-b", "^", "]", "2026-01-31", "true", "INF", "è", "1 2", "aa", "aaa", "aaaa", "3.1415926535"];
const ofStrings = ['<xs:minLength value="2"/>', '<xs:maxLength value="2"/>', '<xs:minLength value="1"/><xs:maxLength value="3"/>', '<xs:length value="2"/>', '<xs:length value="0"/>', '<xs:enumeration value="a"/><xs:enumeration value="12"/>', '<xs:enumeration value="a b"/>', '<xs:whiteSpace value="collapse"/>',
  ...["[0-9]{2}", "\\d+", "[A-Z]+x", ".{2}", "[^a]+", "a|b", "[a-z-[b]]+", "(ab)+", "[0-9A]{1,3}", "\\i\\c*", "\\d\\.\\d", "a*", "a", "^", "[a-]+", "[0-9]+[a-z]{1}"].map(value => `<xs:pattern value="${value}"/>`),
  '<xs:pattern value="[0-9]+"/><xs:pattern value="[a-z]+"/>', '<xs:maxLength value="2"/><xs:pattern value="[a-z]+"/>'];
const ofDecimals = ['<xs:maxInclusive value="12.50"/>', '<xs:maxInclusive value="0.5"/>', '<xs:maxInclusive value="999"/><xs:pattern value="\\d+\\.\\d{2}"/>', '<xs:maxInclusive value="-1"/>', '<xs:minInclusive value="5"/>', '<xs:maxExclusive value="12.5"/>', '<xs:totalDigits value="2"/>', '<xs:fractionDigits value="1"/>', '<xs:pattern value="[0-9]{2}"/>', ""];
const simpleTypes = [...ofStrings.map(facets => `<xs:restriction base="xs:string">${facets}</xs:restriction>`), ...ofDecimals.map(facets => `<xs:restriction base="xs:decimal">${facets}</xs:restriction>`),
  '<xs:list itemType="xs:int"/>', '<xs:union memberTypes="xs:int xs:date"/>', '<xs:restriction base="xs:token"/>', '<xs:restriction><xs:simpleType><xs:restriction base="xs:string"/></xs:simpleType><xs:length value="1"/></xs:restriction>',
  "xs:string", "xs:decimal", "xs:date", "xs:dateTime", "xs:int", "xs:boolean", "xs:base64Binary", "xs:token", "xs:anyType"];

describe("a plain message", () => {
  test.each(styles)("is each question as the node writes it, %s", style => {
    for (const element of questions) expect([element, agree(element, envelope(element, addressed + qrCode, style))]).toEqual([element, true]);
    expect(readPlain("paGetPaymentV2Request", Buffer.from(getPayment(style)))).toEqual(new Map<string, unknown>([
      ["idPA", ["00480530047"]], ["idBrokerPA", ["00480530047"]], ["idStation", ["00480530047_01"]], ["qrCode", [new Map([["fiscalCode", ["00480530047"]], ["noticeNumber", ["302001069073736611"]]])]],
      ["amount", ["0120.50"]], ["paymentNote", ["cart-1"]], ["transferType", ["POSTAL"]],
    ]));
  });

  test.each(styles)("is a receipt of up to five transfers to accounts, %s", style => {
    for (const transfers of [1, 2, 5]) expect([transfers, agree("paSendRTV2Request", paid(transfers, style))]).toEqual([transfers, true]);
    for (const transfers of [0, 6]) expect([transfers, agree("paSendRTV2Request", paid(transfers, style))]).toEqual([transfers, false]);
  });

  test.each(["2026-02-28", "2026-02-29", "2028-02-29", "2026-02-30", "2026-04-30", "2026-04-31", "2026-12-31", "2026-13-01", "2026-00-10", "0000-01-01", "2026-01-01Z", " 2026-01-01"])("may name the day %s, if there is one", day => {
    agree("paSendRTV2Request", paid(1).replace(/(?<=<applicationDate>)[^<]*/, day));
    for (const time of ["T00:00:00", "T23:59:59.5+02:00", "T24:00:00", "T23:59:60Z", "T12:00", "T12:00:00+14:00", "T12:00:00-13:59"]) agree("paSendRTV2Request", paid(1).replace(/(?<=<paymentDateTime>)[^<]*/, day + time));
    expect(agree("paGetPaymentV2Request", envelope("paGetPaymentV2Request", getPaymentFields.replace(/(?<=<dueDate>)[^<]*/, "2026-12-31")))).toBe(true);
  });

  test("is none that says what only the schema can judge: bytes, a long list, blanks around a number", () => {
    expect(agree("paDemandPaymentNoticeRequest", envelope("paDemandPaymentNoticeRequest", demandFields))).toBe(false);
    expect(agree("paSendRTV2Request", envelope("paSendRTV2Request", receiptV2()))).toBe(false);
    expect(agree("paSendRTReq", envelope("paSendRTReq", receiptV1))).toBe(false);
    expect(agree("paVerifyPaymentNoticeReq", getPayment())).toBe(false);
    expect(agree("constructor", verify())).toBe(false);
  });

  test.each<[string, (message: string) => string]>([
    ["without a declaration", message => message.replace(/<\?.*\?>\n/, "")],
    ["on one line, with other prefixes", message => message.replaceAll(/>\s+</g, "><").replaceAll("soapenv", "SOAP-ENV").replaceAll("pafn", "n1")],
    ["without a header, among other namespaces", message => message.replace("<soapenv:Header/>", "").replace(" xmlns:", ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:')],
    ["with Windows's line ends", message => message.replaceAll("\n", "\r\n")],
  ])("may be written %s", (_, rewrite) => {
    for (const style of styles) {
      expect(rewrite(verify(style))).not.toBe(verify(style));
      expect(agree("paVerifyPaymentNoticeReq", rewrite(verify(style)))).toBe(true);
    }
  });

  test.each<[string, (message: string) => string]>([
    ["a prefix declared twice", message => message.replace(" xmlns:pafn", ` xmlns:pafn="${N}" xmlns:pafn`)],
    ["a prefix of nobody", message => message.replaceAll(`xmlns:pafn="${N}"`, `xmlns:other="${N}"`)],
    ["the message's prefix for SOAP's namespace", message => message.replace(`"${N}"`, '"http://schemas.xmlsoap.org/soap/envelope/"')],
    ["a reserved prefix", message => message.replaceAll("pafn", "xml")],
    ["a reserved namespace", message => message.replace(" xmlns:pafn", ' xmlns:x="http://www.w3.org/2000/xmlns/" xmlns:pafn')],
    ["a namespace that almost is the right one", message => message.replace("pagopa-api.pagopa", "pagopa-api-pagopa")],
    ["children in the message's namespace", message => message.replaceAll(' xmlns=""', "").replaceAll("<idPA>", `<idPA xmlns="${N}">`)],
    ["a header entry", message => message.replace("<soapenv:Header/>", '<soapenv:Header><h xmlns="urn:h" soapenv:mustUnderstand="1"/></soapenv:Header>')],
    ["a type of its own choice", message => message.replace(/<idPA[^>]*>/, '<idPA xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true">')],
    ["text between elements", message => message.replace(/<idBrokerPA/, "x<idBrokerPA")],
    ["no-break space between elements", message => message.replace(/<idBrokerPA/, "\u00a0<idBrokerPA")],
    ["a code with a line end", message => message.replace("</noticeNumber>", "\n</noticeNumber>")],
    ["digits of another script", message => message.replace("302001069073736611", "٣02001069073736611")],
    ["something behind", message => `${message}<!-- -->x`],
    ["another encoding", message => message.replace("utf-8", "utf-16")],
    ["another version", message => message.replace('version="1.0"', 'version="2.0"')],
  ])("is none with %s", (_, spoil) => {
    expect(spoil(verify())).not.toBe(verify());
    expect(agree("paVerifyPaymentNoticeReq", spoil(verify()))).toBe(false);
    // In the other style some of it does no harm.
    agree("paVerifyPaymentNoticeReq", spoil(verify("DEFAULT")));
  });

  test("is looked for in short messages alone", () => {
    expect(agree("paVerifyPaymentNoticeReq", verify().replace("<idPA>", `${" ".repeat(3_000)}<idPA>`))).toBe(true);
    expect(agree("paVerifyPaymentNoticeReq", verify().replace("<idPA>", `${" ".repeat(5_000)}<idPA>`))).toBe(false);
  });
});

describe("whatever is read plainly, the parser accepts in the same words", () => {
  test("one character at any place", () => {
    let read = 0;
    for (const sample of samples) {
      for (let at = 0; at <= sample.length; at += 1) {
        for (const character of ["", "<", ">", "&", "/", '"', "'", ":", "=", "-", "]", "!", "?", "x", "0", " ", "\n", "\t", "\f", "\0", "\u00a0", "è", "\u2028", "\ufeff", "٣"]) {
          if (agree(elementIn(sample), sample.slice(0, at) + character + sample.slice(at))) read += 1;
          if (agree(elementIn(sample), sample.slice(0, at) + character + sample.slice(at + 1))) read += 1;
        }
      }
    }
    expect(read).toBeGreaterThan(1_000);
  });

  test("one character at any place of a receipt", () => {
    let read = 0;
    const sample = paid(2);
    for (let at = 0; at <= sample.length; at += 1) {
      for (const character of ["", "<", "0", "9", " "]) {
        if (agree("paSendRTV2Request", sample.slice(0, at) + character + sample.slice(at + 1))) read += 1;
      }
    }
    expect(read).toBeGreaterThan(500);
  });

  test("pieces taken out, doubled and exchanged", () => {
    const pieces = [...new Set(samples.flatMap(sample => sample.match(/<[^>]*>|[^<>]+/g)!)), "<!-- a -->", "<![CDATA[1]]>", "<?p?>", "&#49;", "&amp;", ' xmlns:a="urn:a"', ' xmlns=""', "<dueDate>2026-01-31</dueDate>"];
    let read = 0;
    fc.assert(fc.property(fc.constantFrom(...samples, paid(2)), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 3 }), (sample, edits) => {
      const parts = sample.match(/<[^>]*>|[^<>]+/g)!;
      for (const [place, removed, piece] of edits) parts.splice(place % parts.length, removed, ...(removed === 3 ? [] : [piece]));
      if (agree(elementIn(sample), parts.join(""))) read += 1;
    }), { numRuns: 5_000 });
    expect(read).toBeGreaterThan(50);
  });

  test("any text in any field", () => {
    const any = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: "grapheme", maxLength: 12 }), fc.stringMatching(/^\d{0,20}$/), fc.stringMatching(/^[ +-]?\d{0,12}\.?\d{0,3}$/), fc.constantFrom("POSTAL", "PAGOPA", "", " ", "999999999.99", "1000000000.00", "99999999.99", "0.00"));
    let read = 0;
    fc.assert(fc.property(fc.constantFrom(...samples, paid(1)), fc.nat(), any, (sample, place, text) => {
      const fields = [...sample.matchAll(/(?<=>)[^<>]*(?=<\/(?:id|fiscal|notice|amount|payment|transfer))/g)];
      const { index, 0: old } = fields[place % fields.length]!;
      const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
      if (agree(elementIn(sample), sample.slice(0, index) + escaped + sample.slice(index + old.length))) read += 1;
    }), { numRuns: 5_000 });
    expect(read).toBeGreaterThan(500);
  });

  test.each(simpleTypes)("of a schema with %s", type => {
    let read = 0;
    for (const occurs of ["", ' minOccurs="0"', ' maxOccurs="2"', ' minOccurs="0" maxOccurs="3"', ' nillable="true"', ' form="qualified"']) {
      const schema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="${N}" targetNamespace="${N}" elementFormDefault="unqualified">${type.startsWith("xs:") ? "" : `<xs:simpleType name="t">${type}</xs:simpleType>`}
        <xs:complexType name="in"><xs:sequence><xs:element name="e" type="${type.startsWith("xs:") ? type : "t"}"${occurs}/><xs:element name="f" type="xs:string"/></xs:sequence></xs:complexType>
        <xs:complexType name="all"><xs:sequence><xs:element name="inside" type="in"/></xs:sequence></xs:complexType><xs:element name="m" type="all"/></xs:schema>`;
      using document = XmlDocument.fromString(schema);
      using validator = XsdValidator.fromDoc(document);
      const readIt = plainReader([document.root]);
      for (const element of ["", "<e/>", ...texts.flatMap(text => [`<e>${text}</e>`, `<e>${text}</e><e>${text}</e>`])]) {
        const message = Buffer.from(envelope("m", `<inside>${element}<f>f</f></inside>`));
        const plain = readIt("m", message);
        if (!plain) continue;
        read += 1;
        withBody(message, found => {
          validator.validate(found);
          expect(wordsOf(found)).toEqual(plain);
        });
      }
    }
    // At least where the element may be missing.
    expect(read).toBeGreaterThan(0);
  });
});
