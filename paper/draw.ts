import { drawNotice } from "./notice.ts";
import type { Paper } from "./paper.ts";
import { drawReceipt } from "./receipt.ts";
import { Sheet } from "./sheet.ts";
import { grouped } from "./written.ts";

/**
 * Draws a document as PDF/UA-1 with its typefaces in it. The same data gives the same bytes, so that a hash names them.
 *
 * It takes tens of milliseconds of the processor, and more for many instalments: not for a thread that answers requests.
 * Throws `RangeError` for what no code can say, such as a creditor whose fiscal code is not eleven digits.
 */
export function draw(paper: Paper): Promise<Uint8Array> {
  const sheet = new Sheet({ title: titleOf(paper), madeAt: paper.madeAt });
  if (paper.kind === "NOTICE") drawNotice(sheet, paper);
  else drawReceipt(sheet, paper);
  return sheet.end();
}

function titleOf(paper: Paper): string {
  if (paper.kind === "RECEIPT") return `Quietanza di pagamento ${grouped(paper.noticeNumber)}`;
  const first = paper.full ?? paper.instalments[0];
  if (!first) throw new RangeError("a notice is for something to pay");
  return `Avviso di pagamento ${grouped(first.noticeNumber)}`;
}
