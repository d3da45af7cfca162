import fc from "fast-check";
import type { Due, NoticePaper, PostalAccount, ReceiptPaper } from "../../paper/paper.ts";
import { noticeNumber } from "../../rules/notice-number.ts";

export const creditor = {
  name: "Comune di Cuneo", fiscalCode: "00480530047", department: "Settore Mobilità", information: "Per informazioni www.comune.cuneo.it · tel. 0171 4441", interbankCode: "A0B1C",
} as const;
export const debtor = { name: "Anna Maria Rossi", fiscalCode: "RSSNMR80A41D205X", address: "Via Roma 28, 12100 Cuneo CN" } as const;
export const postal: PostalAccount = { number: "1630209310", holder: "Comune di Cuneo - Servizio Tesoreria", authorisation: "AUT. DB/SISB/E 12345 DEL 01/02/2026" };

export const full: Due = { noticeNumber: noticeNumber("02", 10690737366n), amountCents: 12_050, dueOn: "2026-12-31" };

/** A notice that is paid in full; what is given replaces the rest. */
export const noticeOf = (other: Partial<NoticePaper> = {}): NoticePaper =>
  ({ kind: "NOTICE", madeAt: new Date("2026-11-23T10:00:00Z"), subject: "Permesso di transito nella ZTL per residenti", creditor, debtor, full, instalments: [], ...other });

/** So many instalments, each under its own number, for its own sum, on its own day. */
export const instalmentsOf = (count: number): NoticePaper["instalments"] =>
  Array.from({ length: count }, (_, index) => ({
    number: index + 1, noticeNumber: noticeNumber("02", BigInt(70_000 + index)), amountCents: 1_000 + index, dueOn: `20${27 + Math.trunc(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}-15`,
  }));

export const receipt: ReceiptPaper = {
  kind: "RECEIPT", madeAt: new Date("2026-11-24T09:30:01Z"), subject: "Permesso di transito nella ZTL per residenti", creditor, debtor, payer: { name: "Giulio Bianchi", fiscalCode: "BNCGLI80A01D205X" },
  noticeNumber: full.noticeNumber, iuv: full.noticeNumber.slice(1), amountCents: 12_050, provider: "Banca di esempio S.p.A.", method: "Postepay", paidAt: new Date("2026-11-24T09:30:00Z"),
  receiptId: "c110729d258c4ab1b765fe902aae41d6", paidTwice: false,
};

/** Anything that can be owed: the sum up to what the slip's code can say. */
export const anyDue: fc.Arbitrary<Due> = fc.record({
  noticeNumber: fc.tuple(fc.integer({ min: 0, max: 99 }), fc.bigInt({ min: 0n, max: 9_999_999_999_999n })).map(([code, base]) => noticeNumber(String(code).padStart(2, "0"), base)),
  amountCents: fc.oneof(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 100, max: 100_000 }), fc.integer({ min: 1, max: 9_999_999_999 })),
  dueOn: fc.date({ min: new Date("2026-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }).map(date => date.toISOString().slice(0, 10)),
});

/** Letters such as residents' names are written with. */
export const anyName = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."ABCDEILMNORSTUVZaeioubcdlmnrstvzàèéìòùÀÈÉÙçčćđłńñöőøßšşțüžŁĐØÆ'’ -.&,/"), minLength: 2, maxLength }).filter(name => /\p{L}/u.test(name));
