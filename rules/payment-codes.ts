import type { NoticeNumber } from "./notice-number.ts";

/** What the codes on a notice say of one thing to pay. */
export interface CodedDue {
  readonly noticeNumber: NoticeNumber;
  /** Whoever issued the notice: eleven digits. */
  readonly creditorFiscalCode: string;
  readonly amountCents: number;
}

/**
 * The text of a notice's QR code: the amount in cents, with two digits at least and eleven at most.
 *
 * Throws `RangeError` for what the text cannot say. Source: pagoPA, Avviso di pagamento 3.5.1, Codice QR.
 */
export const qrText = ({ noticeNumber, creditorFiscalCode, amountCents }: CodedDue): string =>
  ["PAGOPA", "002", noticeNumber, eleven(creditorFiscalCode), cents(amountCents, 11).padStart(2, "0")].join("|");

/** What the Data Matrix of a Bollettino Postale PA says besides. */
export interface PostalDue extends CodedDue {
  /** Number of the creditor's postal account, of twelve digits at most. */
  readonly account: string;
  readonly debtor: { readonly name: string; readonly fiscalCode: string };
  readonly subject: string;
}

/** The code line of a Bollettino Postale PA: each field behind its length, and 896, the kind of the form. */
export const postalCodeLine = ({ noticeNumber, account, amountCents }: Pick<PostalDue, "noticeNumber" | "account" | "amountCents">): string =>
  `18${noticeNumber}12${digits(account, 12)}10${cents(amountCents, 10).padStart(10, "0")}3896`;

/**
 * The text of the Data Matrix of a Bollettino Postale PA, always of 256 characters: where the slip is handled, the code
 * line, the phase of payment, who is paid, who owes what for.
 *
 * Throws `RangeError` for what the text cannot say, such as an amount of more than ten digits. Source: the layout that
 * the IO app reads and that creditors' software in production writes; the manual of Poste Italiane is not public.
 */
export const postalText = (due: PostalDue): string =>
  `codfase=NBPA;${postalCodeLine(due)}1P1${eleven(due.creditorFiscalCode)}${field(due.debtor.fiscalCode, 16)}${field(due.debtor.name, 40)}${field(due.subject, 110)}${" ".repeat(12)}A`;

/** The number of the account in a postal IBAN: its last twelve digits, without the zeros that fill them up. */
export const postalAccountOf = (iban: string): string => iban.slice(-12).replace(/^0+(?=\d)/, "");

function cents(amount: number, most: number): string {
  if (!Number.isSafeInteger(amount) || amount < 1 || String(amount).length > most) throw new RangeError(`an amount is a whole number of cents, of ${most} digits at most`);
  return String(amount);
}

function digits(text: string, length: number): string {
  if (!/^\d+$/.test(text) || text.length > length) throw new RangeError(`a number of ${length} digits at most`);
  return text.padStart(length, "0");
}

function eleven(fiscalCode: string): string {
  if (!/^\d{11}$/.test(fiscalCode)) throw new RangeError("a creditor's fiscal code is eleven digits");
  return fiscalCode;
}

const field = (text: string, length: number): string => plain(text).slice(0, length).padEnd(length);

/** Letters that no accent makes of others. */
const letters: Readonly<Record<string, string>> = { Æ: "AE", Œ: "OE", Ø: "O", Ł: "L", Đ: "D", Ð: "D", Þ: "TH", Ħ: "H", Ŧ: "T", ı: "I", "’": "'", "‘": "'", "–": "-", "—": "-" };

/** Capitals without accents, digits and the few signs that the form knows; a space for whatever else. */
const plain = (text: string): string =>
  text.toUpperCase().replace(/[^ -~]/g, letter => letters[letter] ?? letter).normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Z0-9 &',.:_-]/g, " ").replace(/ +/g, " ").trim();
