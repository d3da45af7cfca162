import { createRequire } from "node:module";
import PDFDocument from "pdfkit";
import type { Matrix } from "./codes.ts";
import { printable } from "./written.ts";

/** A sheet of A4, in points of 1/72 inch from its upper left corner. */
export const width = 595.28;
export const height = 841.89;
/** Ten millimetres: printers of any make reach what stands within. */
export const margin = 29;

const require = createRequire(import.meta.url);
/** The typefaces that the notice prescribes, both under the SIL Open Font License. */
const typefaces = {
  regular: require.resolve("@expo-google-fonts/titillium-web/400Regular/TitilliumWeb_400Regular.ttf"),
  bold: require.resolve("@expo-google-fonts/titillium-web/700Bold/TitilliumWeb_700Bold.ttf"),
  figures: require.resolve("@expo-google-fonts/roboto-mono/400Regular/RobotoMono_400Regular.ttf"),
  boldFigures: require.resolve("@expo-google-fonts/roboto-mono/700Bold/RobotoMono_700Bold.ttf"),
} as const;

/** The styles of text that the notice prescribes: typeface and size in points. */
const styles = {
  heading: ["bold", 10], subject: ["bold", 16], sum: ["bold", 16], name: ["bold", 14], body: ["regular", 12], label: ["regular", 8], value: ["bold", 8], word: ["regular", 10],
  figures: ["boldFigures", 10], sumFigures: ["boldFigures", 12], quietFigures: ["figures", 8], tiny: ["regular", 6],
} as const satisfies Record<string, readonly [keyof typeof typefaces, number]>;
export type Style = keyof typeof styles;

/** A line takes a quarter more than its size. */
const leading = 1.25;
const lineOf = (style: Style): number => styles[style][1] * leading;

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly align?: "left" | "right" | "center";
  /** What does not fit into so many lines ends in an ellipsis. */
  readonly lines?: number;
}

/** Text in a style of its own within a line. */
export type Run = readonly [style: Style, text: string];

/** What a structure element says of itself. */
interface Said {
  readonly alt?: string;
  readonly scope?: "Row";
}

/**
 * Draws on A4 sheets and writes down as it goes how the parts belong together, so that a screen reader reads what the eye
 * sees (PDF/UA-1). What is drawn is either part of the structure or, as a band or a line, decoration.
 */
export class Sheet {
  readonly #doc: PDFKit.PDFDocument;
  readonly #bytes: Promise<Uint8Array>;
  #parent: PDFKit.PDFStructureElement;
  /** Within an element that is being drawn, whatever is drawn belongs to it. */
  #inside = false;

  /** Begins a document. The title stands in its metadata, so it names nobody; it is written as it is into XML. */
  constructor({ title, madeAt }: { readonly title: string; readonly madeAt: Date }) {
    const options: PDFKit.PDFDocumentOptions = {
      size: [width, height], margin: 0, autoFirstPage: false, pdfVersion: "1.7", tagged: true, lang: "it-IT", displayTitle: true, font: typefaces.regular,
      info: { Title: title, Creator: "Sportello Hub", Producer: "Sportello Hub", CreationDate: madeAt },
    };
    // The types know no other subset than PDF/A.
    const doc = new PDFDocument(Object.assign(options, { subset: "PDF/UA" }));
    const parts: Uint8Array[] = [];
    doc.on("data", (part: Uint8Array) => parts.push(part));
    this.#bytes = new Promise((done, fail) => doc.once("end", () => done(Buffer.concat(parts))).once("error", fail));
    this.#doc = doc;
    this.#parent = doc.struct("Document");
    doc.addStructure(this.#parent);
    doc.addPage();
  }

  nextPage(): void {
    this.#doc.addPage();
  }

  /** Ends the document and gives its bytes. */
  end(): Promise<Uint8Array> {
    this.#parent.end();
    this.#doc.end();
    return this.#bytes;
  }

  /** Draws parts that belong together under one element. */
  group<Result>(type: "Sect" | "Table" | "TR", draw: () => Result): Result {
    const [outer, element] = [this.#parent, this.#doc.struct(type)];
    outer.add(element);
    this.#parent = element;
    const result = draw();
    element.end();
    this.#parent = outer;
    return result;
  }

  /** Draws one thing to be read: what is drawn within is its content. */
  read<Result>(type: "H1" | "H2" | "H3" | "P" | "Figure" | "TH" | "TD", draw: () => Result, said: Said & { readonly bbox?: readonly number[]; readonly placement?: "Block" } = {}): Result {
    let result: Result;
    const element = this.#doc.struct(type, said, () => {
      this.#inside = true;
      result = draw();
      this.#inside = false;
    });
    this.#parent.add(element);
    element.end();
    return result!;
  }

  /** Draws what is not to be read: bands, lines, a heading that is only repeated. */
  decorate<Result>(type: "Layout" | "Pagination", draw: () => Result): Result {
    this.#doc.markContent("Artifact", { type });
    this.#inside = true;
    const result = draw();
    this.#inside = false;
    this.#doc.endMarkedContent();
    return result;
  }

  /** Writes text, a paragraph of its own unless it is part of something, and says where it ends. */
  text(style: Style, text: string, { x, y, width: room, align = "left", lines }: Place, color = "#000000"): number {
    if (!this.#inside) return this.read("P", () => this.text(style, text, { x, y, width: room, align, ...(lines !== undefined && { lines }) }, color));
    const fitting = this.#fitting(style, text, room, lines);
    this.#styled(style).fillColor(color).text(`${printable(fitting)} `, x, y - this.#rise(style), { width: room, align, lineGap: this.#gap(style) });
    return y + this.heightOf(style, fitting, room);
  }

  /** As many words as so many lines hold. */
  #fitting(style: Style, text: string, room: number, lines = Number.POSITIVE_INFINITY): string {
    const all = text.split(" ");
    const most = lines * lineOf(style) + 0.5;
    for (let count = all.length; count > 1; count -= 1) {
      const some = count === all.length ? text : `${all.slice(0, count).join(" ")}…`;
      if (this.heightOf(style, some, room) <= most) return some;
    }
    return text;
  }

  /** Writes runs of text one behind the other on one line, from the left or up to the right, and says where the line ends. */
  line(runs: readonly Run[], { x, y, width: room, align = "left" }: Place, color = "#000000"): number {
    if (!this.#inside) return this.read("P", () => this.line(runs, { x, y, width: room, align }, color));
    const widths = runs.map(([style, text]) => this.widthOf(style, text));
    const size = Math.max(...runs.map(([style]) => styles[style][1]));
    let left = align === "right" ? x + room - widths.reduce((sum, one) => sum + one, 0) : x;
    for (const [index, [style, text]] of runs.entries()) {
      // Runs of different sizes stand on one line: the larger reach higher.
      // What ends with a space is told from what comes next, also where nothing else parts them.
      this.#styled(style).fillColor(color).text(index === runs.length - 1 ? `${text} ` : text, left, y + (size - styles[style][1]) * 0.93 - this.#rise(style), { lineBreak: false });
      left += widths[index]!;
    }
    return y + size * leading;
  }

  /** Room that a text takes, in points. */
  heightOf(style: Style, text: string, room: number): number {
    const high = this.#styled(style).heightOfString(printable(text), { width: room, lineGap: this.#gap(style) });
    return Math.round(high / lineOf(style)) * lineOf(style);
  }

  widthOf(style: Style, text: string): number {
    return this.#styled(style).widthOfString(text);
  }

  /** A code, drawn in squares and not as an image, so that it is sharp at any size. `alt` says what it holds. */
  code(matrix: Matrix, alt: string, { x, y, side }: { readonly x: number; readonly y: number; readonly side: number }): void {
    this.read("Figure", () => {
      const module = side / matrix.length;
      for (const [row, modules] of matrix.entries()) {
        for (const [from, to] of darkRuns(modules)) this.#doc.rect(x + from * module, y + row * module, (to - from) * module, module);
      }
      this.#doc.fill("#000000");
    }, { alt, bbox: [x, y, x + side, y + side], placement: "Block" });
  }

  /** A picture, as large as a square allows. */
  picture(png: Uint8Array, alt: string, { x, y, side }: { readonly x: number; readonly y: number; readonly side: number }): void {
    this.read("Figure", () => this.#doc.image(Buffer.from(png), x, y, { fit: [side, side], align: "right" }), { alt, bbox: [x, y, x + side, y + side], placement: "Block" });
  }

  /** A grey band, for a heading to stand on. */
  band(x: number, y: number, room: number, high = 20): void {
    this.decorate("Layout", () => this.#doc.rect(x, y, room, high).fill("#ECECEC"));
  }

  /** A thin line across, dashed where scissors are to follow it. */
  rule(x: number, y: number, room: number, dashed = false): void {
    this.decorate("Layout", () => {
      this.#doc.save().lineWidth(0.8).strokeColor("#868686");
      if (dashed) this.#doc.dash(3, { space: 3 });
      this.#doc.moveTo(x, y).lineTo(x + room, y).stroke().restore();
    });
  }

  #styled(style: Style): PDFKit.PDFDocument {
    const [typeface, size] = styles[style];
    // By its file and not by a name of ours: pdfkit would parse the first typeface anew each time.
    return this.#doc.font(typefaces[typeface]).fontSize(size);
  }

  /** What to take away from the typeface's own distance between lines. */
  #gap(style: Style): number {
    return lineOf(style) - this.#styled(style).currentLineHeight(true);
  }

  /** How far the typeface's own distance would push the first line down. */
  #rise(style: Style): number {
    return -this.#gap(style) / 2;
  }
}

/** Where dark modules stand side by side in a row, as `[from, to)`. */
function darkRuns(modules: readonly boolean[]): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const [index, dark] of modules.entries()) {
    const last = runs.at(-1);
    if (dark && last?.[1] === index) last[1] = index + 1;
    else if (dark) runs.push([index, index + 1]);
  }
  return runs;
}
