import { postalText } from "../rules/payment-codes.ts";
import { dataMatrix } from "./codes.ts";
import type { Due, NoticePaper, PostalAccount } from "./paper.ts";
import { codeSide } from "./parts.ts";
import { margin, width, type Sheet } from "./sheet.ts";
import { euros, slashed } from "./written.ts";
import { words } from "./words.ts";

export interface Slip {
  readonly notice: NoticePaper;
  readonly due: Due;
  readonly postal: PostalAccount;
  /** Which of the things to pay it is: all in one, or an instalment. */
  readonly name: string;
  readonly y: number;
}

/** Room that a slip takes, in points. */
export const slipHeight = 165;

/** A Bollettino Postale PA, to be cut off along its upper edge. Poste Italiane's marks are not free to use: they are words here. */
export const drawSlip = (sheet: Sheet, { notice: { creditor, debtor, subject }, due, postal, name, y }: Slip): number => sheet.group("Sect", () => {
  const right = width - margin;
  sheet.rule(0, y, width, true);
  sheet.band(0, y + 1, width, 18);
  sheet.read("H2", () => sheet.text("heading", words.slip, { x: margin, y: y + 4, width: 145 }));
  sheet.line([["value", "BancoPosta"]], { x: 179.5, y: y + 5, width: 100 });
  sheet.line([["heading", `${name} ${words.by} ${slashed(due.dueOn)}`]], { x: margin, y: y + 4, width: right - margin, align: "right" });

  sheet.line([["name", words.euro]], { x: margin, y: y + 28, width: 60 });
  sheet.text("heading", "Poste Italiane", { x: margin, y: y + 50, width: 120 });
  sheet.text("label", words.slipWhere, { x: margin, y: y + 84, width: 130 });
  if (postal.authorisation !== undefined) sheet.text("tiny", postal.authorisation, { x: margin, y: y + 140, width: 140, lines: 2 }, "#4D4D4D");

  const [x, room] = [179.5, 295];
  sheet.line([["word", `${words.account} `], ["sumFigures", postal.number]], { x, y: y + 29, width: room });
  sheet.line([["word", `${words.euro} `], ["sumFigures", euros(due.amountCents)]], { x, y: y + 29, width: right - x, align: "right" });
  // The manual of Poste Italiane has the slip show no more than 35 characters of the name and 60 of the subject; the codes hold more.
  let bottom = beside(words.holder, postal.holder.toUpperCase().slice(0, 50), y + 54);
  bottom = beside(words.to, debtor.name.toUpperCase().slice(0, 35), bottom + 4);
  beside(words.slipSubject, subject.toUpperCase().slice(0, 60), bottom + 4);
  const row = y + 122;
  under(words.slipCode, due.noticeNumber, x, 140);
  under(words.slipKind, "P1", x + 150, 40);
  under(words.slipCreditor, creditor.fiscalCode, x + 190, 110);
  const alt = `Codice Data Matrix del bollettino: ${name}, euro ${euros(due.amountCents)}, conto corrente postale ${postal.number}`;
  sheet.code(dataMatrix(postalText({ ...due, creditorFiscalCode: creditor.fiscalCode, account: postal.number, debtor: { name: debtor.name, fiscalCode: debtor.fiscalCode ?? "ANONIMO" }, subject })), alt, { x: right - codeSide, y: y + 60, side: codeSide });
  return y + slipHeight;

  function beside(label: string, value: string, at: number): number {
    return sheet.read("P", () => {
      sheet.text("label", label, { x, y: at, width: 75 });
      return sheet.text("value", value, { x: x + 76, y: at, width: room - 76, lines: 2 });
    });
  }
  function under(label: string, value: string, left: number, wide: number): void {
    sheet.read("P", () => {
      sheet.text("label", label, { x: left, y: row, width: wide });
      sheet.line([["figures", value]], { x: left, y: row + 11, width: wide });
    });
  }
});
