/** The number on a payment notice (codice avviso): 18 digits, beginning with the auxiliary digit 3. */
export type NoticeNumber = string & { readonly "notice number": true };

/** The number by which one payment is told from all others of an administration (IUV), for ever: 17 digits. */
export type Iuv = string & { readonly iuv: true };

export interface NoticeParts {
  /** 00 to 99: which of the administration's generation points made the number. pagoPA assigns 00 to 45. */
  readonly segregationCode: string;
  /** 13 digits, unique within the segregation code. */
  readonly base: string;
  /** Whether the last two digits are those that the rule computes. Numbers made elsewhere may have others. */
  readonly checkDigitsHold: boolean;
}

/** The only auxiliary digit still to be used: the number of the notice then holds its IUV. */
const AUX_DIGIT = "3";

/**
 * Makes the number of a notice: auxiliary digit, segregation code, base, check digits.
 *
 * `segregationCode` is two digits; `base` is an integer of at most 13 digits, filled with zeros on the left. Throws
 * `RangeError` for anything else.
 * Source: pagoPA, Specifiche Attuative dei Codici identificativi 3.2.1, section on the IUV.
 */
export function noticeNumber(segregationCode: string, base: bigint): NoticeNumber {
  if (!/^\d{2}$/.test(segregationCode)) throw new RangeError("a segregation code is two digits");
  if (base < 0n || base > 9_999_999_999_999n) throw new RangeError("the base of an IUV has at most 13 digits");
  const head = AUX_DIGIT + segregationCode + base.toString().padStart(13, "0");
  return (head + checkDigits(head)) as NoticeNumber;
}

/** The two check digits: the sixteen digits before them, read as one integer, modulo 93. */
const checkDigits = (head: string): string => (BigInt(head) % 93n).toString().padStart(2, "0");

/** The IUV that stands in a notice number: everything behind the auxiliary digit. */
export const iuvOf = (notice: NoticeNumber): Iuv => notice.slice(1) as Iuv;

/** The notice number that an IUV belongs to. */
export const noticeOf = (iuv: Iuv): NoticeNumber => (AUX_DIGIT + iuv) as NoticeNumber;

/**
 * Reads a notice number as people write it, in groups or not; nothing when it is none: 18 digits of which the first is 3.
 * Check digits are reported, not enforced: whoever pays may verify them but need not, and numbers with others are about.
 */
export function parseNoticeNumber(written: string): { readonly notice: NoticeNumber; readonly parts: NoticeParts } | undefined {
  const notice = written.replace(/\s/g, "");
  if (!/^3\d{17}$/.test(notice)) return undefined;
  const parts = { segregationCode: notice.slice(1, 3), base: notice.slice(3, 16), checkDigitsHold: notice.slice(16) === checkDigits(notice.slice(0, 16)) };
  return { notice: notice as NoticeNumber, parts };
}

/** An IUV by its form, 17 digits; nothing when it is none. */
export const parseIuv = (written: string): Iuv | undefined => (/^\d{17}$/.test(written) ? (written as Iuv) : undefined);

/** As a notice prints it, in groups of four: `3020 0106 9073 7366 11`. */
export const formatNoticeNumber = (notice: NoticeNumber): string => notice.replace(/(\d{4})(?=\d)/g, "$1 ");
