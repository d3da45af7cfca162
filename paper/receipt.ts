import type { Person, ReceiptPaper } from "./paper.ts";
import { margin, width, type Sheet } from "./sheet.ts";
import { euros, grouped, instantInRome } from "./written.ts";

const column = width - 2 * margin;
const labels = 190;

/** A receipt (quietanza): who paid what to whom, when and through whom, as pagoPA's own receipt says. */
export function drawReceipt(sheet: Sheet, paper: ReceiptPaper): void {
  const { creditor, subject, amountCents, paidTwice } = paper;
  sheet.read("H1", () => sheet.text("subject", "Quietanza di pagamento", { x: margin, y: margin, width: 420 }));
  let y = sheet.text("name", creditor.name, { x: margin, y: margin + 30, width: 420, lines: 3 });
  if (creditor.department !== undefined) y = sheet.text("body", creditor.department, { x: margin, y, width: 420, lines: 2 });
  if (creditor.logo) sheet.picture(creditor.logo, `Logo di ${creditor.name}`, { x: width - margin - 85, y: margin, side: 85 });
  y = Math.max(y, margin + 85) + 24;
  sheet.band(0, y, width, 30);
  sheet.read("P", () => {
    sheet.text("heading", "Importo pagato", { x: margin, y: y + 9, width: 200 });
    sheet.line([["sum", `${euros(amountCents)} Euro`]], { x: margin, y: y + 5, width: column, align: "right" });
  });
  y = sheet.group("Table", () => rowsOf(paper).reduce((top, [label, value]) => row(sheet, label, value, top), y + 42));
  if (paidTwice) y = sheet.text("heading", "Questo avviso risultava già pagato: la somma è da restituire a chi l’ha versata.", { x: margin, y: y + 14, width: column });
  sheet.text("label", `La somma è stata versata a ${creditor.name} tramite pagoPA per: ${subject}. I dati sono quelli della ricevuta telematica trasmessa dalla piattaforma, che l’ente conserva.`, { x: margin, y: y + 18, width: column });
}

function rowsOf({ creditor, debtor, payer, subject, noticeNumber, iuv, provider, method, paidAt, receiptId }: ReceiptPaper): readonly (readonly [string, string])[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Pagato da", person(payer ?? debtor)],
    ["Per conto di", payer && payer.fiscalCode !== debtor.fiscalCode ? person(debtor) : undefined],
    ["Ente creditore", `${creditor.name}, cod. fiscale ${creditor.fiscalCode}`],
    ["Oggetto del pagamento", subject],
    ["Codice avviso", grouped(noticeNumber)],
    ["Identificativo univoco di versamento (IUV)", iuv],
    ["Data e ora del pagamento", paidAt && `${instantInRome(paidAt)} (ora italiana)`],
    ["Prestatore di servizi di pagamento", provider],
    ["Metodo di pagamento", method],
    ["Identificativo della ricevuta", receiptId],
  ];
  return rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
}

const person = ({ name, fiscalCode }: Person): string => fiscalCode === undefined ? name : `${name}, cod. fiscale ${fiscalCode}`;

function row(sheet: Sheet, label: string, value: string, y: number): number {
  const bottom = sheet.group("TR", () => Math.max(
    sheet.read("TH", () => sheet.text("word", label, { x: margin, y, width: labels }), { scope: "Row" }),
    sheet.read("TD", () => sheet.text("heading", value, { x: margin + labels + 12, y, width: column - labels - 12, lines: 6 })),
  ));
  sheet.rule(margin, bottom + 5, column);
  return bottom + 11;
}
