import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { draw } from "../../paper/draw.ts";
import { euros, grouped, slashed } from "../../paper/written.ts";
import { postalText, qrText } from "../../rules/payment-codes.ts";
import { codesOf, reading, wholeText } from "./printed.ts";
import { anyDue, anyName, creditor, debtor, full, instalmentsOf, noticeOf, postal } from "./samples.ts";

/** Words as they are, wherever a line broke within them. */
const letters = (words: string): string => words.normalize("NFC").replace(/\s/g, "");

describe("whatever is owed", () => {
  test("the codes say it, and so do the words, on dozens of notices", async () => {
    await fc.assert(fc.asyncProperty(anyDue, anyName(70), anyName(90), fc.stringMatching(/^\d{11}$/), (due, name, subject, fiscalCode) =>
      reading(noticeOf({ full: due, subject, creditor: { ...creditor, fiscalCode }, debtor: { name, fiscalCode: debtor.fiscalCode }, postal }), async pdf => {
        expect((await codesOf(pdf)).toSorted()).toEqual([
          qrText({ ...due, creditorFiscalCode: fiscalCode }),
          postalText({ ...due, creditorFiscalCode: fiscalCode, account: postal.number, debtor: { name, fiscalCode: debtor.fiscalCode }, subject }),
        ].toSorted());
        const text = wholeText(pdf);
        for (const words of [grouped(due.noticeNumber), `${euros(due.amountCents)} Euro entro il ${slashed(due.dueOn)}`, `Euro ${euros(due.amountCents)}`]) expect(text).toContain(words);
        expect(letters(text)).toContain(letters(name));
      })), { numRuns: 24 });
  }, 120_000);

  test("the longest texts are all there, cut nowhere and over nothing", async () => {
    const long = {
      subject: "Oneri di urbanizzazione secondaria e contributo sul costo di costruzione, pratica edilizia 26",
      creditor: { ...creditor, name: "Unione Montana delle Valli Maira, Grana, Stura e Gesso e dei Comuni della Pianura Cuneese Occidentale", department: "Sportello unico per l’edilizia e le attività produtti", information: "Per informazioni www.unione-montana-valli.example/sportello-unico-edilizia · tel. 0171 4441 e 0171 4442" },
      debtor: { name: "MARIA VITTORIA ALESSANDRA BERTOLDI DELLA ROCCHETTA PALLAVICINO-SFORZA", fiscalCode: "RSSNMR80A41D205X", address: "Strada Vicinale della Madonna dei Boschi di Sopra 1234/bis interno 56, frazione San Rocco Castagnaretta, 12100 Cuneo CN, primo piano" },
    };
    await reading(noticeOf({ ...long, full: { ...full, amountCents: 9_999_999_999 }, instalments: instalmentsOf(5), postal }), async pdf => {
      const text = wholeText(pdf);
      for (const words of [long.subject, long.creditor.name, long.creditor.department, long.creditor.information, long.debtor.name, long.debtor.address]) expect(letters(text)).toContain(letters(words));
      expect(text).not.toContain("…");
      expect(await codesOf(pdf)).toHaveLength(12);
    });
  });

  test("the same notice is the same bytes, and nothing of another's or of people stands in its metadata", async () => {
    const other = noticeOf({ debtor: { name: "Bruno Verdi", fiscalCode: "VRDBRN70A01D205X" }, subject: "Retta scolastica" });
    // A transparent logo is unpacked beside the rest.
    const logo = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");
    const mine = noticeOf({ creditor: { ...creditor, logo }, instalments: instalmentsOf(2) });
    const [one, two, again] = await Promise.all([draw(mine), draw(other), draw(mine)]);
    expect(Buffer.compare(one, again)).toBe(0);
    expect(Buffer.from(two).toString("latin1")).not.toContain("Verdi");
    await reading(other, pdf => {
      expect(wholeText(pdf)).toContain("Bruno Verdi");
      expect(wholeText(pdf)).not.toMatch(/Anna Maria|RSSNMR|ZTL/);
      expect(pdf.title).toBe("Avviso di pagamento 3020 0106 9073 7366 11");
    });
  });

  test("nothing to pay is no notice", () => {
    const { full: _, ...rest } = noticeOf();
    expect(() => draw(rest)).toThrow(RangeError);
  });
});
