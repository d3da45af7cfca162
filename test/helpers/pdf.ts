import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { getDocument, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
// Left to itself it would fetch this from the network.
prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(readFileSync(wasm)).buffer } });

/** A node of a document's structure: what it is, what it says of itself, and what belongs to it. */
export interface Tag {
  readonly role: string;
  readonly alt?: string;
  readonly children: readonly Tag[];
  /** The text that belongs to it, its own and that of all below it. */
  readonly text: string;
}

/** A document as somebody else's reader of PDF sees it. */
export interface Pdf {
  readonly pages: readonly { readonly text: string; readonly tags: Tag }[];
  readonly title: unknown;
  readonly language: unknown;
  readonly marked: boolean;
  /** What the codes on a page say once it is rendered at 150 dots an inch, in no particular order. */
  codes(page: number): Promise<{ readonly kind: string; readonly text: string; readonly level: string; readonly version: string }[]>;
  close(): Promise<void>;
}

/** Reads a document with software that has nothing in common with what drew it. */
export async function readPdf(bytes: Uint8Array): Promise<Pdf> {
  const task = getDocument({ data: Uint8Array.from(bytes), useSystemFonts: false, verbosity: 0 });
  const document = await task.promise;
  const { info } = await document.getMetadata();
  const facts = info as Record<string, unknown>;
  const pages = [];
  for (let number = 1; number <= document.numPages; number += 1) pages.push(await readPage(document, number));
  return {
    pages, title: facts["Title"], language: facts["Language"], marked: (await document.getMarkInfo())?.Marked === true,
    codes: number => readCodes(document, number),
    close: () => task.destroy(),
  };
}

async function readPage(document: PDFDocumentProxy, number: number): Promise<Pdf["pages"][number]> {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent({ includeMarkedContent: true });
  const byId = new Map<string, string>();
  const open: string[] = [];
  let text = "";
  for (const item of items) {
    if ("str" in item) {
      const words = item.str + (item.hasEOL ? "\n" : "");
      text += words;
      const [id] = open.slice(-1);
      if (id) byId.set(id, (byId.get(id) ?? "") + words);
    } else if (item.type === "endMarkedContent") open.pop();
    else open.push("id" in item && typeof item.id === "string" ? item.id : "");
  }
  type Node = { role?: string; alt?: string; id?: string; children?: Node[] };
  const tag = (node: Node): Tag => {
    const children = (node.children ?? []).filter(child => child.role !== undefined).map(tag);
    const own = (node.children ?? []).map(child => (child.role === undefined ? byId.get(child.id ?? "") ?? "" : ""));
    return { role: node.role ?? "", ...(node.alt !== undefined && { alt: node.alt }), children, text: tidy([...own, ...children.map(child => child.text)].join(" ")) };
  };
  return { text: tidy(text), tags: tag((await page.getStructTree() ?? {})) };
}

interface CanvasFactory {
  create(width: number, height: number): { readonly canvas: HTMLCanvasElement; readonly context: CanvasRenderingContext2D };
}

async function readCodes(document: PDFDocumentProxy, number: number): ReturnType<Pdf["codes"]> {
  const page = await document.getPage(number);
  const viewport = page.getViewport({ scale: 150 / 72 });
  // Its own factory: a canvas of another copy of the same library does not know its paths.
  const { canvas, context } = (document.canvasFactory as CanvasFactory).create(Math.ceil(viewport.width), Math.ceil(viewport.height));
  await page.render({ canvas, viewport }).promise;
  const found = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), { formats: ["QRCode", "DataMatrix"], tryRotate: false, tryInvert: false, maxNumberOfSymbols: 0 });
  return found.filter(({ isValid }) => isValid).map(({ format, text, extra }) => ({ kind: format, text, ...levelAndVersion(extra) }));
}

const levelAndVersion = (extra: string): { level: string; version: string } => {
  const { ECLevel = "", Version = "" } = JSON.parse(extra || "{}") as { ECLevel?: string; Version?: string };
  return { level: ECLevel, version: Version };
};

/** Text as it is read: one space between words. */
const tidy = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Every node of a structure, as it is read. */
export const allTags = (tag: Tag): Tag[] => [tag, ...tag.children.flatMap(allTags)];
