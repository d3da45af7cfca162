import { DOMParser, onErrorStopParsing, type Document, type Element } from "@xmldom/xmldom";
import { namespaces } from "./saml.ts";

/** A piece of XML that is well-formed by construction: only `element` makes it out of values. */
export class Xml {
  constructor(readonly text: string) {}
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;" };
const escape = (value: string): string => value.replace(/[&<>"\n\r\t]/g, character => escapes[character]!);

/** An XML element; every value is escaped, attributes and children that are undefined are left out. */
export function element(name: string, attributes: Record<string, string | undefined>, ...children: readonly (Xml | string | undefined)[]): Xml {
  const written = Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escape(value)}"`]));
  const inside = children.map(child => (child instanceof Xml ? child.text : escape(child ?? ""))).join("");
  return new Xml(inside ? `<${name}${written.join("")}>${inside}</${name}>` : `<${name}${written.join("")}/>`);
}

/** The `xmlns:` attributes of some of the known prefixes. */
export const declare = (...prefixes: readonly (keyof typeof namespaces)[]): Record<string, string> =>
  Object.fromEntries(prefixes.map(prefix => [`xmlns:${prefix}`, namespaces[prefix]]));

const sizeCap = 200_000;

/** Parses XML from outside. Throws when it is longer than 200,000 characters, carries a DTD, or is not well-formed. */
export function parseXml(text: string): Document {
  if (text.length > sizeCap) throw new Error("XML larger than accepted");
  if (/<!doctype/i.test(text)) throw new Error("XML with a DTD");
  return new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, "text/xml");
}

/** The root of parsed XML, when it is the one expected, written like `samlp:AuthnRequest`. */
export function rootNamed(text: string, qualifiedName: string): Element | undefined {
  const root = parseXml(text).documentElement;
  return root && isNamed(root, qualifiedName) ? root : undefined;
}

/** Whether an element has the name written like `saml:Issuer`, whatever prefix it uses itself. */
export function isNamed(candidate: Element, qualifiedName: string): boolean {
  const [prefix, localName] = qualifiedName.split(":") as [keyof typeof namespaces, string];
  return candidate.localName === localName && candidate.namespaceURI === namespaces[prefix];
}

const elementNode = 1;

/** The child elements, all of them or those with the name written like `saml:Issuer`. */
export function childrenOf(parent: Element | Document, qualifiedName?: string): Element[] {
  const elements = [...parent.childNodes].filter((node): node is Element => node.nodeType === elementNode);
  return qualifiedName === undefined ? elements : elements.filter(child => isNamed(child, qualifiedName));
}

/** Walks down through first children, e.g. `find(root, "saml:Subject", "saml:NameID")`. */
export function find(start: Element | Document, ...path: readonly string[]): Element | undefined {
  let here: Element | Document | undefined = start;
  for (const step of path) here = here && childrenOf(here, step)[0];
  return here as Element | undefined;
}

/** The trimmed text of an element; undefined when there is no element. */
export const textOf = (candidate: Element | undefined): string | undefined => candidate?.textContent?.trim();

/** The value of an attribute; undefined when it is missing, and the empty string when it is empty. */
export const attributeOf = (candidate: Element | undefined, name: string): string | undefined => candidate?.getAttribute(name) ?? undefined;
