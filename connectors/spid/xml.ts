import { DOMParser, type Element } from "@xmldom/xmldom";
import { ensure, SpidRefusal } from "./refusal.ts";

export interface XmlLimits {
  /** How deep elements may be nested. A response needs 8. */
  readonly depth: number;
  /** How many elements there may be. A response needs about 120. */
  readonly elements: number;
}

const messageLimits: XmlLimits = { depth: 24, elements: 1_500 };

/** The characters of XML 1.0. */
const legal = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/** Where the tag that opens at `from` ends: the first `>` outside quotes. */
function endOfTag(text: string, from: number): number {
  for (let at = from, quote = ""; at < text.length; at++) {
    const character = text[at]!;
    if (quote) quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return at;
  }
  throw new SpidRefusal("xml.well-formed");
}

/**
 * Looks at the text without building anything: no document type, entity declaration, CDATA or processing instruction, and no
 * more depth and elements than allowed. One pass, linear in the length.
 */
function scan(text: string, limits: XmlLimits): void {
  ensure(legal.test(text), "xml.well-formed");
  const declaration = /^<\?xml\s[^?]*\?>/.exec(text)?.[0] ?? "";
  ensure(!/encoding\s*=\s*["'](?!utf-8["'])/i.test(declaration), "message.utf8");
  let depth = 0;
  let elements = 0;
  for (let at = text.indexOf("<", declaration.length); at !== -1; at = text.indexOf("<", at)) {
    if (text.startsWith("<!--", at)) {
      const end = text.indexOf("-->", at + 4);
      ensure(end !== -1, "xml.well-formed");
      at = end + 3;
      continue;
    }
    ensure(text[at + 1] !== "!" && text[at + 1] !== "?", "xml.markup");
    const end = endOfTag(text, at + 1);
    if (text[at + 1] === "/") depth -= 1;
    else {
      elements += 1;
      ensure(elements <= limits.elements, "xml.elements");
      ensure(depth < limits.depth, "xml.depth");
      if (text[end - 1] !== "/") depth += 1;
    }
    at = end + 1;
  }
}

/**
 * Parses XML that somebody else wrote, after looking at it: see {@link scan}. Anything that the parser would only warn about
 * is refused as well. Returns the root element.
 */
export function parseXml(text: string, limits: XmlLimits = messageLimits): Element {
  scan(text, limits);
  try {
    const parser = new DOMParser({
      locator: false,
      // XML 1.0 line ends only: the signed bytes must read the same to us as to the one who signed them.
      normalizeLineEndings: source => source.replace(/\r\n?/g, "\n"),
      onError: (_level, message) => {
        throw new Error(message);
      },
    });
    const root = parser.parseFromString(text, "text/xml").documentElement;
    if (root) return root;
  } catch {
    // The parser's own message quotes what it read: it must not travel.
  }
  throw new SpidRefusal("xml.well-formed");
}

const isElement = (node: { nodeType: number } | null): node is Element => node?.nodeType === 1;
const isText = (node: { nodeType: number }): boolean => node.nodeType === 3;

/** The child elements of an element, of one name when a name is given. */
export function childrenOf(parent: Element, namespace?: string, name?: string): Element[] {
  const children = Array.from(parent.childNodes).filter(isElement);
  return name === undefined ? children : children.filter(child => child.namespaceURI === namespace && child.localName === name);
}

/** The one child element of a name; undefined when there is none or more than one. */
export function onlyChild(parent: Element, namespace: string, name: string): Element | undefined {
  const found = childrenOf(parent, namespace, name);
  return found.length === 1 ? found[0] : undefined;
}

/** Every element below (and not) `root` with a local name, whatever its namespace. */
export const everyBelow = (root: Element, name: string): Element[] => Array.from(root.getElementsByTagNameNS("*", name));

/** The attribute's value without white space around it; empty when it is missing. */
export const attributeOf = (element: Element, name: string): string => (element.getAttribute(name) ?? "").trim();

/**
 * The text of an element that holds nothing but text, without white space around it; empty when it holds elements.
 * A comment in between would make readers disagree about the value, so it is refused.
 */
export function textOf(element: Element): string {
  const nodes = Array.from(element.childNodes);
  if (nodes.some(isElement)) return "";
  ensure(nodes.every(isText), "document.comment");
  return nodes.map(node => node.nodeValue ?? "").join("").trim();
}
