import { describe, expect, test } from "@jest/globals";
import { draw } from "../../paper/draw.ts";
import type { ReceiptPaper } from "../../paper/paper.ts";
import { allTags, readPdf } from "../helpers/pdf.ts";
import { receipt } from "./samples.ts";

async function read(paper: ReceiptPaper): Promise<{ text: string; rows: (readonly [string, string])[]; title: unknown; pages: number }> {
  const pdf = await readPdf(await draw(paper));
  const rows = pdf.pages.flatMap(({ tags }) => allTags(tags)).filter(({ role }) => role === "TR").map(({ children: [head, cell] }) => [head!.text, cell!.text] as const);
  const text = pdf.pages.map(page => page.text).join(" ");
  await pdf.close();
  return { text, rows, title: pdf.title, pages: pdf.pages.length };
}

describe("a receipt", () => {
  test("says who paid what to whom, when and through whom, each under its name", async () => {
    const { rows, text, title, pages } = await read(receipt);
    expect([title, pages]).toEqual(["Quietanza di pagamento 3020 0106 9073 7366 11", 1]);
    expect(text).toMatch(/^Quietanza di pagamento Comune di Cuneo Settore Mobilità Importo pagato 120,50 Euro /);
    expect(rows).toEqual([
      ["Pagato da", "Giulio Bianchi, cod. fiscale BNCGLI80A01D205X"],
      ["Per conto di", "Anna Maria Rossi, cod. fiscale RSSNMR80A41D205X"],
      ["Ente creditore", "Comune di Cuneo, cod. fiscale 00480530047"],
      ["Oggetto del pagamento", "Permesso di transito nella ZTL per residenti"],
      ["Codice avviso", "3020 0106 9073 7366 11"],
      ["Identificativo univoco di versamento (IUV)", "02001069073736611"],
      ["Data e ora del pagamento", "24/11/2026, 10:30:00 (ora italiana)"],
      ["Prestatore di servizi di pagamento", "Banca di esempio S.p.A."],
      ["Metodo di pagamento", "Postepay"],
      ["Identificativo della ricevuta", "c110729d258c4ab1b765fe902aae41d6"],
    ]);
    expect(text).not.toContain("restituire");
  });

  test("names the debtor alone where nobody else paid, and leaves out what is not known", async () => {
    const { payer: _, method: __, paidAt: ___, ...known } = receipt;
    const { rows } = await read(known);
    expect(rows.map(([head]) => head)).toEqual(["Pagato da", "Ente creditore", "Oggetto del pagamento", "Codice avviso", "Identificativo univoco di versamento (IUV)", "Prestatore di servizi di pagamento", "Identificativo della ricevuta"]);
    expect(rows[0]).toEqual(["Pagato da", "Anna Maria Rossi, cod. fiscale RSSNMR80A41D205X"]);
  });

  test("says when the money is to be given back", async () => {
    expect((await read({ ...receipt, paidTwice: true })).text).toContain("la somma è da restituire a chi l’ha versata");
  });

  test("is the same bytes for the same data, also when the longest identifiers fill it", async () => {
    const long = { ...receipt, receiptId: "x1".repeat(127), provider: "Banca ".repeat(11).trim(), subject: "Oneri ".repeat(23).trim() };
    expect(Buffer.compare(await draw(long), await draw(long))).toBe(0);
    const { rows, pages } = await read(long);
    expect(pages).toBe(1);
    expect(rows.at(-1)![1].replace(/ /g, "")).toBe(long.receiptId);
  });
});
