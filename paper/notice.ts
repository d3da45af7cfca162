import { drawInstalments } from "./instalments.ts";
import type { Creditor, Due, NoticePaper, Person } from "./paper.ts";
import { column, drawQr, figures, Flow, pair, wordmark } from "./parts.ts";
import { drawSlip, slipHeight } from "./postal-slip.ts";
import { margin, width, type Sheet } from "./sheet.ts";
import { euros, grouped, slashed } from "./written.ts";
import { words } from "./words.ts";

/** Where the left and the right half of a sheet begin, and how wide text is in them. */
const halves = { left: { band: 0, x: margin, width: 246 }, right: { band: 300, x: 319, width: 247 } } as const;

/** A payment notice: heading, creditor and debtor, how much and where, and what is needed to pay, in the order that pagoPA prescribes. */
export function drawNotice(sheet: Sheet, notice: NoticePaper): void {
  const flow = new Flow(sheet, notice, heading(sheet, notice));
  const { creditor, debtor, full, instalments, postal } = notice;
  flow.place(80, y => Math.max(
    party(sheet, words.creditor, creditor, [["body", creditor.department], ["label", creditor.information]], { ...halves.left, y }),
    party(sheet, words.debtor, debtor, [["body", debtor.address]], { ...halves.right, y }),
  ));
  flow.place(110, y => Math.max(amount(sheet, notice, y), whereToPay(sheet, creditor, y)));
  if (full) {
    flow.place(150, y => paymentData(sheet, notice, full, y));
    if (postal) flow.place(slipHeight, y => drawSlip(sheet, { notice, due: full, postal, name: words.full, y }));
  }
  if (instalments.length > 0) drawInstalments(flow);
}

function heading(sheet: Sheet, { subject, creditor }: NoticePaper): number {
  wordmark(sheet);
  sheet.read("H1", () => sheet.text("heading", words.notice, { x: 86, y: margin + 3, width: 300 }));
  const bottom = sheet.text("subject", subject, { x: margin, y: 61, width: 430, lines: 3 });
  if (creditor.logo) sheet.picture(creditor.logo, `Logo di ${creditor.name}`, { x: width - margin - 85, y: margin, side: 85 });
  return Math.max(bottom, 102);
}

interface Half {
  readonly band: number;
  readonly x: number;
  readonly width: number;
  readonly y: number;
}

const halfBand = (sheet: Sheet, title: string, { band, x, width: room, y }: Half): void => {
  sheet.band(band, y, 296);
  sheet.read("H2", () => sheet.text("heading", title, { x, y: y + 4, width: room }));
};

const party = (sheet: Sheet, title: string, { name, fiscalCode }: Creditor | Person, lines: readonly (readonly ["body" | "label", string | undefined])[], half: Half): number =>
  sheet.group("Sect", () => {
    const { x, y, width: room } = half;
    halfBand(sheet, title, half);
    if (fiscalCode !== undefined) sheet.line([["label", "Cod. Fiscale "], ["quietFigures", fiscalCode]], { x, y: y + 5, width: room, align: "right" });
    let bottom = sheet.text("name", name, { x, y: y + 28, width: room, lines: 4 });
    for (const [style, text] of lines) if (text !== undefined) bottom = sheet.text(style, text, { x, y: bottom + 4, width: room, lines: 4 });
    return bottom;
  });

function amount(sheet: Sheet, { full, instalments, instalmentsInAll = instalments.length }: NoticePaper, y: number): number {
  const { x, width: room } = halves.left;
  return sheet.group("Sect", () => {
    halfBand(sheet, words.amount, { ...halves.left, y });
    let bottom = y + 28;
    if (full) bottom = sheet.line([["sum", `${euros(full.amountCents)} ${words.euro}  `], ["label", `${words.by} `], ["sum", slashed(full.dueOn)]], { x, y: bottom, width: room });
    if (instalmentsInAll > 1) {
      bottom = sheet.text("label", full ? words.eitherWay(instalmentsInAll) : words.inInstalments(instalmentsInAll), { x, y: bottom + 3, width: room });
      bottom = sheet.text("label", words.seeInstalments, { x, y: bottom, width: room });
    }
    return sheet.text("label", words.mayChange, { x, y: bottom + 8, width: room });
  });
}

function whereToPay(sheet: Sheet, { name, takesPaymentsOnline }: Creditor, y: number): number {
  const { x, width: room } = halves.right;
  return sheet.group("Sect", () => {
    halfBand(sheet, words.where, { ...halves.right, y });
    sheet.line([["label", words.channels[0]], ["heading", words.channels[1]]], { x, y: y + 4, width: room, align: "right" });
    let bottom = sheet.read("H3", () => sheet.text("heading", words.online, { x, y: y + 28, width: room }));
    bottom = sheet.text("label", words.onlineHow(takesPaymentsOnline ? words.ownSite(name) : ""), { x, y: bottom, width: room });
    bottom = sheet.read("H3", () => sheet.text("heading", words.nearby, { x, y: bottom + 9, width: room }));
    return sheet.text("label", words.nearbyHow, { x, y: bottom, width: room });
  });
}

/** What is needed to pay in full: the code to scan, and the same in words and figures. */
const paymentData = (sheet: Sheet, { creditor, debtor, subject }: NoticePaper, due: Due, y: number): number => sheet.group("Sect", () => {
  sheet.band(0, y, width);
  sheet.read("H2", () => sheet.text("heading", words.data, { x: margin, y: y + 4, width: 300 }));
  sheet.line([["heading", `${words.full} ${words.by} ${slashed(due.dueOn)}`]], { x: margin, y: y + 4, width: column, align: "right" });
  drawQr(sheet, words.full, due, creditor, { x: margin, y: y + 33 });
  const [x, right] = [195, width - margin];
  sheet.line([["word", `${words.euro} `], ["sumFigures", euros(due.amountCents)]], { x, y: y + 30, width: right - x, align: "right" });
  let bottom = pair(sheet, words.to, debtor.name, { x, y: y + 31, width: 240 });
  bottom = pair(sheet, words.from, creditor.name, { x, y: bottom + 5, width: right - x });
  bottom = Math.max(pair(sheet, words.subject, subject, { x, y: bottom + 5, width: right - x }), y + 104);
  sheet.text("label", words.scanFull, { x: margin, y: bottom + 6, width: 140 });
  const row = { y: bottom + 6 };
  figures(sheet, words.interbank, creditor.interbankCode, { x, width: 80, ...row });
  figures(sheet, words.code, grouped(due.noticeNumber), { x: creditor.interbankCode === undefined ? x : 277, width: 150, ...row });
  return figures(sheet, words.creditorCode, creditor.fiscalCode, { x: right - 90, width: 90, align: "right", ...row }) + 4;
});
