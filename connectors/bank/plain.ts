import { XmlElement } from "libxml2-wasm";

/** An element as plain data: at each step through the parser's own tree WebAssembly is asked, and there are many steps. */
export interface Plain {
  readonly name: string;
  /** Its text, blanks and all, where it holds no elements. */
  readonly text: string;
  /** Its currency, where it is an amount. */
  readonly currency: string | undefined;
  readonly children: readonly Plain[];
}

/** Copies an element with all that it holds. */
export function plain(element: XmlElement): Plain {
  const children = elementsOf(element).map(plain);
  const name = element.name;
  return { name, text: children.length > 0 ? "" : element.content, currency: name === "Amt" ? element.attr("Ccy")?.value : undefined, children };
}

/** The elements that an element holds. */
export function elementsOf(parent: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  for (let node = parent.firstChild; node; node = node.next) if (node instanceof XmlElement) found.push(node);
  return found;
}

/** Those of a name; none of nothing. */
export const named = (parent: Plain | undefined, name: string): readonly Plain[] => parent?.children.filter(child => child.name === name) ?? [];

/** The first of a name. */
export const first = (parent: Plain | undefined, name: string): Plain | undefined => parent?.children.find(child => child.name === name);

/** The text at the end of a path; undefined when there is none. */
export function textAt(parent: Plain | undefined, ...path: string[]): string | undefined {
  const text = path.reduce<Plain | undefined>(first, parent)?.text.trim();
  return text === "" ? undefined : text;
}
