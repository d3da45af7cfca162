import type { IdePage } from "../page.ts";

/** What the server tells the page, in a block of JSON inside it. The server has written it, so its shape is not checked again. */
export function readPage(): IdePage {
  const block = document.getElementById("page");
  if (!block?.textContent) throw new Error("the page carries no data");
  return JSON.parse(block.textContent) as IdePage;
}
