import { draw } from "../../paper/draw.ts";
import type { Due, NoticePaper } from "../../paper/paper.ts";
import { qrText } from "../../rules/payment-codes.ts";
import { readPdf, type Pdf } from "../helpers/pdf.ts";
import { creditor } from "./samples.ts";

/** Draws a notice and has it read, and closes it behind the reader. */
export async function reading<Result>(notice: NoticePaper, look: (pdf: Pdf) => Result | Promise<Result>): Promise<Result> {
  const pdf = await readPdf(await draw(notice));
  try {
    return await look(pdf);
  } finally {
    await pdf.close();
  }
}

export const wholeText = (pdf: Pdf): string => pdf.pages.map(({ text }) => text).join(" ");

/** What the codes of all pages say. */
export const codesOf = async (pdf: Pdf): Promise<string[]> => (await Promise.all(pdf.pages.map((_, index) => pdf.codes(index + 1)))).flat().map(({ text }) => text);

/** What somebody scans to pay. */
export const scanned = (due: Due): string => qrText({ ...due, creditorFiscalCode: creditor.fiscalCode });
