import { describe, expect, test } from "@jest/globals";
import { readRequest } from "../../../sandbox/pagopa/contract/read.ts";
import { operations, placesOf, type ComplexType, isComplex, type Operation } from "../../../sandbox/pagopa/contract/types.ts";
import { type Message, styles, type Value, writeRequest } from "../../../sandbox/pagopa/contract/write.ts";
import { judge } from "../../../sandbox/pagopa/judge.ts";
import { defaultSettings } from "../../../sandbox/pagopa/settings.ts";
import { envelope, iban, ko, paymentOk, transfer, verifyOk } from "./harness.ts";

const institutions = new Map(defaultSettings.institutions.map(each => [each.fiscalCode, each]));
const verdict = (operation: Operation, body: string) => {
  const result = judge(operation, Buffer.from(envelope(body)), institutions);
  return result.outcome === "OK" ? "OK" : result.fault.faultCode.replace(/^PPT_(STAZIONE_INT_PA_)?/, "");
};
const verify = (change: (xml: string) => string) => verdict("paVerifyPaymentNotice", change(verifyOk));
const payment = (change: (xml: string) => string) => verdict("paGetPaymentV2", change(paymentOk("paGetPaymentV2Response")));
const without = (element: string) => (xml: string) => xml.replace(new RegExp(`<${element}>.*?</${element}>`), "");
const value = (element: string, text: string) => (xml: string) => xml.replace(new RegExp(`<${element}>.*?</${element}>`), `<${element}>${text}</${element}>`);
const same = (xml: string) => xml;
const bad = "ERRORE_RESPONSE";

describe("answers that the node takes", () => {
  test.each([
    ["verify", verify(same)],
    ["verify without optional fields", verify(value("allCCP", "0"))],
    ["payment", payment(same)],
    ["payment without metadata", payment(without("metadata"))],
    ["payment with a stamp", verdict("paGetPaymentV2", paymentOk("paGetPaymentV2Response", transfer(1, "10.00", "<richiestaMarcaDaBollo><hashDocumento>wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=</hashDocumento><tipoBollo>01</tipoBollo><provinciaResidenza>CN</provinciaResidenza></richiestaMarcaDaBollo>")))],
    ["five transfers", verdict("paGetPaymentV2", paymentOk("paGetPaymentV2Response", [1, 2, 3, 4, 5].map(index => transfer(index, "2.00")).join("")))],
    ["two transfers with an instruction between them", verdict("paGetPaymentV2", paymentOk("paGetPaymentV2Response", `${transfer(1, "8.00")}<?next?>${transfer(2, "2.00")}`))],
    ["blank CDATA between fields", payment(xml => xml.replace("<transferList>", "<![CDATA[ ]]><transferList>"))],
    ["blanks around a day and a time", payment(xml => xml.replace(/<dueDate>.*?<\/dueDate>/, "<dueDate> 2026-12-31\n</dueDate><retentionDate>\t2026-12-31T12:00:00 </retentionDate>"))],
    ["blanks around an amount", payment(value("transferAmount", " 10.00 "))],
    ["another amount than the usual", payment(xml => xml.replaceAll("10.00", "8.00"))],
    ["a beneficiary that is not the issuer", verdict("paGetPaymentV2", paymentOk("paGetPaymentV2Response", transfer(1, "10.00", `<IBAN>${iban}</IBAN>`, "44444444444")))],
  ])("%s", (_name, outcome) => expect(outcome).toBe("OK"));
});

describe("answers that the node does not take", () => {
  test.each([
    ["verify without offer", verify(without("paymentList"))],
    ["verify without causale", verify(without("paymentDescription"))],
    ["verify without creditor", verify(without("fiscalCodePA"))],
    ["verify without creditor's name", verify(without("companyName"))],
    ["verify with a comma for a point", verify(value("amount", "11,34"))],
    ["verify with three decimals", verify(value("amount", "11.342"))],
    ["verify with nothing to pay", verify(value("amount", "0.00"))],
    ["verify with an empty name", verify(value("companyName", ""))],
    ["verify with a name too long", verify(value("companyName", "x".repeat(141)))],
    ["payment without data", payment(without("data"))],
    ["payment that is not its sum", payment(value("paymentAmount", "10.01"))],
    ["payment with six transfers", verdict("paGetPaymentV2", paymentOk("paGetPaymentV2Response", Array.from({ length: 6 }, (_, i) => transfer(i % 5 + 1, "1.00")).join(""), "6.00"))],
    ["payment without transfers", payment(without("transferList"))],
    ["payment in the wrong order", payment(xml => xml.replace(/(<creditorReferenceId>.*?<\/creditorReferenceId>)(<paymentAmount>.*?<\/paymentAmount>)/, "$2$1"))],
    ["payment with empty metadata", payment(value("metadata", ""))],
    ["payment with a bad e-mail", payment(xml => xml.replace("</fullName>", "</fullName><e-mail>prova%gmail.com</e-mail>"))],
    ["payment of an account nobody registered", payment(value("IBAN", "IT45R0760103200000000001015"))],
    ["payment of a registered account with a blank behind it", payment(value("IBAN", `${iban} `))],
    ["payment that is not its sum, behind an instruction", verdict("paGetPaymentV2", paymentOk("paGetPaymentV2Response", `${transfer(1, "10.00")}<?next?>${transfer(2, "2.00")}`))],
    ["payment to an institution nobody knows", payment(value("fiscalCodePA", "10000000000"))],
    ["payment to a disabled institution", payment(value("fiscalCodePA", "11111122222"))],
    ["payment with account and stamp", verdict("paGetPaymentV2", paymentOk("paGetPaymentV2Response", transfer(1, "10.00", `<IBAN>${iban}</IBAN><MBDAttachment>AAAA</MBDAttachment>`)))],
    ["KO without fault", verdict("paSendRTV2", "<p:paSendRTV2Response><outcome>KO</outcome></p:paSendRTV2Response>")],
    ["a third outcome", verdict("paSendRTV2", "<p:paSendRTV2Response><outcome>KKL</outcome></p:paSendRTV2Response>")],
    ["another operation's answer", verdict("paSendRTV2", "<p:paSendRTRes><outcome>OK</outcome></p:paSendRTRes>")],
    ["qualified children", verdict("paSendRTV2", "<p:paSendRTV2Response><p:outcome>OK</p:outcome></p:paSendRTV2Response>")],
    ["two answers", verdict("paSendRTV2", "<p:paSendRTV2Response><outcome>OK</outcome></p:paSendRTV2Response>".repeat(2))],
    ["nothing", verdict("paSendRTV2", "")],
    ["a SOAP fault", verdict("paSendRTV2", "<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>")],
  ])("%s", (_name, outcome) => expect(outcome).toBe(bad));

  test.each([
    ["no XML", "OK"],
    ["cut XML", envelope(verifyOk).slice(0, 200)],
    ["a document type", `<!DOCTYPE x [<!ENTITY e "e">]>${envelope(verifyOk)}`],
    ["SOAP 1.2", envelope(verifyOk).replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")],
    ["a header behind the body", envelope(verifyOk).replace("</s:Body>", "</s:Body><s:Header/>")],
    ["two headers", envelope(verifyOk).replace("<s:Body>", "<s:Header/><s:Header/><s:Body>")],
    ["the answer outside the body", envelope("").replace("<s:Body></s:Body>", verifyOk)],
  ])("%s", (_name, text) => {
    expect(judge("paVerifyPaymentNotice", Buffer.from(text), institutions)).toMatchObject({ outcome: "KO", fault: { faultCode: "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE" } });
  });
});

test.each([
  ["UTF-8 with a mark", "\uFEFF", "utf8", ""],
  ["UTF-16", "\uFEFF", "utf16le", '<?xml version="1.0" encoding="UTF-16"?>'],
  ["Latin-1", "", "latin1", '<?xml version="1.0" encoding="ISO-8859-1"?>'],
  ["a document type in a comment", "", "utf8", "<!-- <!DOCTYPE x> -->"],
] as const)("an answer in %s is read as it says", (_name, mark, encoding, prolog) => {
  const named = verifyOk.replace(/(<companyName>).*(<\/companyName>)/, `$1${"à".repeat(140)}$2`);
  const message = Buffer.from(mark + prolog + envelope(named), encoding);
  expect(judge("paVerifyPaymentNotice", message, institutions)).toMatchObject({ outcome: "OK", answer: { companyName: "à".repeat(140) } });
});

test("a valid KO reaches the PSP with the creditor's own words, known code or not", () => {
  for (const code of ["PAA_PAGAMENTO_DUPLICATO", "PAA_CIAO"]) {
    expect(judge("paVerifyPaymentNotice", Buffer.from(envelope(ko("paVerifyPaymentNoticeRes", code))), institutions)).toMatchObject({
      outcome: "KO",
      fault: { faultCode: "PPT_ERRORE_EMESSO_DA_PAA", originalFaultCode: code, originalFaultString: "testo" },
    });
  }
});

const sample: Record<string, string> = {
  text35: "77777777777", creditorCode: "77777777777", noticeNumber: "302001069073736611", amount: "10.00", amountNotZero: "10.00", outcome: "OK", day: "2026-01-31", instant: "2026-01-31T10:00:00",
  dateTime: "2026-01-31T10:00:00", boolean: "true", personType: "F", alpha2: "IT", email: "a@b.it", transferIndex: "1", transferType: "POSTAL", base64Binary: "AAAA", stampType: "01", serviceId: "00001",
};
const filled = (type: ComplexType): Message =>
  Object.fromEntries(
    placesOf(type).map(([first]): [string, Value] => {
      const { name, type: fieldType, most } = first!;
      if (!isComplex(fieldType)) return [name, sample[fieldType] ?? "testo"];
      return [name, most > 1 ? [filled(fieldType)] : filled(fieldType)];
    }),
  );

test.each(Object.keys(operations) as Operation[])("%s is written by the contract in both styles, whatever the order of the fields", operation => {
  const message = filled(operations[operation].requestType);
  const shuffled = Object.fromEntries(Object.entries(message).reverse());
  for (const style of styles) expect(readRequest(operation, writeRequest(operation, shuffled, style))).toEqual(message);
  expect(writeRequest(operation, message, "defaulted")).toContain('<idPA xmlns="">');
});
