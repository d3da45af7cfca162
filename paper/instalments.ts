import type { Instalment, NoticePaper } from "./paper.ts";
import { codeSide, column, drawQr, figures, pair, type Flow, type Room } from "./parts.ts";
import { drawSlip, slipHeight } from "./postal-slip.ts";
import { margin, width, type Sheet } from "./sheet.ts";
import { euros, grouped, slashed } from "./written.ts";
import { words } from "./words.ts";

const gap = 18;

/** Instalments side by side, in twos or in threes but never in both, and their postal slips behind them. */
export function drawInstalments(flow: Flow): void {
  const { sheet, notice } = flow;
  const { instalments, postal, full } = notice;
  const abreast = instalments.length % 3 !== 0 && instalments.length % 2 === 0 ? 2 : 3;
  const room = (column - gap * (abreast - 1)) / abreast;
  const rows = Array.from({ length: Math.ceil(instalments.length / abreast) }, (_, row) => instalments.slice(row * abreast, (row + 1) * abreast));
  const high = rowHeight(sheet, notice, room);
  for (const [index, row] of rows.entries()) {
    const headed = index === 0 && !full;
    flow.place(high + (headed ? 30 : 0), y => {
      const top = headed ? sectionHeading(sheet, y) : y;
      return Math.max(...row.map((instalment, place) => drawInstalment(sheet, notice, instalment, { x: margin + place * (room + gap), y: top, width: room })));
    });
  }
  if (postal) for (const due of instalments) flow.place(slipHeight, y => drawSlip(sheet, { notice, due, postal, name: words.instalment(due.number), y }));
}

const sectionHeading = (sheet: Sheet, y: number): number => {
  sheet.band(0, y, width);
  sheet.read("H2", () => sheet.text("heading", words.data, { x: margin, y: y + 4, width: 300 }));
  return y + 30;
};

/** What an instalment says at its foot. */
const told = ({ debtor, creditor, subject }: NoticePaper): readonly (readonly [label: string, value: string])[] =>
  [[words.to, debtor.name], [words.from, creditor.name], [words.subject, subject]];

const drawInstalment = (sheet: Sheet, notice: NoticePaper, due: Instalment, { x, y, width: room }: Room): number => sheet.group("Sect", () => {
  const { creditor } = notice;
  const name = words.instalment(due.number);
  sheet.band(x - 9, y, room + 18 - 4);
  sheet.read("H3", () => sheet.text("heading", name, { x, y: y + 4, width: room }));
  const beside = room - codeSide - 6;
  const bottom = figures(sheet, words.euro, euros(due.amountCents), { x, y: y + 30, width: beside });
  figures(sheet, "Entro il", slashed(due.dueOn), { x, y: bottom + 6, width: beside });
  drawQr(sheet, name, due, creditor, { x: x + room - codeSide, y: y + 30 });
  let foot = figures(sheet, words.code, grouped(due.noticeNumber), { x, y: y + 106, width: room }) + 5;
  figures(sheet, words.interbank, creditor.interbankCode, { x: x + 90, y: foot, width: room - 90 });
  foot = figures(sheet, words.creditorCode, creditor.fiscalCode, { x, y: foot, width: 88 });
  for (const [label, value] of told(notice)) foot = pair(sheet, label, value, { x, y: foot + 5, width: room }, 4);
  return sheet.text("label", words.scanInstalment, { x, y: foot + 6, width: room });
});

/** How high an instalment is with all that it says. */
function rowHeight(sheet: Sheet, notice: NoticePaper, room: number): number {
  const foot = told(notice).reduce((sum, [, value]) => sum + 15 + sheet.heightOf("value", value, room), 0);
  return 165 + foot + 6 + sheet.heightOf("label", words.scanInstalment, room);
}
