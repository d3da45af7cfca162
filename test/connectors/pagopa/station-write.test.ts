import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { judge } from "../../../connectors/pagopa/contract.ts";
import { withBody } from "../../../connectors/pagopa/envelope.ts";
import { paaFaults, temporaryFailure, writeResponse, type AccountTransfer, type NoticeFault, type PaymentDue, type ReceiptFault, type StampTransfer, type StationAnswer } from "../../../connectors/pagopa/station.ts";
import { N } from "./messages.ts";
import { children, messageIn, namesIn, valueAt } from "./xml.ts";

/** Writes an answer, and lets it out only when our schema takes it. */
function written(answer: StationAnswer): string {
  const { status, body } = writeResponse(answer);
  expect(status).toBe(200);
  expect({ verdict: withBody(Buffer.from(body), judge), body }).toMatchObject({ verdict: { valid: true } });
  return body;
}

const offer = { amountCents: 12_050, dueDate: "2026-06-30", detail: "Rata unica", allPostal: true, description: "TARI 2026", creditorFiscalCode: "00480530047", companyName: "Comune di Cuneo", officeName: "Tributi" } as const;
const account: AccountTransfer = { amountCents: 10_450, fiscalCode: "00480530047", companyName: "Comune di Cuneo", iban: "IT60X0542811101000000123456", postalIban: "IT45R0760103200000000001016", remittanceInformation: "/RFB/02001069073736611/104.50", category: "9/0101101IM/", metadata: [{ key: "year", value: "2026" }] };
const stamp: StampTransfer = { amountCents: 1_600, fiscalCode: "00480530047", stamp: { documentHash: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", province: "CN" }, remittanceInformation: "bollo", category: "9/0301116TS/" };
const due: PaymentDue<AccountTransfer> = {
  iuv: "02001069073736611", dueDate: "2026-06-30", description: "TARI 2026", companyName: "Comune di Cuneo", officeName: "Tributi",
  debtor: { type: "PERSON", code: "BRTLCU80A01D205X", fullName: "Lucia Bertò", streetName: "Via Roma", civicNumber: "00012", postalCode: "12100", city: "Cuneo", province: "CN", country: "IT", email: "lucia@example.test" },
  transfers: [account], metadata: [{ key: "position", value: "42" }],
};
const given = (payment: Partial<PaymentDue<AccountTransfer | StampTransfer>>): string => written({ operation: "GET_PAYMENT", version: 2, outcome: "OK", payment: { ...due, ...payment } });
const transfersIn = (xml: string) => children(children(children(messageIn(xml))[1]!).find(({ nodeName }) => nodeName === "transferList")!);
const textIn = (element: ReturnType<typeof messageIn>, name: string) => children(element).find(({ nodeName }) => nodeName === name)?.textContent;

describe("answers", () => {
  test("what a notice costs", () => {
    const xml = written({ operation: "VERIFY_NOTICE", outcome: "OK", ...offer });
    expect(messageIn(xml).namespaceURI).toBe(N);
    expect(namesIn(messageIn(xml))).toEqual(["outcome", "paymentList", "paymentDescription", "fiscalCodePA", "companyName", "officeName"]);
    const option = (name: string) => valueAt(xml, "paVerifyPaymentNoticeRes", "paymentList", "paymentOptionDescription", name);
    expect([option("amount"), option("options"), option("dueDate"), option("detailDescription"), option("allCCP")]).toEqual(["120.50", "EQ", "2026-06-30", "Rata unica", "true"]);
  });

  test("a notice made on demand", () => {
    const xml = written({ operation: "DEMAND_NOTICE", outcome: "OK", noticeNumber: "302001069073736611", ...offer });
    expect(namesIn(messageIn(xml)).slice(0, 3)).toEqual(["outcome", "qrCode", "paymentList"]);
    expect(valueAt(xml, "paDemandPaymentNoticeResponse", "qrCode", "noticeNumber")).toBe("302001069073736611");
  });

  test("what is to be paid: accounts and stamps, numbered, and their sum", () => {
    const xml = given({ transfers: [account, stamp] });
    const value = (...path: string[]) => valueAt(xml, "paGetPaymentV2Response", "data", ...path);
    expect([value("creditorReferenceId"), value("paymentAmount"), value("dueDate"), value("debtor", "e-mail")]).toEqual(["02001069073736611", "120.50", "2026-06-30", "lucia@example.test"]);
    expect(transfersIn(xml).map(namesIn)).toEqual([
      ["idTransfer", "transferAmount", "fiscalCodePA", "companyName", "IBAN", "remittanceInformation", "transferCategory", "metadata"],
      ["idTransfer", "transferAmount", "fiscalCodePA", "richiestaMarcaDaBollo", "remittanceInformation", "transferCategory"],
    ]);
    expect(transfersIn(xml).map(transfer => [textIn(transfer, "idTransfer"), textIn(transfer, "transferAmount")])).toEqual([["1", "104.50"], ["2", "16.00"]]);
    expect(children(transfersIn(xml)[1]!)[3]!.textContent).toBe("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=01CN");
  });

  test("the older answer has no company name in a transfer, and no stamp", () => {
    const xml = written({ operation: "GET_PAYMENT", version: 1, outcome: "OK", payment: due });
    expect(messageIn(xml).localName).toBe("paGetPaymentRes");
    expect(transfersIn(xml).flatMap(namesIn)).not.toContain("companyName");
    expect(() => writeResponse({ operation: "GET_PAYMENT", version: 1, outcome: "OK", payment: { ...due, transfers: [stamp as unknown as AccountTransfer] } })).toThrow(RangeError);
  });

  test("the accounts that were asked for", () => {
    const bank = account.iban, postal = account.postalIban;
    const { postalIban: _, ...noPostal } = account;
    const accountOf = (xml: string) => transfersIn(xml).map(transfer => [textIn(transfer, "IBAN"), textIn(transfer, "metadata")]);
    expect(accountOf(given({ transfers: [account, noPostal] }))).toEqual([[bank, "year2026"], [bank, "year2026"]]);
    expect(accountOf(given({ transfers: [account, noPostal], transferType: "POSTAL" }))).toEqual([[postal, "year2026"], [bank, "year2026"]]);
    expect(accountOf(given({ transfers: [account, noPostal], transferType: "PAGOPA" }))).toEqual([[bank, `IBANAPPOGGIO${postal}year2026`], [bank, "year2026"]]);
  });

  test.each([1, 2] as const)("a receipt taken, version %p", version => {
    expect(namesIn(messageIn(written({ operation: "SEND_RECEIPT", version, outcome: "OK" })))).toEqual(["outcome"]);
  });
});

describe("refusals", () => {
  const codes: Record<NoticeFault | "RECEIPT_DUPLICATE", string> = {
    INVALID: "PAA_SINTASSI_EXTRAXSD", CREDITOR_UNKNOWN: "PAA_ID_DOMINIO_ERRATO", BROKER_UNKNOWN: "PAA_ID_INTERMEDIARIO_ERRATO", STATION_UNKNOWN: "PAA_STAZIONE_INT_ERRATA",
    NOTICE_UNKNOWN: "PAA_PAGAMENTO_SCONOSCIUTO", ALREADY_PAID: "PAA_PAGAMENTO_DUPLICATO", IN_PROGRESS: "PAA_PAGAMENTO_IN_CORSO", EXPIRED: "PAA_PAGAMENTO_SCADUTO",
    CANCELLED: "PAA_PAGAMENTO_ANNULLATO", RECEIPT_DUPLICATE: "PAA_RECEIPT_DUPLICATA", SEMANTIC: "PAA_SEMANTICA", SYSTEM_ERROR: "PAA_SYSTEM_ERROR",
  };
  const faults = Object.keys(paaFaults) as (keyof typeof paaFaults)[];
  const receiptFaults: ReceiptFault[] = ["INVALID", "CREDITOR_UNKNOWN", "BROKER_UNKNOWN", "STATION_UNKNOWN", "RECEIPT_DUPLICATE", "SEMANTIC"];

  test.each(faults)("%s has its code in every operation that may say it", fault => {
    const ko = { outcome: "KO", faultId: "00480530047", description: "perché" } as const;
    const answers: StationAnswer[] = fault === "RECEIPT_DUPLICATE" ? [] : [
      { operation: "VERIFY_NOTICE", fault, ...ko }, { operation: "DEMAND_NOTICE", fault, ...ko }, { operation: "GET_PAYMENT", version: 1, fault, ...ko }, { operation: "GET_PAYMENT", version: 2, fault, ...ko },
    ];
    const receiptFault = receiptFaults.find(name => name === fault);
    if (receiptFault) answers.push({ operation: "SEND_RECEIPT", version: 1, fault: receiptFault, ...ko }, { operation: "SEND_RECEIPT", version: 2, fault: receiptFault, ...ko });
    expect(answers.length).toBeGreaterThanOrEqual(2);
    for (const answer of answers) {
      const message = messageIn(written(answer));
      expect(namesIn(message)).toEqual(["outcome", "fault"]);
      expect(textIn(message, "outcome")).toBe("KO");
      const bean = children(message)[1]!;
      expect(namesIn(bean)).toEqual(["faultCode", "faultString", "id", "description"]);
      expect([textIn(bean, "faultCode"), textIn(bean, "id"), textIn(bean, "description")]).toEqual([codes[fault], "00480530047", "perché"]);
      expect(textIn(bean, "faultString")).not.toBe("");
    }
  });

  test("a failure that may pass is no answer at all, so that a receipt comes again", () => {
    const { status, body } = temporaryFailure();
    expect(status).toBe(500);
    expect([valueAt(body, "Fault", "faultcode"), valueAt(body, "Fault", "faultstring")]).toEqual(["soapenv:Server", "TEMPORARY_FAILURE"]);
    expect(namesIn(messageIn(body))).toEqual(["faultcode", "faultstring"]);
    expect(() => withBody(Buffer.from(body), element => { if (!judge(element).valid) throw new Error("no answer of the contract"); })).toThrow("no answer of the contract");
  });
});

describe("whatever the hub puts into an answer", () => {
  test("euro are exact for every amount", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 99_999_999_999 }), cents => {
      const xml = written({ operation: "VERIFY_NOTICE", outcome: "OK", ...offer, amountCents: cents });
      const euro = valueAt(xml, "paVerifyPaymentNoticeRes", "paymentList", "paymentOptionDescription", "amount")!;
      expect(euro).toMatch(/^\d+\.\d{2}$/);
      expect(BigInt(euro.replace(".", ""))).toBe(BigInt(cents));
    }));
  });

  const anyText = fc.string({ unit: "binary", maxLength: 300 });
  test("text stays inside the contract: escaped, without what XML cannot carry, cut between characters", () => {
    fc.assert(fc.property(anyText, anyText, anyText, (a, b, c) => {
      const xml = written({ operation: "VERIFY_NOTICE", outcome: "OK", ...offer, description: `x${a}`, companyName: `y${b}`, detail: c, officeName: c });
      expect(valueAt(xml, "paVerifyPaymentNoticeRes", "paymentDescription")!.startsWith("x")).toBe(true);
      given({ description: `x${a}`, companyName: `y${b}`, officeName: c, debtor: { type: "ORGANISATION", code: "ANONIMO", fullName: `z${a}`, streetName: b, civicNumber: c, postalCode: a, city: b, province: c, country: a, email: b } });
      written({ operation: "VERIFY_NOTICE", outcome: "KO", fault: "SEMANTIC", faultId: a, description: b });
    }), { numRuns: 300 });
  });

  test("text is what it was when it fits", () => {
    const description = `<a href="x">&amp; ]]> 'è' \uD834\uDD1E\tz`;
    expect(valueAt(written({ operation: "VERIFY_NOTICE", outcome: "OK", ...offer, description }), "paVerifyPaymentNoticeRes", "paymentDescription")).toBe(description);
    // Seventy characters of two units each: Java's validator counts units, and the field holds 140.
    const long = `x${"\uD834\uDD1E".repeat(141)}`;
    expect(valueAt(written({ operation: "VERIFY_NOTICE", outcome: "OK", ...offer, description: long }), "paVerifyPaymentNoticeRes", "paymentDescription")).toBe(long.slice(0, 139));
    expect(valueAt(written({ operation: "VERIFY_NOTICE", outcome: "OK", ...offer, description: "a\0b\u0008c\uFFFE\uD800" }), "paVerifyPaymentNoticeRes", "paymentDescription")).toBe("abc");
  });

  test("a detail that may be missing never stops a payment", () => {
    const { debtor } = due;
    const xml = given({ debtor: { ...debtor, country: "Italia", email: "nobody", city: "  ", province: "" } });
    expect(namesIn(children(children(messageIn(xml))[1]!).find(({ nodeName }) => nodeName === "debtor")!)).toEqual(["uniqueIdentifier", "fullName", "streetName", "civicNumber", "postalCode"]);
    expect(xml).not.toContain("metadata/>");
    expect(given({ metadata: [] })).not.toContain("<metadata></metadata>");
  });

  test.each<[string, Partial<PaymentDue<AccountTransfer | StampTransfer>>]>([
    ["no transfer", { transfers: [] }], ["six transfers", { transfers: Array<AccountTransfer>(6).fill(account) }],
    ["a transfer of nothing", { transfers: [{ ...account, amountCents: 0 }] }], ["half a cent", { transfers: [{ ...account, amountCents: 0.5 }] }], ["too much together", { transfers: [{ ...account, amountCents: 99_999_999_999 }, account] }],
    ["no day", { dueDate: "2026-02-30" }], ["an instant", { dueDate: "2026-02-03T00:00:00Z" }], ["a short IUV", { iuv: "0200106907373661" }],
    ["an empty description", { description: "\0 " }], ["no fiscal code", { transfers: [{ ...account, fiscalCode: "4805300471" }] }], ["no IBAN", { transfers: [{ ...account, iban: "IT60 X054" }] }],
    ["no digest", { transfers: [{ ...stamp, stamp: { documentHash: "x", province: "CN" } }] }], ["no province", { transfers: [{ ...stamp, stamp: { ...stamp.stamp, province: "Cuneo" } }] }],
    ["sixteen pairs", { metadata: Array.from({ length: 16 }, (_, key) => ({ key: `k${key}`, value: "v" })) }], ["an empty value", { metadata: [{ key: "k", value: "" }] }], ["a value of 141 characters", { metadata: [{ key: "k", value: "v".repeat(141) }] }],
    ["no code of a person", { debtor: { type: "PERSON", code: "", fullName: "Lucia" } }],
  ])("%s cannot be said, and the error does not repeat it", (_, payment) => {
    expect(() => writeResponse({ operation: "GET_PAYMENT", version: 2, outcome: "OK", payment: { ...due, ...payment } })).toThrow(RangeError);
    expect(() => writeResponse({ operation: "GET_PAYMENT", version: 2, outcome: "OK", payment: { ...due, ...payment } })).not.toThrow(/Lucia|BRTLCU|IT60/);
  });
});

test("the WSDL offers the six operations, each by its name, with the elements of the schema", () => {
  const wsdl = readFileSync(new URL("../../../connectors/pagopa/contract/paForNode.wsdl", import.meta.url), "utf8");
  const schema = readFileSync(new URL("../../../connectors/pagopa/contract/paForNode.xsd", import.meta.url), "utf8");
  const operations = [...wsdl.matchAll(/soapAction="(\w+)"/g)].map(([, name]) => name);
  expect(operations.sort()).toEqual(["paDemandPaymentNotice", "paGetPayment", "paGetPaymentV2", "paSendRT", "paSendRTV2", "paVerifyPaymentNotice"]);
  const elements = [...wsdl.matchAll(/element="m:(\w+)"/g)].map(([, name]) => name!);
  expect(new Set(elements).size).toBe(12);
  for (const element of elements) expect(schema).toContain(`  <xs:element name="${element}" type="${element}"/>`);
});
