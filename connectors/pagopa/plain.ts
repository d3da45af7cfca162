import type { XmlElement } from "libxml2-wasm";
import { SOAP } from "./envelope.ts";
import { blanks, plainLanguage, written, type PlainElement } from "./plain-language.ts";
import { collect, type Word, type Words } from "./words.ts";

/** The words of a message by its element, or nothing: then only the parser can tell what it is. */
export type ReadPlain = (element: string, message: Uint8Array) => Words | undefined;

/** The longest message to look at, in bytes: whatever can be plain is shorter, and nobody keeps an expression busy. */
const mostBytes = 4_096;

/**
 * Makes a reader of plain messages from schemas, given by their roots. What it reads is a SOAP 1.1 request with an element
 * that the first schema accepts, and its words are those that the parser finds. It refuses nothing: what is written in any
 * other way it leaves to the parser.
 */
export function plainReader(schemas: readonly XmlElement[]): ReadPlain {
  const namespace = schemas[0]?.attrs.find(({ name }) => name === "targetNamespace")?.value ?? "";
  const known = new Map([...plainLanguage(schemas)].map(([element, inside]) => [element, { inside, styles: stylesOf(namespace, element, inside) }]));
  return (element, message) => {
    const plain = message.byteLength > mostBytes ? undefined : known.get(element);
    if (!plain) return undefined;
    // Latin-1 takes bytes as they are: those beyond ASCII are in no plain message.
    const text = Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString("latin1");
    for (const style of plain.styles) {
      const found = style.exec(text);
      if (found) return wordsIn(plain.inside, found.slice(1 + Object.keys(found.groups!).length).values());
    }
    return undefined;
  };
}

function wordsIn(elements: readonly PlainElement[], texts: Iterator<string | undefined>): Words {
  const found: [string, Word][] = [];
  for (const { name, inside } of elements) {
    const word = inside ? wordsIn(inside, texts) : texts.next().value as string | undefined;
    if (word !== undefined && (typeof word === "string" || word.size > 0)) found.push([name, word]);
  }
  return collect(found);
}

/** The two ways in which the node writes: its own element with a prefix, or by a default namespace that the elements in it undo. */
const stylesOf = (namespace: string, element: string, inside: readonly PlainElement[]): readonly RegExp[] => [
  envelope(`(?=[^>]* xmlns:(?<own>${prefix})="${literal(namespace)}")`, namespace, `<\\k<own>:${element}>${blanks}${written(inside)}</\\k<own>:${element}>`),
  envelope("", namespace, `<${element} xmlns="${literal(namespace)}">${blanks}${written(inside, ' xmlns=""')}</${element}>`),
];

const prefix = "(?!xml)[A-Za-z][\\w-]*";
const literal = (text: string): string => text.replaceAll(".", "\\.");

/** An envelope of SOAP 1.1 with nothing in its header, which declares well-known namespaces, each prefix once. */
function envelope(sees: string, namespace: string, body: string): RegExp {
  const namespaces = [SOAP, namespace, "http://www.w3.org/2001/XMLSchema", "http://www.w3.org/2001/XMLSchema-instance"].map(literal).join("|");
  const declarations = `(?=[^>]* xmlns:\\k<soap>="${literal(SOAP)}")${sees}(?: xmlns:(?<declared>${prefix})="(?:${namespaces})"(?![^>]* xmlns:\\k<declared>=))+`;
  return new RegExp([
    '^(?:<\\?xml version="1\\.0" encoding="(?:utf|UTF)-8"\\?>)?',
    `<(?<soap>${prefix}):Envelope${declarations}>`, "(?:<\\k<soap>:Header ?/>", ")?<\\k<soap>:Body>", body, "</\\k<soap>:Body>", "</\\k<soap>:Envelope>", "$",
  ].join(blanks));
}
