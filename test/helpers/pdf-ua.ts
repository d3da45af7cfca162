import { decodePDFRawStream, PDFArray, PDFBool, PDFDict, PDFDocument, PDFHexString, PDFName, PDFNumber, PDFRawStream, PDFRef, PDFString, type PDFObject } from "pdf-lib";
import { getDocument, OPS } from "pdfjs-dist/legacy/build/pdf.mjs";

/** Types of structure that need no role map, of those that could occur in a form. */
const standard = new Set(["Document", "Part", "Sect", "Div", "H1", "H2", "H3", "H4", "H5", "H6", "P", "L", "LI", "Lbl", "LBody", "Table", "THead", "TBody", "TR", "TH", "TD", "Span", "Link", "Figure"]);
/** What may stand in what. */
const within: Readonly<Record<string, RegExp>> = { Table: /^(TR|THead|TBody)$/, THead: /^TR$/, TBody: /^TR$/, TR: /^(TH|TD)$/, L: /^LI$/ };

/**
 * What somebody who checks a PDF for PDF/UA-1 (ISO 14289-1) by machine would complain of, in the order of the Matterhorn
 * Protocol's checkpoints; none where it is as it should be. Looks at the file with two readers that have no part in drawing it.
 */
export async function complaintsOf(bytes: Uint8Array): Promise<string[]> {
  const document = await PDFDocument.load(bytes, { updateMetadata: false });
  const structure = new Structure(document);
  return [...catalogComplaints(document), ...structure.complaints(), ...fontComplaints(document), ...await contentComplaints(bytes, structure)];
}

const text = (object: PDFObject | undefined): string | undefined => (object instanceof PDFString || object instanceof PDFHexString ? object.decodeText() : undefined);
const isTrue = (object: PDFObject | undefined): boolean => object === PDFBool.True;
const unless = (holds: boolean, complaint: string): string[] => (holds ? [] : [complaint]);

/** What the document says of itself: its language, its title, that it is tagged and by which rules. */
function catalogComplaints({ catalog, context }: PDFDocument): string[] {
  const marks = catalog.lookupMaybe(PDFName.of("MarkInfo"), PDFDict);
  const shown = catalog.lookupMaybe(PDFName.of("ViewerPreferences"), PDFDict);
  const metadata = catalog.lookup(PDFName.of("Metadata"));
  const described = metadata instanceof PDFRawStream ? Buffer.from(decodePDFRawStream(metadata).decode()).toString() : "";
  const info = context.lookup(context.trailerInfo.Info);
  const title = info instanceof PDFDict ? text(info.lookup(PDFName.of("Title"))) : undefined;
  return [
    ...unless(isTrue(marks?.get(PDFName.of("Marked"))) && !isTrue(marks?.get(PDFName.of("Suspects"))), "the document does not say that it is tagged"),
    ...unless(/^[a-z]{2}(-[A-Z]{2})?$/.test(text(catalog.lookup(PDFName.of("Lang"))) ?? ""), "the document says no language"),
    ...unless(isTrue(shown?.get(PDFName.of("DisplayDocTitle"))), "the title is not shown"),
    ...unless(title !== undefined && title !== "" && described.includes(`>${title}<`), "the metadata have no title, or another"),
    ...unless(/pdfuaid:part\W+1\b/.test(described), "the metadata do not say PDF/UA-1"),
  ];
}

/** Each typeface is in the file, with what its glyphs mean. */
function fontComplaints({ context }: PDFDocument): string[] {
  const dictionaries = context.enumerateIndirectObjects().map(([, object]) => object).filter(object => object instanceof PDFDict);
  const of = (type: string): PDFDict[] => dictionaries.filter(one => one.get(PDFName.of("Type")) === PDFName.of(type));
  const has = (one: PDFDict, key: string): boolean => one.has(PDFName.of(key));
  const [composite, simple] = [of("Font").filter(one => one.get(PDFName.of("Subtype")) === PDFName.of("Type0")), of("Font").filter(one => /Type1|TrueType|Type3/.test(String(one.get(PDFName.of("Subtype")))) && !/CIDFont/.test(String(one.get(PDFName.of("Subtype")))))];
  return [
    ...unless([...composite, ...simple].length > 0 && [...composite, ...simple].every(one => has(one, "ToUnicode")), "a typeface does not say what its glyphs mean"),
    ...unless(of("FontDescriptor").every(one => has(one, "FontFile") || has(one, "FontFile2") || has(one, "FontFile3")) && simple.every(one => has(one, "FontDescriptor")), "a typeface is not in the file"),
    ...unless(of("Font").filter(one => one.get(PDFName.of("Subtype")) === PDFName.of("CIDFontType2")).every(one => has(one, "CIDToGIDMap")), "a typeface has no map from characters to glyphs"),
  ];
}

interface Element {
  readonly ref: PDFRef;
  readonly dict: PDFDict;
  readonly type: string;
  readonly children: readonly Element[];
  /** The pieces of content that belong to it itself: page and number. */
  readonly content: readonly string[];
}

/** The tree of tags, as it is written in the file. */
class Structure {
  readonly #document: PDFDocument;
  readonly #root: PDFDict | undefined;
  readonly #top: readonly Element[];
  readonly #complaints: string[] = [];

  constructor(document: PDFDocument) {
    this.#document = document;
    this.#root = document.catalog.lookupMaybe(PDFName.of("StructTreeRoot"), PDFDict);
    this.#top = this.#root ? this.#kids(this.#root, document.catalog.get(PDFName.of("StructTreeRoot"))).children : [];
  }

  /** Each piece of content that some tag has, as `page/number`. */
  content(): string[] {
    return this.#all().flatMap(({ content }) => content);
  }

  complaints(): string[] {
    if (!this.#root) return ["there are no tags"];
    const all = this.#all();
    const levels = all.filter(({ type }) => /^H\d$/.test(type)).map(({ type }) => Number(type.slice(1)));
    return [
      ...this.#complaints,
      ...unless(this.#top.length === 1 && this.#top[0]!.type === "Document", "the tags have no document for a root"),
      ...all.flatMap(element => elementComplaints(element)),
      ...unless(levels[0] === 1 && levels.every((level, index) => index === 0 || level <= levels[index - 1]! + 1), "the headings skip a level"),
      ...this.#pageComplaints(),
    ];
  }

  #all(elements = this.#top): Element[] {
    return elements.flatMap(element => [element, ...this.#all(element.children)]);
  }

  #kids(dict: PDFDict, ref: PDFObject | undefined): { children: Element[]; content: string[] } {
    const [children, content]: [Element[], string[]] = [[], []];
    const kids = dict.lookup(PDFName.of("K"));
    const pageOf = (one: PDFDict): number => this.#document.getPages().findIndex(page => page.ref === one.get(PDFName.of("Pg")));
    for (const kid of kids instanceof PDFArray ? kids.asArray() : kids ? [dict.get(PDFName.of("K"))!] : []) {
      const found = this.#document.context.lookup(kid);
      if (found instanceof PDFNumber) content.push(`${pageOf(dict)}/${found.asNumber()}`);
      else if (found instanceof PDFDict && found.has(PDFName.of("MCID"))) content.push(`${pageOf(found.has(PDFName.of("Pg")) ? found : dict)}/${String(found.get(PDFName.of("MCID")))}`);
      else if (found instanceof PDFDict && kid instanceof PDFRef) children.push(this.#element(kid, found, ref));
    }
    return { children, content };
  }

  #element(ref: PDFRef, dict: PDFDict, parent: PDFObject | undefined): Element {
    const roles = this.#root!.lookupMaybe(PDFName.of("RoleMap"), PDFDict);
    const said = dict.lookup(PDFName.of("S"), PDFName);
    const type = (roles?.lookupMaybe(said, PDFName) ?? said).decodeText();
    if (dict.get(PDFName.of("P")) !== parent) this.#complaints.push(`a ${type} belongs elsewhere than where it stands`);
    return { ref, dict, type, ...this.#kids(dict, ref) };
  }

  /** Each page says that it is read in the order of its tags, and finds from each piece of content to its tag. */
  #pageComplaints(): string[] {
    const numbers = this.#root!.lookupMaybe(PDFName.of("ParentTree"), PDFDict)?.lookupMaybe(PDFName.of("Nums"), PDFArray)?.asArray() ?? [];
    const owners = new Map(this.#all().flatMap(({ ref, content }) => content.map(piece => [piece, ref] as const)));
    return this.#document.getPages().flatMap(({ node }, index) => {
      const key = node.get(PDFName.of("StructParents"));
      const at = numbers.findIndex((number, place) => place % 2 === 0 && String(number) === String(key));
      const row = at < 0 ? undefined : this.#document.context.lookup(numbers[at + 1]);
      const found = row instanceof PDFArray && row.asArray().every((ref, number) => owners.get(`${index}/${number}`) === ref) && row.size() === [...owners.keys()].filter(piece => piece.startsWith(`${index}/`)).length;
      return [
        ...unless(node.get(PDFName.of("Tabs")) === PDFName.of("S"), `page ${index + 1} is not read in the order of its tags`),
        ...unless(key instanceof PDFNumber && found, `page ${index + 1} does not find the tags of its content`),
      ];
    });
  }
}

function elementComplaints({ dict, type, children, content }: Element): string[] {
  const attributes = dict.lookup(PDFName.of("A"));
  const said = (attributes instanceof PDFArray ? attributes.asArray().map(one => dict.context.lookup(one)) : [attributes]).filter(one => one instanceof PDFDict);
  const has = (key: string): boolean => said.some(one => one.has(PDFName.of(key)));
  return [
    ...unless(standard.has(type), `${type} is no type of structure`),
    ...unless(children.length + content.length > 0, `a ${type} is empty`),
    ...unless(children.every(child => within[type]?.test(child.type) ?? !/^(TR|TH|TD|LI)$/.test(child.type)), `a ${type} holds what does not belong there`),
    ...unless(type !== "Figure" || ((text(dict.lookup(PDFName.of("Alt"))) ?? "") !== "" && has("BBox")), "a Figure says neither what it shows nor where"),
    ...unless(type !== "TH" || has("Scope"), "a TH does not say of what it is the heading"),
  ];
}

/** Everything that is painted belongs to a tag or is an artifact, never to both; and each piece of a tag is painted. */
async function contentComplaints(bytes: Uint8Array, structure: Structure): Promise<string[]> {
  const task = getDocument({ data: Uint8Array.from(bytes), useSystemFonts: false, verbosity: 0 });
  const reader = await task.promise;
  const painted: string[] = [];
  const complaints: string[] = [];
  for (let number = 1; number <= reader.numPages; number += 1) {
    const page = await reader.getPage(number);
    const { fnArray, argsArray } = await page.getOperatorList();
    const open: ("TAG" | "ARTIFACT" | "NEITHER")[] = [];
    for (const [index, operator] of fnArray.entries()) {
      const [first, second] = (argsArray[index] ?? []) as readonly unknown[];
      if (operator === OPS.beginMarkedContentProps || operator === OPS.beginMarkedContent) {
        const kind = first === "Artifact" ? "ARTIFACT" : typeof second === "number" ? "TAG" : "NEITHER";
        if (open.some(outer => outer !== "NEITHER") && kind !== "NEITHER") complaints.push(`page ${number} has a tag or an artifact within another`);
        if (kind === "TAG") painted.push(`${number - 1}/${String(second)}`);
        open.push(kind);
      } else if (operator === OPS.endMarkedContent) open.pop();
      else if (paints(operator, first) && !open.some(outer => outer !== "NEITHER")) complaints.push(`page ${number} paints what is neither tagged nor an artifact`);
    }
    for (const item of (await page.getTextContent()).items) if ("str" in item && /[\ufffd\ue000-\uf8ff]/.test(item.str)) complaints.push(`page ${number} has glyphs without a meaning`);
  }
  await task.destroy();
  const tagged = structure.content();
  if (new Set(tagged).size !== tagged.length || tagged.toSorted().join() !== painted.toSorted().join()) complaints.push("what the tags have and what the pages paint for them differ");
  return [...new Set(complaints)];
}

const painting = new Set([OPS.showText, OPS.showSpacedText, OPS.paintImageXObject, OPS.paintInlineImageXObject, OPS.paintImageMaskXObject, OPS.shadingFill, OPS.paintFormXObjectBegin]);
/** Paths are one operator, whose first word is what is done with them in the end. */
const paints = (operator: number, first: unknown): boolean => painting.has(operator) || (operator === OPS.constructPath && first !== OPS.endPath);
