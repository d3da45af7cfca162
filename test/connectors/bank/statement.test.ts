import { describe, expect, test } from "@jest/globals";
import { readRemittance } from "../../../connectors/bank/remittance.ts";
import { mostStatementBytes, readStatements, type NotAStatement } from "../../../connectors/bank/statement.ts";

const namespace = (version: string) => `urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}`;
const iban = "IT60X0542811101000000123456";
const period = "<FrToDt><FrDtTm>2026-07-01T00:00:00</FrDtTm><ToDtTm>2026-07-02T23:59:59+02:00</ToDtTm></FrToDt>";
const file = (entries: string, { version = "02", head = "", within = period, account = `<IBAN>${iban}</IBAN>` } = {}): Buffer =>
  Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${head}<Document xmlns="${namespace(version)}"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-07-02T23:00:00</CreDtTm></GrpHdr>`
    + `<Stmt><Id>S1</Id><CreDtTm>2026-07-02T23:00:00</CreDtTm>${within}<Acct><Id>${account}</Id></Acct>${entries}</Stmt></BkToCstmrStmt></Document>`);
const causale = "/PUR/LGPE-RIVERSAMENTO/URI/2026-07-01PSPTEST1-0000000001";
const entry = ({ amount = `<Amt Ccy="EUR">46.30</Amt>`, sign = "CRDT", status = "BOOK", day = "<Dt>2026-07-02</Dt>", more = "", details = `<TxDtls><RmtInf><Ustrd>${causale}</Ustrd></RmtInf></TxDtls>` } = {}): string =>
  `<Ntry>${amount}<CdtDbtInd>${sign}</CdtDbtInd>${more}<Sts>${status}</Sts><BookgDt>${day}</BookgDt><AcctSvcrRef>REF1</AcctSvcrRef><NtryDtls>${details}</NtryDtls></Ntry>`;
const credits = (entries: string, options?: Parameters<typeof file>[1]) => readStatements(file(entries, options))[0]!.credits;
const reason = (bytes: Uint8Array): string => {
  try {
    readStatements(bytes);
    return "READ";
  } catch (error) {
    return (error as NotAStatement).reason;
  }
};
const flowName = "2026-07-01PSPTEST1-0000000001";

describe("a causale", () => {
  test.each([
    [causale, flowName], [`RI1${causale} ACCREDITO BOLLETTINO P.A.`, flowName], [causale.replaceAll("/", " ").trim(), flowName],
    ["/ZZ2BANCA/ZZ3Comune/PUR/LGPE-RIVERSAMENTO/URI/2026-07-01PSPTEST1-0000000001/ZZ4/4184", flowName], ["ACCREDITI VARI LGPE-RIVERSAMENTO/URI/2026-07-01 PSPTEST1-0000000001", flowName],
    ["/PUR/LGPE-RIVERSAMENTO/TXT/2/URI/2026-07-01PSPTEST1-0000000001", flowName], [causale.slice(0, 40) + "\n" + causale.slice(40), flowName], [causale.toLowerCase(), flowName.toLowerCase()],
  ])("%j names a flow", (text, name) => expect(readRemittance(text)).toEqual({ flowName: name }));

  test.each([
    ["/RFB/02001069073736611/46.30/TXT/Permesso ZTL", "02001069073736611"], ["/RFB/02001069073736611", "02001069073736611"], ["RFB 02001069073736611 ORD BANCA", "02001069073736611"],
    ["/RFS/RF23567483937849450550875/10.00", "RF23567483937849450550875"], ["/rfs/rf23567483937849450550875", "RF23567483937849450550875"],
  ])("%j names a payment", (text, iuv) => expect(readRemittance(text)).toEqual({ iuv }));

  test.each(["", "Affitto di luglio", "/RFB/", "/RFB/123", "PERFB/02001069073736611", "/RFB/020010690737366110000/1.00", "/PUR/LGPE-RIVERSAMENTO/"])("%j is none of pagoPA's", text => expect(readRemittance(text)).toBeNull());
});

describe("a bank statement", () => {
  test("is read: account, days, and what was credited and booked", () => {
    expect(readStatements(file(entry()))).toEqual([{ iban, reference: "S1", fromDay: "2026-07-01", toDay: "2026-07-02", credits: [{ bookedOn: "2026-07-02", amountCents: 4_630, reference: "REF1", remittance: { flowName } }] }]);
    const others = entry({ sign: "DBIT" }) + entry({ status: "PDNG" }) + entry({ more: "<RvslInd>true</RvslInd>" }) + entry({ status: "INFO" });
    expect(credits(others)).toEqual([]);
  });

  test.each(["02", "04", "06", "08", "13"])("of version %s, with the state as text or as a code and the day as a date or a time", version => {
    expect(credits(entry({ status: "<Cd>BOOK</Cd>", day: "<DtTm>2026-07-02T00:30:00+02:00</DtTm>" }), { version })).toMatchObject([{ bookedOn: "2026-07-02", amountCents: 4_630 }]);
  });

  test.each([["46.3", 4_630], ["46", 4_600], ["46.30000", 4_630], ["0.01", 1], ["1234567890123.45", 123_456_789_012_345]])("has %s euro as %i cents", (text, cents) => {
    expect(credits(entry({ amount: `<Amt Ccy="EUR">${text}</Amt>` }))).toMatchObject([{ amountCents: cents }]);
  });

  test("takes a booking that gathers transactions for as many credits, if each has its amount and they come to the booking", () => {
    const part = (euro: string, iuv: string) => `<TxDtls><Refs><AcctSvcrRef>${iuv.slice(-1)}</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">${euro}</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>/RFB/${iuv}</Ustrd></RmtInf></TxDtls>`;
    expect(credits(entry({ details: part("40.00", "02001069073736611") + part("6.30", "02001069073736612") }))).toEqual([
      { bookedOn: "2026-07-02", amountCents: 4_000, reference: "1", remittance: { iuv: "02001069073736611" } }, { bookedOn: "2026-07-02", amountCents: 630, reference: "2", remittance: { iuv: "02001069073736612" } },
    ]);
    expect(credits(entry({ details: part("40.00", "02001069073736611") + part("6.31", "02001069073736612") }))).toMatchObject([{ amountCents: 4_630, remittance: { iuv: "02001069073736611" } }]);
  });

  test("puts together a causale that was cut in two, and finds one in what the bank adds", () => {
    expect(credits(entry({ details: `<TxDtls><RmtInf><Ustrd>${causale.slice(0, 30)}</Ustrd><Ustrd>${causale.slice(30)}</Ustrd></RmtInf></TxDtls>` }))).toMatchObject([{ remittance: { flowName } }]);
    expect(credits(entry({ details: `<TxDtls><AddtlTxInf>${causale}</AddtlTxInf></TxDtls>` }))).toMatchObject([{ remittance: { flowName } }]);
  });

  test("has the days of its bookings where it says none of its own", () => {
    expect(readStatements(file(entry(), { within: "" }))).toMatchObject([{ fromDay: "2026-07-02", toDay: "2026-07-02" }]);
    expect(readStatements(file("", { within: "" }))).toMatchObject([{ fromDay: "2026-07-02", toDay: "2026-07-02", credits: [] }]);
  });

  test.each([
    ["nothing", Buffer.alloc(0), "NOT_XML"], ["no XML", Buffer.from("Data;Importo\n"), "NOT_XML"], ["cut off", file(entry()).subarray(0, 400), "NOT_XML"], ["in UTF-16", Buffer.from(file(entry()).toString(), "utf16le"), "NOT_XML"],
    ["another message", Buffer.from(file(entry()).toString().replace("camt.053.001.02", "camt.052.001.02")), "NOT_CAMT_053"], ["another root", Buffer.from(`<Stmt xmlns="${namespace("02")}"/>`), "NOT_CAMT_053"],
    ["of an account without IBAN", file(entry(), { account: "<Othr><Id>1</Id></Othr>" }), "INCOMPLETE"], ["of another currency", file(entry({ amount: `<Amt Ccy="USD">1.00</Amt>` })), "CURRENCY"],
    ["with parts of cents", file(entry({ amount: `<Amt Ccy="EUR">1.005</Amt>` })), "INCOMPLETE"], ["without the day of a booking", file(entry({ day: "" })), "INCOMPLETE"],
    ["with a document type", file(entry(), { head: `<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>` }), "DOCTYPE"],
    ["with entities that grow", file(entry(), { head: `<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>` }), "DOCTYPE"],
    ["too deep", Buffer.from(`<Document xmlns="${namespace("02")}">${"<a>".repeat(400)}${"</a>".repeat(400)}</Document>`), "NOT_XML"],
    ["too large", Buffer.alloc(mostStatementBytes + 1, " "), "TOO_LARGE"],
  ])("is not what is %s", (_name, bytes, expected) => expect(reason(bytes)).toBe(expected));
});
