import { qrText } from "../rules/payment-codes.ts";
import { qrCode } from "./codes.ts";
import type { Creditor, Due, NoticePaper } from "./paper.ts";
import { height, margin, width, type Sheet } from "./sheet.ts";
import { euros, grouped } from "./written.ts";
import { words } from "./words.ts";

/** Six millimetres: the least that parts keep between them. */
const between = 17;
/** Codes are printed 25 by 25 mm. */
export const codeSide = 70.87;
/** Text from margin to margin. */
export const column = width - 2 * margin;

/** Where the next part goes: on this sheet if it fits, else below the heading on the next. */
export class Flow {
  readonly sheet: Sheet;
  readonly notice: NoticePaper;
  #y: number;

  constructor(sheet: Sheet, notice: NoticePaper, y: number) {
    this.sheet = sheet;
    this.notice = notice;
    this.#y = y;
  }

  /** Draws a part as high as it says at most, and goes on where it ends. */
  place(high: number, draw: (y: number) => number): void {
    if (this.#y + between + high > height - margin) {
      this.sheet.nextPage();
      this.#y = this.sheet.decorate("Pagination", () => repeatedHeading(this.sheet, this.notice));
    }
    this.#y = draw(this.#y + between);
  }
}

/** The name of the system in letters: its mark is not free to use without a contract. */
export const wordmark = (sheet: Sheet): number => sheet.line([["name", "pagoPA"]], { x: margin, y: margin - 2, width: 60 }, "#0066CC");

const repeatedHeading = (sheet: Sheet, { subject }: NoticePaper): number => {
  wordmark(sheet);
  sheet.text("heading", words.notice, { x: 86, y: margin + 3, width: 300 });
  return sheet.text("subject", subject, { x: margin, y: 61, width: column, lines: 3 });
};

export interface Room {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly align?: "right";
}

/** A label above what it names; read as one. */
export const pair = (sheet: Sheet, label: string, value: string, room: Room, lines = 3): number => sheet.read("P", () => {
  const y = sheet.text("label", label, room);
  return sheet.text("value", value, { ...room, y, lines });
});

/** The same for figures; nothing where there are none. */
export const figures = (sheet: Sheet, label: string, value: string | undefined, room: Room): number => value === undefined ? room.y : sheet.read("P", () => {
  const y = sheet.text("label", label, room);
  return sheet.line([["figures", value]], { ...room, y: y + 2 });
});

/** The code to scan for something to pay. */
export const drawQr = (sheet: Sheet, name: string, due: Due, { fiscalCode }: Creditor, { x, y }: { readonly x: number; readonly y: number }): void => {
  const alt = `Codice QR per pagare: ${name}, euro ${euros(due.amountCents)}, codice avviso ${grouped(due.noticeNumber)}, codice fiscale dell’ente ${fiscalCode}`;
  sheet.code(qrCode(qrText({ ...due, creditorFiscalCode: fiscalCode })), alt, { x, y, side: codeSide });
};
