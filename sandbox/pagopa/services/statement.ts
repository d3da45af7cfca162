import type { Flow } from "./flows.ts";

/** The account of the creditor in the statements of this bank, and what else moved on it: bookings that have nothing to do with pagoPA. */
const account = "IT60X0542811101000000123456";
const others = [{ euro: "812.50", sign: "CRDT", causale: "Canone di locazione" }, { euro: "1250.00", sign: "DBIT", causale: "Fornitura di energia" }] as const;

/**
 * A bank statement (CAMT.053) of the creditor's account for one day: a credit for each flow whose money was wired on it, at the
 * sum that its provider declared first, for what was wired is not changed by a revision; and two bookings of other origin.
 */
export function statementOf(flows: readonly Flow[], day: string): string {
  const wired = flows.filter(({ regulationDate, revision }) => regulationDate === day && revision === 1);
  const entries = [
    ...wired.map(({ declaredSum, fdr, regulation }) => ({ euro: (declaredSum / 100).toFixed(2), sign: "CRDT", causale: `/PUR/LGPE-RIVERSAMENTO/URI/${fdr}`, reference: regulation })),
    ...others.map((other, index) => ({ ...other, reference: `ALTRO${day}${index}` })),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>EC${day}</MsgId><CreDtTm>${day}T23:30:00+01:00</CreDtTm></GrpHdr>
<Stmt><Id>${day}</Id><CreDtTm>${day}T23:30:00+01:00</CreDtTm><FrToDt><FrDtTm>${day}T00:00:00+01:00</FrDtTm><ToDtTm>${day}T23:59:59+01:00</ToDtTm></FrToDt><Acct><Id><IBAN>${account}</IBAN></Id></Acct>
${entries.map(({ euro, sign, causale, reference }) => `<Ntry><Amt Ccy="EUR">${euro}</Amt><CdtDbtInd>${sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt><AcctSvcrRef>${reference}</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><TxId>${reference}</TxId></Refs><RmtInf><Ustrd>${causale}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`).join("\n")}
</Stmt></BkToCstmrStmt></Document>
`;
}
