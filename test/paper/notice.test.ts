import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { draw } from "../../paper/draw.ts";
import type { NoticePaper } from "../../paper/paper.ts";
import { euros, grouped, slashed } from "../../paper/written.ts";
import { postalText, qrText } from "../../rules/payment-codes.ts";
import { allTags, readPdf, type Pdf } from "../helpers/pdf.ts";
import { anyDue, anyName, creditor, debtor, full, instalmentsOf, noticeOf, postal } from "./samples.ts";

const opened: Pdf[] = [];
afterEach(async () => {
  for (const pdf of opened.splice(0)) await pdf.close();
});

async function printed(notice: NoticePaper): Promise<Pdf> {
  const pdf = await readPdf(await draw(notice));
  opened.push(pdf);
  return pdf;
}

const wholeText = (pdf: Pdf): string => pdf.pages.map(({ text }) => text).join(" ");
const codesOf = async (pdf: Pdf): Promise<string[]> => (await Promise.all(pdf.pages.map((_, index) => pdf.codes(index + 1)))).flat().map(({ text }) => text);
const tagsOf = (pdf: Pdf) => pdf.pages.flatMap(({ tags }) => allTags(tags));
const scanned = (due: { noticeNumber: typeof full.noticeNumber; amountCents: number }): string => qrText({ ...due, creditorFiscalCode: creditor.fiscalCode });

describe("a notice paid in full", () => {
  test("says what pagoPA prescribes, in its order, on one sheet", async () => {
    const { pages } = await printed(noticeOf());
    expect(pages).toHaveLength(1);
    const order = [
      "AVVISO DI PAGAMENTO", "Permesso di transito nella ZTL per residenti", "ENTE CREDITORE", "Cod. Fiscale 00480530047", "Comune di Cuneo", "Settore Mobilità", "www.comune.cuneo.it · tel. 0171 4441",
      "DESTINATARIO", "Cod. Fiscale RSSNMR80A41D205X", "Anna Maria Rossi", "Via Roma 28, 12100 Cuneo CN", "QUANTO E QUANDO PAGARE?", "120,50 Euro entro il 31/12/2026", "l’importo potrebbe essere aggiornato",
      "DOVE PAGARE?", "pagopa.gov.it", "PAGA CON L’APP IO", "oppure dal tuo Home Banking", "PAGA SUL TERRITORIO", "presso Banche e Sportelli ATM", "DATI PER IL PAGAMENTO", "Rata unica entro il 31/12/2026",
      "Euro 120,50", "Destinatario Anna Maria Rossi", "Ente Creditore Comune di Cuneo", "Oggetto del pagamento Permesso", "Inquadra il codice QR", "Cod. CBILL A0B1C", "Cod. Avviso 3020 0106 9073 7366 11", "Cod. Fiscale Ente 00480530047",
    ];
    let from = 0;
    for (const words of order) {
      const at = pages[0]!.text.indexOf(words, from);
      expect([words, at >= from]).toEqual([words, true]);
      from = at;
    }
  });

  test("has a QR code of version 4 and level M, and neither slip nor Data Matrix without a postal account", async () => {
    const pdf = await printed(noticeOf());
    expect(await pdf.codes(1)).toEqual([{ kind: "QRCode", text: "PAGOPA|002|302001069073736611|00480530047|12050", version: "4", level: "M" }]);
    expect(wholeText(pdf)).not.toMatch(/BOLLETTINO|BancoPosta|rate/);
  });

  test("has the slip and its Data Matrix where there is a postal account", async () => {
    const pdf = await printed(noticeOf({ postal }));
    expect(pdf.pages).toHaveLength(1);
    const found = await pdf.codes(1);
    expect(found.find(({ kind }) => kind === "DataMatrix")?.text).toBe(postalText({ ...full, creditorFiscalCode: creditor.fiscalCode, account: postal.number, debtor, subject: noticeOf().subject }));
    expect(found).toHaveLength(2);
    expect(pdf.pages[0]!.text).toMatch(/BOLLETTINO POSTALE PA .*AUT\. DB\/SISB\/E 12345 DEL 01\/02\/2026 sul C\/C n\. 1630209310 Euro 120,50 Intestato a COMUNE DI CUNEO - SERVIZIO TESORERIA .*Codice Avviso 302001069073736611 Tipo P1/);
  });

  test("promises the creditor's own site only where it takes payments", async () => {
    expect(wholeText(await printed(noticeOf({ creditor: { ...creditor, takesPaymentsOnline: true } })))).toContain("oppure sul sito di Comune di Cuneo, dal tuo Home Banking");
  });

  test("says nothing of what is not known", async () => {
    const { name, fiscalCode } = creditor;
    const pdf = await printed(noticeOf({ creditor: { name, fiscalCode }, debtor: { name: debtor.name } }));
    expect(wholeText(pdf)).not.toMatch(/CBILL|RSSNMR|undefined/);
    expect(await codesOf(pdf)).toEqual([scanned(full)]);
  });
});

describe("instalments", () => {
  test.each([2, 3, 4, 7, 24])("%d of them are all there, each with its sum, day, number and codes, once", async count => {
    const instalments = instalmentsOf(count);
    const pdf = await printed(noticeOf({ instalments, postal }));
    const text = wholeText(pdf);
    expect(text).toContain(`Puoi pagare per intero oppure in ${count} rate`);
    for (const { number, amountCents, dueOn, noticeNumber } of instalments) {
      expect(text).toContain(`Rata ${number} Euro ${euros(amountCents)} Entro il ${slashed(dueOn)}`);
      expect(text.split(`Cod. Avviso ${grouped(noticeNumber)}`)).toHaveLength(2);
      expect(text.split(`Codice Avviso ${noticeNumber}`)).toHaveLength(2);
    }
    const codes = await codesOf(pdf);
    const dues = [full, ...instalments];
    expect(codes.filter(code => code.startsWith("PAGOPA")).toSorted()).toEqual(dues.map(scanned).toSorted());
    expect(codes.filter(code => code.startsWith("codfase")).map(code => code.slice(15, 33)).toSorted()).toEqual(dues.map(({ noticeNumber }) => noticeNumber).toSorted());
    for (const page of pdf.pages) expect(page.text).toMatch(/^pagoPA AVVISO DI PAGAMENTO Permesso di transito nella ZTL per residenti /);
  });

  test("alone they begin on the first sheet, which then names no sum", async () => {
    const { full: _, ...rest } = noticeOf({ instalments: instalmentsOf(3) });
    const pdf = await printed(rest);
    expect(pdf.pages).toHaveLength(1);
    expect(pdf.pages[0]!.text).toMatch(/QUANTO E QUANDO PAGARE\? Puoi pagare in 3 rate Importi e scadenze/);
    expect(await codesOf(pdf)).toHaveLength(3);
  });

  test("what is left of them still says how many there are in all", async () => {
    const { full: _, ...rest } = noticeOf({ instalments: instalmentsOf(3).slice(2), instalmentsInAll: 3 });
    const pdf = await printed(rest);
    expect(wholeText(pdf)).toMatch(/Puoi pagare in 3 rate .*Rata 3 Euro/);
  });
});

describe("whatever is owed", () => {
  test("the codes say it, and so do the words, on dozens of notices", async () => {
    await fc.assert(fc.asyncProperty(anyDue, anyName(70), anyName(90), fc.stringMatching(/^\d{11}$/), async (due, name, subject, fiscalCode) => {
      const pdf = await printed(noticeOf({ full: due, subject, creditor: { ...creditor, fiscalCode }, debtor: { name, fiscalCode: debtor.fiscalCode }, postal }));
      expect((await codesOf(pdf)).toSorted()).toEqual([
        qrText({ ...due, creditorFiscalCode: fiscalCode }),
        postalText({ ...due, creditorFiscalCode: fiscalCode, account: postal.number, debtor: { name, fiscalCode: debtor.fiscalCode }, subject }).trim(),
      ].toSorted());
      const text = wholeText(pdf);
      for (const words of [grouped(due.noticeNumber), `${euros(due.amountCents)} Euro entro il ${slashed(due.dueOn)}`, `Euro ${euros(due.amountCents)}`]) expect(text).toContain(words);
      expect(text.replace(/ /g, "")).toContain(name.normalize("NFC").replace(/\s/g, ""));
      await pdf.close();
    }), { numRuns: 24 });
  }, 120_000);

  test("the longest texts are all there, cut nowhere and over nothing", async () => {
    const long = {
      subject: "Oneri di urbanizzazione secondaria e contributo sul costo di costruzione, pratica edilizia 26",
      creditor: { ...creditor, name: "Unione Montana delle Valli Maira, Grana, Stura e Gesso e dei Comuni della Pianura Cuneese Occidentale", department: "Sportello unico per l’edilizia e le attività produtti", information: "Per informazioni www.unione-montana-valli.example/sportello-unico-edilizia · tel. 0171 4441 e 0171 4442" },
      debtor: { name: "MARIA VITTORIA ALESSANDRA BERTOLDI DELLA ROCCHETTA PALLAVICINO-SFORZA", fiscalCode: "RSSNMR80A41D205X", address: "Strada Vicinale della Madonna dei Boschi di Sopra 1234/bis interno 56, frazione San Rocco Castagnaretta, 12100 Cuneo CN, primo piano" },
    };
    const pdf = await printed(noticeOf({ ...long, full: { ...full, amountCents: 9_999_999_999 }, instalments: instalmentsOf(5), postal }));
    const text = wholeText(pdf);
    const letters = (words: string): string => words.replace(/\s/g, "");
    for (const words of [long.subject, long.creditor.name, long.creditor.department, long.creditor.information, long.debtor.name, long.debtor.address]) expect(letters(text)).toContain(letters(words));
    expect(text).not.toContain("…");
    expect(await codesOf(pdf)).toHaveLength(12);
  });

  test("no sheet holds what is another notice's, and the same notice is the same bytes", async () => {
    const other = noticeOf({ debtor: { name: "Bruno Verdi", fiscalCode: "VRDBRN70A01D205X" }, subject: "Retta scolastica" });
    const [one, two, again] = await Promise.all([draw(noticeOf()), draw(other), draw(noticeOf())]);
    expect(Buffer.compare(one, again)).toBe(0);
    const pdf = await readPdf(two);
    opened.push(pdf);
    expect(wholeText(pdf)).toContain("Bruno Verdi");
    expect(wholeText(pdf)).not.toMatch(/Anna Maria|RSSNMR|ZTL/);
    // Nothing about people stands outside the pages either.
    expect(two.toString()).not.toContain("Verdi");
    expect(pdf.title).toBe("Avviso di pagamento 3020 0106 9073 7366 11");
  });

  test("nothing to pay is no notice", async () => {
    const { full: _, ...rest } = noticeOf();
    expect(() => draw(rest)).toThrow(RangeError);
  });
});

describe("for those who listen to it", () => {
  test("it is Italian, has a title, and its typefaces are in it", async () => {
    const bytes = await draw(noticeOf({ instalments: instalmentsOf(3), postal }));
    const pdf = await readPdf(bytes);
    opened.push(pdf);
    expect([pdf.language, pdf.marked]).toEqual(["it-IT", true]);
    const raw = Buffer.from(bytes).toString("latin1");
    expect(raw.match(/\/BaseFont \/[A-Z]{6}\+(?:TitilliumWeb|RobotoMono)/g)?.length).toBeGreaterThanOrEqual(4);
    expect(raw.match(/\/FontFile2/g)).toHaveLength(raw.match(/\/FontDescriptor \d/g)!.length);
    expect(raw).toContain("<pdfuaid:part>1</pdfuaid:part>");
  });

  test("headings lead to the parts, and each code says what it holds", async () => {
    const tags = tagsOf(await printed(noticeOf({ instalments: instalmentsOf(2), postal })));
    const texts = (role: string): string[] => tags.filter(tag => tag.role === role).map(({ text }) => text);
    expect(texts("H1")).toEqual(["AVVISO DI PAGAMENTO"]);
    expect(texts("H2")).toEqual(["ENTE CREDITORE", "DESTINATARIO", "QUANTO E QUANDO PAGARE?", "DOVE PAGARE?", "DATI PER IL PAGAMENTO", "BOLLETTINO POSTALE PA", "BOLLETTINO POSTALE PA", "BOLLETTINO POSTALE PA"]);
    expect(texts("H3")).toEqual(["PAGA CON L’APP IO", "PAGA SUL TERRITORIO", "Rata 1", "Rata 2"]);
    const figures = tags.filter(({ role }) => role === "Figure");
    expect(figures).toHaveLength(6);
    for (const { alt } of figures) expect(alt).toMatch(/^Codice (?:QR per pagare|Data Matrix del bollettino): (?:Rata unica|Rata \d), euro [\d.,]+, /);
  });

  test("every word on every sheet belongs to the structure, but for headings that are only repeated", async () => {
    const pdf = await printed(noticeOf({ instalments: instalmentsOf(4), postal }));
    for (const [index, { text, tags }] of pdf.pages.entries()) {
      const repeated = "pagoPA AVVISO DI PAGAMENTO Permesso di transito nella ZTL per residenti ";
      const letters = (words: string): string => words.replace(/\s/g, "");
      expect(letters(tags.text).length).toBe(letters(index === 0 ? text : text.slice(repeated.length)).length);
    }
  });
});
