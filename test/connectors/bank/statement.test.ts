import { describe, expect, test } from "@jest/globals";
import { comparableReference } from "../../../connectors/bank/reference.ts";
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
const credits = async (entries: string, options?: Parameters<typeof file>[1]) => (await readStatements(file(entries, options)))[0]!.credits;
const reason = async (bytes: Uint8Array): Promise<string> => {
  try {
    await readStatements(bytes);
    return "READ";
  } catch (error) {
    return (error as NotAStatement).reason;
  }
};
const flowName = "2026-07-01PSPTEST1-0000000001";

test("what stands behind an instruction or a comment is read on, wherever it stands", async () => {
  const one = entry();
  const inside = one.replace("<Sts>", "<?bank note?><Sts>").replace("<RmtInf>", "<!-- a note --><?bank note?><RmtInf>");
  const read = await credits(`${one}<?bank note?>${inside}<!-- a note -->${one}`);
  expect(read).toEqual([...await credits(one), ...await credits(one), ...await credits(one)]);
});

describe("a causale", () => {
  test.each([
    [causale, flowName], [`RI1${causale} ACCREDITO BOLLETTINO P.A.`, flowName], [causale.replaceAll("/", " ").trim(), flowName],
    ["/ZZ2BANCA/ZZ3Comune/PUR/LGPE-RIVERSAMENTO/URI/2026-07-01PSPTEST1-0000000001/ZZ4/4184", flowName], ["ACCREDITI VARI LGPE-RIVERSAMENTO/URI/2026-07-01 PSPTEST1-0000000001", flowName],
    ["/PUR/LGPE-RIVERSAMENTO/TXT/2/URI/2026-07-01PSPTEST1-0000000001", flowName], [causale.slice(0, 40) + "\n" + causale.slice(40), flowName], [causale.toLowerCase(), flowName.toLowerCase()],
  ])("%j names a flow", (text, name) => expect(readRemittance(text)).toMatchObject({ flowName: name }));

  test.each([
    ["/RFB/02001069073736611/46.30/TXT/Permesso ZTL", "02001069073736611"], ["/RFB/02001069073736611", "02001069073736611"], ["RFB 02001069073736611 ORD BANCA", "02001069073736611"],
    ["/RFS/RF23567483937849450550875/10.00", "RF23567483937849450550875"], ["/rfs/rf23567483937849450550875", "RF23567483937849450550875"],
  ])("%j names a payment", (text, iuv) => expect(readRemittance(text)).toEqual({ iuv }));

  test.each(["", "Affitto di luglio", "/RFB/", "/RFB/123", "PERFB/02001069073736611", "/RFB/020010690737366110000/1.00", "Riversamento"])("%j is none of pagoPA's", text => expect(readRemittance(text)).toBeNull());
});

describe("a causale that the bank broke", () => {
  const readings = (text: string) => {
    const read = readRemittance(text);
    return read && "flowName" in read ? [read.flowName, ...(read.otherNames ?? [])] : read;
  };

  test.each([
    ...Array.from({ length: causale.length - 1 }, (_, at) => [`${causale.slice(0, at + 1)} ${causale.slice(at + 1)}`]),
    ...Array.from({ length: causale.length - 1 }, (_, at) => [`${causale.slice(0, at + 1)}\r\n    ${causale.slice(at + 1)} ORDINANTE POSTE`]),
    [`${causale}\nBONIFICO DA POSTE`], [`${causale} BON POSTE`], [causale.replace("2026", "20 26").replace("0000000001", "00000 00001")], [`LGPE-RIVERSAMENTO / URI / ${flowName}`],
  ])("%j can be read as the flow", text => expect(readings(text)).toContain(flowName));

  test.each([["/RFB/020010690 73736611/46.30", "02001069073736611"], ["/RFB/ 02001069073736611 ORD", "02001069073736611"], ["/RFB/02001069073\n736611/TXT/x", "02001069073736611"], ["RFB 020010690737366 11/46.30", "020010690737366"]])("%j names a payment", (text, iuv) =>
    expect(readRemittance(text)).toEqual({ iuv }));

  test("is never read as longer than a name is, and takes no time however long it is", () => {
    for (const name of readings(`${causale}${" AB".repeat(50_000)}`) as string[]) expect(name.length).toBeLessThanOrEqual(35);
    expect(readRemittance(`${"L ".repeat(50_000)}${"LGPE-".repeat(50_000)}`)).toBeNull();
  });
});

describe("a causale that was cut off", () => {
  test.each(["/PUR/LGPE-RIVERSAMENTO/", "ACCREDITI VARI /PUR/LGPE-RIVERSAM", "/PUR/LGPE-RIV ERSAMENTO/", "LGPE-RIVERSAMENTO/URI"])("%j is pagoPA's, and names nothing", text => expect(readRemittance(text)).toEqual({ names: "NOTHING" }));
});

describe("a reference of a transfer", () => {
  test.each([
    ["0306912345670103480206902069IT", "0306912345670103480206902069IT"], ["0306 9123-4567.0103/48", "030691234567010348"], ["sct20260701abi0001", "SCT20260701ABI0001"],
    ["NOTPROVIDED", null], ["NOT PROVIDED", null], ["0000000000000", null], ["123456789", null], ["-", null], ["", null], ["9".repeat(9), null], [`1${"2".repeat(35)}`, null], ["€€€€€€€€€€€€1", null],
  ])("%j is compared as %j", (written, comparable) => expect(comparableReference(written)).toBe(comparable));
});

describe("a bank statement", () => {
  test("is read: account, days, and what was credited and booked", async () => {
    expect(await readStatements(file(entry()))).toEqual([{ iban, reference: "S1", fromDay: "2026-07-01", toDay: "2026-07-02", credits: [{ bookedOn: "2026-07-02", amountCents: 4_630, reference: "REF1", references: [], remittance: { flowName } }] }]);
    const others = entry({ sign: "DBIT" }) + entry({ status: "PDNG" }) + entry({ more: "<RvslInd>true</RvslInd>" }) + entry({ status: "INFO" }) + entry({ sign: "DBIT", more: "<RvslInd>false</RvslInd>" });
    expect(await credits(others)).toEqual([]);
  });

  test.each(["true", "1"])("has a credit that was taken back (%s) below zero, each of its parts too", async yes => {
    expect(await credits(entry({ sign: "DBIT", more: `<RvslInd>${yes}</RvslInd>` }))).toMatchObject([{ amountCents: -4_630, remittance: { flowName } }]);
    expect(await credits(entry({ sign: "DBIT", more: `<RvslInd>${yes}</RvslInd>`, status: "PDNG" }))).toEqual([]);
  });

  test("brings every reference that may be the provider's own, wherever the bank puts it, each once", async () => {
    const refs = "<Refs><MsgId>MESSAGE0000001</MsgId><AcctSvcrRef>BANK 0000-0001</AcctSvcrRef><InstrId>INSTR00000001</InstrId><EndToEndId>NOTPROVIDED</EndToEndId><TxId>bank00000001</TxId><ClrSysRef>CLEAR00000001</ClrSysRef><Prtry><Tp>TRN</Tp><Ref>0306912345670103480206902069IT</Ref></Prtry></Refs>";
    const told = entry({ details: `<TxDtls>${refs}<RmtInf><Ustrd>Bonifico TRN: 1001234567890123456789</Ustrd></RmtInf></TxDtls>`, more: "<NtryRef>ENTRY00000001</NtryRef>" });
    expect((await credits(told))[0]!.references).toEqual(["ENTRY00000001", "BANK00000001", "INSTR00000001", "CLEAR00000001", "0306912345670103480206902069IT", "1001234567890123456789"]);
    const parts = ["A", "B"].map(name => `<TxDtls><Refs><TxId>TRN${name}00000001</TxId></Refs><Amt Ccy="EUR">23.15</Amt></TxDtls>`).join("");
    expect((await credits(entry({ details: parts }))).map(({ references }) => references)).toEqual([["TRNA00000001"], ["TRNB00000001"]]);
    expect((await credits(entry({ details: `<TxDtls><Refs>${"<Prtry><Ref>REFERENCE#</Ref></Prtry>".repeat(50).replaceAll("#", () => String(Math.trunc(1e6 + Math.random() * 1e6)))}</Refs></TxDtls>` })))[0]!.references).toHaveLength(16);
  });

  test("that gathers transactions without amounts of their own names what they name together, or says that it is several", async () => {
    const part = (text: string) => `<TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls>`;
    expect(await credits(entry({ details: part(causale) + part("Commissioni") + part(causale.toUpperCase()) }))).toMatchObject([{ amountCents: 4_630, remittance: { flowName } }]);
    expect(await credits(entry({ details: part(causale) + part(causale.replace("0001", "0002")) }))).toMatchObject([{ amountCents: 4_630, remittance: { names: "SEVERAL" } }]);
    expect(await credits(entry({ details: `<TxDtls><RmtInf><Strd><AddtlRmtInf>${causale.slice(0, 40)}</AddtlRmtInf></Strd><Strd><AddtlRmtInf>${causale.slice(40)}</AddtlRmtInf></Strd></RmtInf></TxDtls>` }))).toMatchObject([{ remittance: { flowName } }]);
  });

  test("of several accounts is as many; those in other currencies are left out", async () => {
    const one = file(entry()).toString();
    const stmt = /<Stmt>.*<\/Stmt>/s.exec(one)![0];
    const of = (iban2: string, currency: string) => stmt.replace(iban, iban2).replace("</Acct>", `<Ccy>${currency}</Ccy></Acct>`).replaceAll(`Ccy="EUR"`, `Ccy="${currency}"`);
    const several = Buffer.from(one.replace(stmt, of("IT02A0000000000000000000001", "EUR") + of("IT02A0000000000000000000002", "USD") + stmt));
    expect((await readStatements(several)).map(each => [each.iban, each.credits.length])).toEqual([["IT02A0000000000000000000001", 1], [iban, 1]]);
    expect(await reason(Buffer.from(one.replace(stmt, of(iban, "CHF"))))).toBe("CURRENCY");
  });

  test.each([
    ["with a byte order mark", (xml: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(xml)])],
    ["in ISO 8859-1", (xml: string) => Buffer.from(xml.replace("UTF-8", "ISO-8859-1"), "latin1")], ["without a declaration", (xml: string) => Buffer.from(xml.replace(/<\?xml.*?\?>/, ""))],
    ["in ISO 8859-15", (xml: string) => Buffer.from(xml.replace("UTF-8", "ISO-8859-15"), "latin1")], ["in Windows-1252", (xml: string) => Buffer.from(xml.replace("UTF-8", "windows-1252"), "latin1")],
    ["with CDATA, comments and character references", (xml: string) => Buffer.from(xml.replace("LGPE", "L<!-- x -->G<![CDATA[P]]>&#69;"))],
  ])("is read %s", async (_name, encode) => {
    const bytes = encode(file(entry({ details: `<TxDtls><RmtInf><Ustrd>Unit\u00e0 ${causale}</Ustrd></RmtInf></TxDtls>` })).toString());
    expect(await readStatements(bytes)).toMatchObject([{ credits: [{ amountCents: 4_630, remittance: { flowName } }] }]);
  });

  test("of the largest size is read", async () => {
    const line = entry();
    const many = Math.floor((mostStatementBytes - 1_000) / line.length);
    expect(await credits(line.repeat(many))).toHaveLength(many);
  });

  test.each(["02", "04", "06", "08", "13"])("of version %s, with the state as text or as a code and the day as a date or a time", async version => {
    expect(await credits(entry({ status: "<Cd>BOOK</Cd>", day: "<DtTm>2026-07-02T00:30:00+02:00</DtTm>" }), { version })).toMatchObject([{ bookedOn: "2026-07-02", amountCents: 4_630 }]);
  });

  test.each([["46.3", 4_630], ["46", 4_600], ["46.30000", 4_630], ["0.01", 1], ["1234567890123.45", 123_456_789_012_345], ["+46.30", 4_630], ["0000000000000046.30", 4_630], [".50", 50], ["46.", 4_600], ["0", 0]])("has %s euro as %i cents", async (text, cents) => {
    expect(await credits(entry({ amount: `<Amt Ccy="EUR">${text}</Amt>` }))).toMatchObject([{ amountCents: cents }]);
  });

  test("takes a booking that gathers transactions for as many credits, if each has its amount and they come to the booking", async () => {
    const part = (euro: string, iuv: string) => `<TxDtls><Refs><AcctSvcrRef>${iuv.slice(-1)}</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">${euro}</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>/RFB/${iuv}</Ustrd></RmtInf></TxDtls>`;
    expect(await credits(entry({ details: part("40.00", "02001069073736611") + part("6.30", "02001069073736612") }))).toEqual([
      { bookedOn: "2026-07-02", amountCents: 4_000, reference: "1", references: [], remittance: { iuv: "02001069073736611" } }, { bookedOn: "2026-07-02", amountCents: 630, reference: "2", references: [], remittance: { iuv: "02001069073736612" } },
    ]);
    expect(await credits(entry({ details: part("40.00", "02001069073736611") + part("6.31", "02001069073736612") }))).toMatchObject([{ amountCents: 4_630, remittance: { names: "SEVERAL" } }]);
  });

  test("takes transactions that are the parts of one transfer for one credit", async () => {
    const part = (euro: string, text: string) => `<TxDtls><Amt Ccy="EUR">${euro}</Amt><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls>`;
    const whole = [{ amountCents: 4_630, remittance: { flowName } }];
    expect(await credits(entry({ details: part("40.00", causale) + part("6.30", causale) }))).toMatchObject(whole);
    const named = entry({ details: part("40.00", "Parte 1") + part("6.30", "Parte 2") }).replace("</Ntry>", `<AddtlNtryInf>${causale}</AddtlNtryInf></Ntry>`);
    expect(await credits(named)).toMatchObject(whole);
    expect(await credits(entry({ details: part("40.00", causale) + part("6.30", "Affitto") }))).toMatchObject([{ amountCents: 4_000, remittance: { flowName } }, { amountCents: 630, remittance: null }]);
  });

  test("reads the name of a flow before what other lines say", async () => {
    const [credit] = await credits(entry({ details: `<TxDtls><RmtInf><Ustrd>${causale}</Ustrd><Ustrd>BONIFICO DA POSTE</Ustrd></RmtInf></TxDtls>` }));
    expect(credit!.remittance).toMatchObject({ otherNames: expect.arrayContaining([flowName]) as unknown });
  });

  test("puts together a causale that was cut in two, and finds one in what the bank adds", async () => {
    expect(await credits(entry({ details: `<TxDtls><RmtInf><Ustrd>${causale.slice(0, 30)}</Ustrd><Ustrd>${causale.slice(30)}</Ustrd></RmtInf></TxDtls>` }))).toMatchObject([{ remittance: { flowName } }]);
    expect(await credits(entry({ details: `<TxDtls><AddtlTxInf>${causale}</AddtlTxInf></TxDtls>` }))).toMatchObject([{ remittance: { flowName } }]);
  });

  test("finds the causale in what the bank adds to another, and the whole of it behind one that was cut off", async () => {
    for (const text of ["BONIFICO A VOSTRO FAVORE", causale.slice(0, 20), causale.slice(0, -6)]) {
      const [credit] = await credits(entry({ details: `<TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf><AddtlTxInf>${causale}</AddtlTxInf></TxDtls>` }));
      const { flowName: read, otherNames = [] } = credit!.remittance as { flowName: string; otherNames?: string[] };
      expect([read, ...otherNames]).toContain(flowName);
    }
  });

  test("has the days of its bookings where it says none of its own", async () => {
    expect(await readStatements(file(entry(), { within: "" }))).toMatchObject([{ fromDay: "2026-07-02", toDay: "2026-07-02" }]);
    expect(await readStatements(file("", { within: "" }))).toMatchObject([{ fromDay: "2026-07-02", toDay: "2026-07-02", credits: [] }]);
  });

  test.each([
    ["nothing", Buffer.alloc(0), "NOT_XML"], ["no XML", Buffer.from("Data;Importo\n"), "NOT_XML"], ["cut off", file(entry()).subarray(0, 400), "NOT_XML"], ["in UTF-16", Buffer.from(file(entry()).toString(), "utf16le"), "NOT_XML"],
    ["another message", Buffer.from(file(entry()).toString().replace("camt.053.001.02", "camt.052.001.02")), "NOT_CAMT_053"], ["another root", Buffer.from(`<Stmt xmlns="${namespace("02")}"/>`), "NOT_CAMT_053"],
    ["of an account without IBAN", file(entry(), { account: "<Othr><Id>1</Id></Othr>" }), "INCOMPLETE"], ["of another currency", file(entry({ amount: `<Amt Ccy="USD">1.00</Amt>` })), "CURRENCY"],
    ["with an amount that is none", file(entry({ amount: `<Amt Ccy="EUR">.</Amt>` })), "INCOMPLETE"], ["with a negative amount", file(entry({ amount: `<Amt Ccy="EUR">-1.00</Amt>` })), "INCOMPLETE"],
    ["with parts of cents", file(entry({ amount: `<Amt Ccy="EUR">1.005</Amt>` })), "INCOMPLETE"], ["without the day of a booking", file(entry({ day: "" })), "INCOMPLETE"],
    ["with a document type", file(entry(), { head: `<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>` }), "DOCTYPE"],
    ["with entities that grow", file(entry(), { head: `<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>` }), "DOCTYPE"],
    ["with a document type in an encoding that hides it", Buffer.from(file(entry(), { head: `<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>` }).toString().replace("UTF-8", "UTF-7").replace("<!DOCTYPE", "+ADw-!DOCTYPE")), "NOT_XML"],
    ["too deep", Buffer.from(`<Document xmlns="${namespace("02")}">${"<a>".repeat(400)}${"</a>".repeat(400)}</Document>`), "NOT_XML"],
    ["too large", Buffer.alloc(mostStatementBytes + 1, " "), "TOO_LARGE"],
  ])("is not what is %s", async (_name, bytes, expected) => expect(await reason(bytes)).toBe(expected));
});
