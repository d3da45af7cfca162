import type { XmlElement } from "libxml2-wasm";
import { elementsOf } from "../xml.ts";

/** An element as plain data: at each step through the parser's own tree WebAssembly is asked, and there are many steps. */
export interface Tree {
  readonly name: string;
  /** Its text, blanks and all, where it holds no elements. */
  readonly text: string;
  /** Its currency, where it is an amount. */
  readonly currency: string | undefined;
  readonly children: readonly Tree[];
}

/** Copies an element with all that it holds. */
export function treeOf(element: XmlElement): Tree {
  const children = [...elementsOf(element)].map(treeOf);
  const name = element.name;
  return { name, text: children.length > 0 ? "" : element.content, currency: name === "Amt" ? element.attr("Ccy")?.value : undefined, children };
}

/** Those of a name; none of nothing. */
export const named = (parent: Tree | undefined, name: string): readonly Tree[] => parent?.children.filter(child => child.name === name) ?? [];

/** The first of a name. */
export const first = (parent: Tree | undefined, name: string): Tree | undefined => parent?.children.find(child => child.name === name);

/** The text at the end of a path; undefined when there is none. */
export function textAt(parent: Tree | undefined, ...path: string[]): string | undefined {
  const text = path.reduce<Tree | undefined>(first, parent)?.text.trim();
  return text === "" ? undefined : text;
}
