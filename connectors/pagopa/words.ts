import type { XmlElement } from "libxml2-wasm";
import { elementsOf } from "../xml.ts";

/** What an element of a message says: its text as it was written, or the elements in it. */
export type Word = string | Words;

/** The elements in an element by name, those of one name in their order. */
export type Words = ReadonlyMap<string, readonly Word[]>;

/** The words of an element that has passed the schema, in one pass. They stay when the parser's memory goes. */
export function wordsOf(parent: XmlElement): Words {
  return collect(elementsOf(parent).map(child => {
    const inside = wordsOf(child);
    // No type of the contract takes an element that could have others and has none: what is empty is text.
    return [child.name, inside.size > 0 ? inside : child.content];
  }));
}

/** Puts what was found under one name after the other together. */
export function collect(found: Iterable<readonly [name: string, word: Word]>): Words {
  const words = new Map<string, Word[]>();
  for (const [name, word] of found) {
    const same = words.get(name);
    if (same) same.push(word);
    else words.set(name, [word]);
  }
  return words;
}
