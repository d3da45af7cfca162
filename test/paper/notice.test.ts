import { describe, expect, test } from "@jest/globals";
import { draw } from "../../paper/draw.ts";
import { euros, grouped, slashed } from "../../paper/written.ts";
import { postalText } from "../../rules/payment-codes.ts";
import { allTags, type Pdf, type Tag } from "../helpers/pdf.ts";
import { codesOf, reading, scanned, wholeText } from "./printed.ts";
import { creditor, debtor, full, instalmentsOf, noticeOf, postal } from "./samples.ts";

const tagsOf = (pdf: Pdf): Tag[] => pdf.pages.flatMap(({ tags }) => allTags(tags));

describe("a notice paid in full", () => {
  test("says what pagoPA prescribes, in its order, on one sheet", () => reading(noticeOf(), ({ pages }) => {
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
  }));

  test("has a QR code of version 4 and level M, and neither slip nor Data Matrix without a postal account", () => reading(noticeOf(), async pdf => {
    expect(await pdf.codes(1)).toEqual([{ kind: "QRCode", text: "PAGOPA|002|302001069073736611|00480530047|12050", version: "4", level: "M" }]);
    expect(wholeText(pdf)).not.toMatch(/BOLLETTINO|BancoPosta|rate/);
  }));

  test("has the slip and its Data Matrix where there is a postal account", () => reading(noticeOf({ postal }), async pdf => {
    expect(pdf.pages).toHaveLength(1);
    const found = await pdf.codes(1);
    expect(found.find(({ kind }) => kind === "DataMatrix")?.text).toBe(postalText({ ...full, creditorFiscalCode: creditor.fiscalCode, account: postal.number, debtor, subject: noticeOf().subject }));
    expect(found).toHaveLength(2);
    expect(pdf.pages[0]!.text).toMatch(/BOLLETTINO POSTALE PA .*AUT\. DB\/SISB\/E 12345 DEL 01\/02\/2026 sul C\/C n\. 1630209310 Euro 120,50 Intestato a COMUNE DI CUNEO - SERVIZIO TESORERIA .*Codice Avviso 302001069073736611 Tipo P1/);
  }));

  test("promises the creditor's own site only where it takes payments", () =>
    reading(noticeOf({ creditor: { ...creditor, takesPaymentsOnline: true } }), pdf => expect(wholeText(pdf)).toContain("oppure sul sito di Comune di Cuneo, dal tuo Home Banking")));

  test("says nothing of what is not known", () => {
    const { name, fiscalCode } = creditor;
    return reading(noticeOf({ creditor: { name, fiscalCode }, debtor: { name: debtor.name } }), async pdf => {
      expect(wholeText(pdf)).not.toMatch(/CBILL|RSSNMR|undefined/);
      expect(await codesOf(pdf)).toEqual([scanned(full)]);
    });
  });

  test("bears the creditor's logo, with a text for those who do not see it", () => {
    // One blue pixel.
    const logo = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC", "base64");
    return reading(noticeOf({ creditor: { ...creditor, logo } }), pdf => expect(tagsOf(pdf).filter(({ role }) => role === "Figure").map(({ alt }) => alt)[0]).toBe("Logo di Comune di Cuneo"));
  });
});

describe("instalments", () => {
  test.each([2, 3, 7, 13])("%d of them are all there, each with its sum, day, number and codes, once", count => {
    const instalments = instalmentsOf(count);
    return reading(noticeOf({ instalments, postal }), async pdf => {
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
  });

  test("alone they begin on the first sheet, which then names no sum", () => {
    const { full: _, ...rest } = noticeOf({ instalments: instalmentsOf(3) });
    return reading(rest, async pdf => {
      expect(pdf.pages).toHaveLength(1);
      expect(pdf.pages[0]!.text).toMatch(/QUANTO E QUANDO PAGARE\? Puoi pagare in 3 rate Importi e scadenze/);
      expect(await codesOf(pdf)).toHaveLength(3);
    });
  });

  test("what is left of them still says how many there are in all", () => {
    const { full: _, ...rest } = noticeOf({ instalments: instalmentsOf(3).slice(2), instalmentsInAll: 3 });
    return reading(rest, pdf => expect(wholeText(pdf)).toMatch(/Puoi pagare in 3 rate .*Rata 3 Euro/));
  });
});

describe("for those who listen to it", () => {
  test("it is Italian, marked, says that it is PDF/UA, and its typefaces are in it", async () => {
    const notice = noticeOf({ instalments: instalmentsOf(3), postal });
    await reading(notice, pdf => expect([pdf.language, pdf.marked]).toEqual(["it-IT", true]));
    const raw = Buffer.from(await draw(notice)).toString("latin1");
    expect(raw.match(/\/BaseFont \/[A-Z]{6}\+(?:TitilliumWeb|RobotoMono)/g)?.length).toBeGreaterThanOrEqual(4);
    expect(raw.match(/\/FontFile2/g)).toHaveLength(raw.match(/\/FontDescriptor \d/g)!.length);
    expect(raw).toContain("<pdfuaid:part>1</pdfuaid:part>");
  });

  test("headings lead to the parts, and each code says what it holds", () => reading(noticeOf({ instalments: instalmentsOf(2), postal }), pdf => {
    const tags = tagsOf(pdf);
    const texts = (role: string): string[] => tags.filter(tag => tag.role === role).map(({ text }) => text);
    expect(texts("H1")).toEqual(["AVVISO DI PAGAMENTO"]);
    expect(texts("H2")).toEqual(["ENTE CREDITORE", "DESTINATARIO", "QUANTO E QUANDO PAGARE?", "DOVE PAGARE?", "DATI PER IL PAGAMENTO", "BOLLETTINO POSTALE PA", "BOLLETTINO POSTALE PA", "BOLLETTINO POSTALE PA"]);
    expect(texts("H3")).toEqual(["PAGA CON L’APP IO", "PAGA SUL TERRITORIO", "Rata 1", "Rata 2"]);
    const figures = tags.filter(({ role }) => role === "Figure");
    expect(figures).toHaveLength(6);
    for (const { alt } of figures) expect(alt).toMatch(/^Codice (?:QR per pagare|Data Matrix del bollettino): (?:Rata unica|Rata \d), euro [\d.,]+, /);
  }));

  test("every word on every sheet belongs to the structure, but for headings that are only repeated", () => reading(noticeOf({ instalments: instalmentsOf(4), postal }), pdf => {
    const repeated = "pagoPA AVVISO DI PAGAMENTO Permesso di transito nella ZTL per residenti ";
    const letters = (words: string): string => words.replace(/\s/g, "");
    for (const [index, { text, tags }] of pdf.pages.entries()) expect(letters(tags.text)).toHaveLength(letters(index === 0 ? text : text.slice(repeated.length)).length);
  }));
});
