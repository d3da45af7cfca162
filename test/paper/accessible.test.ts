import { PDFDict, PDFDocument, PDFName, PDFNumber, PDFRawStream, StandardFonts } from "pdf-lib";
import { describe, expect, test } from "@jest/globals";
import { draw } from "../../paper/draw.ts";
import type { Paper } from "../../paper/paper.ts";
import { complaintsOf } from "../helpers/pdf-ua.ts";
import { creditor, full, instalmentsOf, noticeOf, postal, receipt } from "./samples.ts";

// One blue pixel, and one that is transparent.
const opaque = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC", "base64");
const transparent = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");
const { full: _, ...inInstalments } = noticeOf({ instalments: instalmentsOf(3) });
const longest = noticeOf({ subject: "Oneri ".repeat(15).trim(), debtor: { name: "Đặng Nguyễn Иван 😀 \u202eitteR", fiscalCode: "RSSNMR80A41D205X", address: "Strada ".repeat(20).trim() }, full: { ...full, amountCents: 9_999_999_999 }, instalments: instalmentsOf(5), postal });

describe("for whoever listens to it, and by the rules of PDF/UA", () => {
  test.each<[string, Paper]>([
    ["a notice", noticeOf()], ["a notice with a slip", noticeOf({ postal })], ["two instalments", noticeOf({ instalments: instalmentsOf(2) })], ["seven, and their slips", noticeOf({ instalments: instalmentsOf(7), postal })],
    ["instalments alone", inInstalments], ["the longest words", longest], ["a notice of little", noticeOf({ creditor: { name: creditor.name, fiscalCode: creditor.fiscalCode }, debtor: { name: "Anna" } })],
    ["a logo", noticeOf({ creditor: { ...creditor, logo: opaque } })], ["a transparent logo", noticeOf({ creditor: { ...creditor, logo: transparent } })],
    ["a receipt", receipt], ["a receipt of a second payment", { ...receipt, paidTwice: true, creditor: { ...creditor, logo: opaque } }], ["the longest receipt", { ...receipt, receiptId: "x1".repeat(127), subject: "Oneri ".repeat(23).trim() }],
  ])("%s has nothing to complain of", async (_name, paper) => {
    expect(await complaintsOf(await draw(paper))).toEqual([]);
  }, 30_000);
});

/** A notice that somebody spoils. */
async function spoilt(spoil: (document: PDFDocument) => void | Promise<void>): Promise<string[]> {
  const document = await PDFDocument.load(await draw(noticeOf()), { updateMetadata: false });
  await spoil(document);
  return complaintsOf(await document.save({ useObjectStreams: false }));
}

const every = ({ context }: PDFDocument, type: string): PDFDict[] =>
  context.enumerateIndirectObjects().map(([, object]) => object).filter(object => object instanceof PDFDict).filter(object => object.get(PDFName.of("S")) === PDFName.of(type));

describe("what would be wrong is noticed:", () => {
  test.each<[string, (document: PDFDocument) => void | Promise<void>, string]>([
    ["no language", ({ catalog }) => void catalog.delete(PDFName.of("Lang")), "the document says no language"],
    ["not marked", ({ catalog }) => void catalog.delete(PDFName.of("MarkInfo")), "the document does not say that it is tagged"],
    ["the file's name for a title", ({ catalog }) => void catalog.delete(PDFName.of("ViewerPreferences")), "the title is not shown"],
    ["another title", document => document.setTitle("Altro"), "the metadata have no title, or another"],
    ["no metadata", ({ catalog }) => void catalog.delete(PDFName.of("Metadata")), "the metadata do not say PDF/UA-1"],
    ["no tags", ({ catalog }) => void catalog.delete(PDFName.of("StructTreeRoot")), "there are no tags"],
    ["a code without a text", document => void every(document, "Figure")[0]!.delete(PDFName.of("Alt")), "a Figure says neither what it shows nor where"],
    ["a type of one's own", document => every(document, "H1")[0]!.set(PDFName.of("S"), PDFName.of("Titolo")), "Titolo is no type of structure"],
    ["headings from the third level", document => every(document, "H1")[0]!.set(PDFName.of("S"), PDFName.of("H3")), "the headings skip a level"],
    ["a cell without a row", document => every(document, "P")[0]!.set(PDFName.of("S"), PDFName.of("TD")), "a Document holds what does not belong there"],
    ["a tag without content", document => void every(document, "H1")[0]!.delete(PDFName.of("K")), "a H1 is empty"],
    ["another order of pages", document => document.getPage(0).node.delete(PDFName.of("Tabs")) as unknown as void, "page 1 is not read in the order of its tags"],
    ["another page's tags", document => document.getPage(0).node.set(PDFName.of("StructParents"), PDFNumber.of(7)), "page 1 does not find the tags of its content"],
    ["a typeface without meaning", ({ context }) => {
      for (const [, object] of context.enumerateIndirectObjects()) if (object instanceof PDFDict) object.delete(PDFName.of("ToUnicode"));
    }, "a typeface does not say what its glyphs mean"],
    ["a typeface of the reader's", ({ context }) => {
      for (const [, object] of context.enumerateIndirectObjects()) if (object instanceof PDFDict) object.delete(PDFName.of("FontFile2"));
    }, "a typeface is not in the file"],
    ["words beside the tags", async document => document.getPage(0).drawText("aggiunto", { font: await document.embedFont(StandardFonts.Helvetica) }), "page 1 paints what is neither tagged nor an artifact"],
    ["a line beside the tags", document => document.getPage(0).drawLine({ start: { x: 1, y: 1 }, end: { x: 9, y: 9 } }), "page 1 paints what is neither tagged nor an artifact"],
    ["content that no tag has", document => {
      const { context } = document;
      const added = context.register(PDFRawStream.of(context.obj({}), Buffer.from("/P <</MCID 99>> BDC 0 0 9 9 re f EMC")));
      document.getPage(0).node.addContentStream(added);
    }, "what the tags have and what the pages paint for them differ"],
  ])("%s", async (_name, spoil, complaint) => {
    expect(await spoilt(spoil)).toContain(complaint);
  }, 30_000);
});
