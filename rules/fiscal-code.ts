import { HubError } from "../kernel/errors.ts";

declare const brand: unique symbol;

/**
 * An Italian fiscal code that is formally right, in capital letters. Compare it as a string and never rewrite it: a code with
 * omocodia letters is its owner's real code, not a variant of another one.
 *
 * Formally right is not assigned: whether somebody bears it, only the registry knows.
 */
export type FiscalCode = string & { readonly [brand]: "FiscalCode" };

/**
 * Whom a code belongs to: `PERSON` 16 characters, `PROVISIONAL` a natural person's 11 digits until the definitive code is
 * given, `BODY` the 11 digits of bodies and of VAT numbers.
 */
export type FiscalCodeKind = "PERSON" | "PROVISIONAL" | "BODY";

/** Why a text is not a fiscal code. `SERIES`: eleven digits in a range that was never assigned. */
export type FiscalCodeFault = "LENGTH" | "SHAPE" | "DATE" | "CHECK_LETTER" | "SERIES" | "CHECK_DIGIT";

export type FiscalCodeReading =
  | { readonly valid: true; readonly code: FiscalCode; readonly kind: FiscalCodeKind }
  | { readonly valid: false; readonly fault: FiscalCodeFault };

const faultTexts: Readonly<Record<FiscalCodeFault, { readonly it: string; readonly en: string }>> = {
  LENGTH: { it: "Il codice fiscale deve avere 16 caratteri, oppure 11 cifre.", en: "A fiscal code has 16 characters, or 11 digits." },
  SHAPE: { it: "Il codice fiscale contiene caratteri in posizioni non ammesse: controlla di averlo scritto come sulla tessera sanitaria.", en: "The fiscal code has characters where they may not stand: check it against the health card." },
  DATE: { it: "Il codice fiscale contiene una data di nascita che non esiste: controlla le cifre centrali.", en: "The fiscal code holds a date of birth that does not exist: check the figures in the middle." },
  CHECK_LETTER: { it: "L’ultima lettera del codice fiscale non corrisponde: controlla di averlo scritto senza errori.", en: "The last letter of the fiscal code does not match: check it for typing errors." },
  SERIES: { it: "Il codice di 11 cifre non appartiene a nessuna serie assegnata.", en: "The 11-digit code belongs to no series that was ever assigned." },
  CHECK_DIGIT: { it: "L’ultima cifra del codice non corrisponde: controlla di averlo scritto senza errori.", en: "The last digit of the code does not match: check it for typing errors." },
};

/** What to tell people about a fault. It never repeats what was typed. */
export const fiscalCodeFaultText = (fault: FiscalCodeFault, language: "it" | "en" = "it"): string => faultTexts[fault][language];

const omocodia = "LMNPQRSTUV";
const months = "ABCDEHLMPRST";
const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const personal = /^[A-Z]{6}[\dLMNPQRSTUV]{2}[ABCDEHLMPRST][\dLMNPQRSTUV]{2}[A-Z][\dLMNPQRSTUV]{3}[A-Z]$/;

/** Values at odd positions of A to Z; a digit counts as the letter of the same rank (D.M. 23 December 1976, art. 6). */
const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23] as const;

const rank = (character: string): number => (character <= "9" ? Number(character) : character.charCodeAt(0) - 65);

/** The sixteenth character that belongs to the first fifteen. */
export function checkLetter(first15: string): string {
  const sum = Array.from(first15, (character, at) => (at % 2 === 0 ? oddValues[rank(character)]! : rank(character))).reduce((a, b) => a + b, 0);
  return String.fromCharCode(65 + (sum % 26));
}

/** The digits of a part of the code, with omocodia letters read as the digits that they stand for. */
const figures = (part: string): number => Number(Array.from(part, character => (character <= "9" ? character : omocodia.indexOf(character))).join(""));

interface Birth {
  readonly yearOfCentury: number;
  readonly month: number;
  readonly day: number;
  readonly sex: "M" | "F";
}

function birthIn(code: string): Birth {
  const day = figures(code.slice(9, 11));
  return { yearOfCentury: figures(code.slice(6, 8)), month: months.indexOf(code[8]!) + 1, day: day > 40 ? day - 40 : day, sex: day > 40 ? "F" : "M" };
}

function readPersonal(code: string): FiscalCodeReading {
  if (!personal.test(code)) return { valid: false, fault: "SHAPE" };
  const { yearOfCentury, month, day } = birthIn(code);
  const leapDayInCommonYear = month === 2 && day === 29 && yearOfCentury % 4 !== 0;
  if (day < 1 || day > daysOfMonth[month - 1]! || leapDayInCommonYear) return { valid: false, fault: "DATE" };
  if (checkLetter(code.slice(0, 15)) !== code[15]) return { valid: false, fault: "CHECK_LETTER" };
  return { valid: true, code: code as FiscalCode, kind: "PERSON" };
}

/** The eleventh digit that belongs to the first ten. */
export function checkDigit(first10: string): string {
  const sum = Array.from(first10, Number).map((digit, at) => (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2)).reduce((a, b) => a + b, 0);
  return String((10 - (sum % 10)) % 10);
}

type Range = readonly [from: number, to: number];
const within = (value: number, ranges: readonly Range[]): boolean => ranges.some(([from, to]) => value >= from && value <= to);

/** Serial numbers given ex officio (office 000): the first range dates from before the check digit. */
const uncheckedSerials: readonly Range[] = [[1, 273_960]];
const checkedSerials: readonly Range[] = [[400_001, 1_072_479], [1_500_001, 1_828_636], [2_000_001, 2_054_095]];
const provisionalOffices: readonly Range[] = [[151, 245], [301, 766], [900, 950]];
const bodyOffices: readonly Range[] = [[1, 100], [120, 121], [888, 888], [999, 999]];

/** What the series of an 11-digit code is for, by the ranges of the tax authority's own check (class UCheckNum). */
function seriesOf(serial: number, office: number): { kind: FiscalCodeKind; checked: boolean } | undefined {
  if (office === 0 && within(serial, uncheckedSerials)) return { kind: "PROVISIONAL", checked: false };
  if ((office === 0 && within(serial, checkedSerials)) || within(office, provisionalOffices)) return { kind: "PROVISIONAL", checked: true };
  // From 8,000,000 on stand the bodies without VAT number, given by the offices up to 95 only.
  if (within(office, bodyOffices) && (serial < 8_000_000 || office <= 95)) return { kind: "BODY", checked: true };
  return undefined;
}

function readNumeric(code: string): FiscalCodeReading {
  if (!/^\d{11}$/.test(code)) return { valid: false, fault: "SHAPE" };
  const series = seriesOf(Number(code.slice(0, 7)), Number(code.slice(7, 10)));
  if (!series) return { valid: false, fault: "SERIES" };
  if (series.checked && checkDigit(code.slice(0, 10)) !== code[10]) return { valid: false, fault: "CHECK_DIGIT" };
  return { valid: true, code: code as FiscalCode, kind: series.kind };
}

/**
 * Reads a fiscal code as people type it: white space around it and small letters are forgiven, nothing else is.
 * Names the first fault otherwise. Source: D.M. 23 December 1976; for omocodia art. 6 of the same; for 11 digits the ranges of
 * the tax authority.
 */
export function readFiscalCode(text: string): FiscalCodeReading {
  const typed = text.trim();
  if (typed.length !== 16 && typed.length !== 11) return { valid: false, fault: "LENGTH" };
  if (!/^[A-Za-z0-9]+$/.test(typed)) return { valid: false, fault: "SHAPE" };
  const code = typed.toUpperCase();
  return code.length === 16 ? readPersonal(code) : readNumeric(code);
}

/** A text was given as a fiscal code and is not one. The message is for people; the text itself is not repeated. */
export class InvalidFiscalCode extends HubError<"INVALID_FISCAL_CODE"> {
  constructor(readonly fault: FiscalCodeFault, path: readonly string[] = []) {
    super("INVALID_FISCAL_CODE", fiscalCodeFaultText(fault), { path, details: { fault } });
  }
}

/** The fiscal code in a text. Throws {@link InvalidFiscalCode} naming the fault, and `path` as the field at fault. */
export function parseFiscalCode(text: string, path: readonly string[] = []): FiscalCode {
  const reading = readFiscalCode(text);
  if (!reading.valid) throw new InvalidFiscalCode(reading.fault, path);
  return reading.code;
}

/** What a code tells about its bearer: an indication, never an identity. Two people may share all of it. */
export interface DerivedBirth {
  /** `YYYY-MM-DD`: the latest date that fits and is not after the day asked about, so wrong for whoever is over a hundred. */
  readonly date: string;
  readonly sex: "M" | "F";
  /** Belfiore code of the municipality, or of the country when it begins with Z. */
  readonly placeCode: string;
}

/** Birth as it can be derived from a person's code on a day (`YYYY-MM-DD`); null for 11 digits, which say nothing of it. */
export function derivedBirth(code: FiscalCode, today: string): DerivedBirth | null {
  if (code.length !== 16) return null;
  const { yearOfCentury, month, day, sex } = birthIn(code);
  const century = Math.floor(Number(today.slice(0, 4)) / 100) * 100;
  const two = (value: number): string => String(value).padStart(2, "0");
  const inCentury = (start: number): string => `${start + yearOfCentury}-${two(month)}-${two(day)}`;
  const date = inCentury(century) <= today ? inCentury(century) : inCentury(century - 100);
  return { date, sex, placeCode: `${code[11]!}${String(figures(code.slice(12, 15))).padStart(3, "0")}` };
}
