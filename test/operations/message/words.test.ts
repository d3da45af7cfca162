import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type AppNotice, messageLimits } from "../../../connectors/io/index.ts";
import { bodyOf } from "../../../connectors/io/message.ts";
import { MessageKind } from "../../../entities/message.ts";
import { texts } from "../../../operations/message/texts.ts";
import { mailOf, markdownOf, subjectLine } from "../../../operations/message/words.ts";

/** Any text, lone halves of characters, controls and markup among it. */
const anything = fc.oneof(fc.string({ unit: "binary", maxLength: 3_000 }), fc.string({ unit: fc.constantFrom("*", "_", "[", "](", "<", "\n", "\\", "à", "😀", "\ud83d", "x", " "), maxLength: 6_000 }));
const facts = fc.record({ from: anything, about: anything, number: fc.string({ maxLength: 40 }), amount: fc.string({ maxLength: 20 }), day: fc.string({ maxLength: 30 }), until: fc.string({ maxLength: 30 }), place: anything });
const kind = fc.constantFrom(...Object.values(MessageKind));
const language = fc.constantFrom("IT" as const, "EN" as const);
const door = { url: "https://servizi.comune.example/", label: "Vai allo sportello online" };

test("whatever it tells of, a message is one that App IO takes", () => {
  fc.assert(fc.property(kind, language, facts, (which, spoken, given) => {
    const words = texts[which][spoken](given);
    const message = { fiscalCode: "RSSMRA80A01D205U", subject: subjectLine(words.subject), markdown: markdownOf(words, door), dueOn: "2026-12-31" };
    expect(() => bodyOf(message, "00480530047")).not.toThrow();
    expect(message.subject).not.toMatch(/\p{Cc}/u);
    expect(message.markdown.split("\n\n").at(-1)).toBe("[Vai allo sportello online](https://servizi.comune.example/)");
  }), { numRuns: 500 });
});

test("even of nothing there is enough to say", () => {
  const none = { from: "", about: "", number: "", amount: "", day: "", until: "", place: "" };
  for (const which of Object.values(MessageKind)) for (const spoken of ["IT", "EN"] as const) {
    const words = texts[which][spoken](none);
    expect(markdownOf(words, door).length).toBeGreaterThanOrEqual(messageLimits.markdown.least);
    expect(subjectLine(words.subject).length).toBeGreaterThanOrEqual(messageLimits.subject.least);
  }
});

test.each([
  ["the shortest subject", { subject: "x".repeat(10) }, true], ["one shorter", { subject: "x".repeat(9) }, false],
  ["the longest subject", { subject: "x".repeat(120) }, true], ["one longer", { subject: "x".repeat(121) }, false],
  ["the shortest text", { markdown: "x".repeat(80) }, true], ["one shorter text", { markdown: "x".repeat(79) }, false],
  ["the longest text", { markdown: "x".repeat(10_000) }, true], ["one longer text", { markdown: "x".repeat(10_001) }, false],
  ["a text of eighty characters that are two units each", { markdown: "😀".repeat(80) }, true], ["and of forty", { markdown: "😀".repeat(40) }, false],
  ["one cent", { notice: { amountCents: 1 } }, true], ["nothing to pay", { notice: { amountCents: 0 } }, false], ["more than IO counts", { notice: { amountCents: 10_000_000_000 } }, false],
  ["half a cent", { notice: { amountCents: 0.5 } }, false], ["a notice number that begins with 4", { notice: { noticeNumber: `4${"0".repeat(17)}` } }, false],
])("%s", (_name, change, taken) => {
  const notice = { noticeNumber: `3${"0".repeat(17)}`, amountCents: 100, endsWithDueDay: false, creditorFiscalCode: "00480530047" };
  const { notice: given, ...rest }: { readonly notice?: Partial<AppNotice>; readonly subject?: string; readonly markdown?: string } = change;
  const message = { fiscalCode: "RSSMRA80A01D205U", subject: "Avviso di pagamento", markdown: "x".repeat(100), ...rest, ...(given ? { notice: { ...notice, ...given } } : {}) };
  const write = (): object => bodyOf(message, "00480530047");
  if (taken) expect(write).not.toThrow();
  else expect(write).toThrow(RangeError);
});

test("a day ends at 23:59:59 in Italy, said in UTC, in winter and in summer; another creditor is named", () => {
  const notice = { noticeNumber: `3${"0".repeat(17)}`, amountCents: 100, endsWithDueDay: true, creditorFiscalCode: "77777777777" };
  const of = (dueOn: string): object => bodyOf({ fiscalCode: "RSSMRA80A01D205U", subject: "Avviso di pagamento", markdown: "x".repeat(100), dueOn, notice }, "00480530047");
  expect(of("2027-01-12")).toMatchObject({ content: { due_date: "2027-01-12T22:59:59.000Z", payment_data: { amount: 100, notice_number: notice.noticeNumber, invalid_after_due_date: true, payee: { fiscal_code: "77777777777" } } } });
  expect(of("2027-07-12")).toMatchObject({ content: { due_date: "2027-07-12T21:59:59.000Z" } });
});

test("what comes from elsewhere is no markup, neither in the app nor in a mail", () => {
  const words = { subject: "<b>x</b>", paragraphs: ["[clicca](https://evil.example) **ora** <img src=x onerror=alert(1)> \\ `code`"] };
  expect(markdownOf(words, door)).toBe("\\[clicca\\](https://evil.example) \\*\\*ora\\*\\* \\<img src=x onerror=alert(1)\\> \\\\ \\`code\\`\n\n[Vai allo sportello online](https://servizi.comune.example/)");
  const { html, text } = mailOf(words, door, "IT");
  expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(html).toContain("<h1 style=\"font-size:1.4rem\">&lt;b&gt;x&lt;/b&gt;</h1>");
  expect(text).toBe("[clicca](https://evil.example) **ora** <img src=x onerror=alert(1)> \\ `code`\n\nVai allo sportello online: https://servizi.comune.example/\n");
});
