import { ParseOption, XmlDocument, type XmlElement } from "libxml2-wasm";
import { elementsOf } from "../xml.ts";

/** The namespace of SOAP 1.1. */
export const SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
const NEXT = "http://schemas.xmlsoap.org/soap/actor/next";
/** Envelope, Body, request, receipt, transferList, transfer, metadata, mapEntry, key: nine, and some air. */
const MAX_DEPTH = 32;

/** Why a message is no SOAP 1.1 request: a constant word for logs, and the fault code that SOAP gives it. */
export class EnvelopeFault extends Error {
  constructor(
    readonly reason: "DOCTYPE" | "TOO_DEEP" | "NOT_XML" | "SOAP_VERSION" | "NOT_SOAP" | "MUST_UNDERSTAND",
    readonly faultCode: "Client" | "VersionMismatch" | "MustUnderstand",
  ) {
    super(reason);
  }
}

/**
 * Opens a SOAP 1.1 envelope, hands its one body element to `use`, and frees the parser's memory whatever happens.
 * Throws `EnvelopeFault`, and what `use` throws. Elements must not be kept past `use`.
 */
export const withBody = <T>(message: Uint8Array, use: (element: XmlElement) => T): T => withRoot(message, root => use(bodyElement(root)));

/** Opens any XML of strangers with the same care, hands its root to `use`, and frees the parser's memory whatever happens. */
export function withRoot<T>(message: Uint8Array, use: (root: XmlElement) => T): T {
  assertPlain(message);
  const document = parse(message);
  try {
    return use(document.root);
  } finally {
    document.dispose();
  }
}

/** CDATA is read as the text it stands for: the validator takes even a blank one between elements for text out of place. */
function parse(message: Uint8Array): XmlDocument {
  try {
    return XmlDocument.fromBuffer(message, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NOCDATA });
  } catch {
    throw new EnvelopeFault("NOT_XML", "Client");
  }
}

function bodyElement(root: XmlElement): XmlElement {
  if (root.name !== "Envelope") throw new EnvelopeFault("NOT_SOAP", "Client");
  if (root.namespaceUri !== SOAP) throw new EnvelopeFault("SOAP_VERSION", "VersionMismatch");
  const parts = [...elementsOf(root)];
  const body = parts.pop();
  const header = parts.pop();
  const isPart = (element: XmlElement, name: string) => element.name === name && element.namespaceUri === SOAP;
  if (!body || !isPart(body, "Body") || (header && !isPart(header, "Header")) || parts.length > 0) throw new EnvelopeFault("NOT_SOAP", "Client");
  if (header && [...elementsOf(header)].some(mustBeUnderstood)) throw new EnvelopeFault("MUST_UNDERSTAND", "MustUnderstand");
  const [element, ...others] = elementsOf(body);
  if (!element || others.length > 0) throw new EnvelopeFault("NOT_SOAP", "Client");
  return element;
}

/**
 * No header entry is known here, so one that insists on being understood is refused, as SOAP 1.1 section 4.2.3 wants;
 * unless it is meant for an actor other than whoever receives it (4.2.2).
 */
function mustBeUnderstood(entry: XmlElement): boolean {
  const said = (word: string) => entry.attrs.find(({ name, namespaceUri }) => name === word && namespaceUri === SOAP)?.value.trim();
  return said("mustUnderstand") === "1" && ["", NEXT].includes(said("actor") ?? "");
}

/**
 * Refuses, before any parser sees them, a document type (so there are no entities to expand) and deep nesting.
 * Reads bytes as Latin-1: markup is ASCII in UTF-8 and in every encoding that the parser knows but UTF-16, which the
 * zero byte gives away. One pass; whatever is not well formed is left to the parser.
 */
function assertPlain(message: Uint8Array): void {
  const text = Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString("latin1");
  if (text.includes("\0")) throw new EnvelopeFault("NOT_XML", "Client");
  let depth = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    if (text.startsWith("<!--", at)) at = after(text, "-->", at + 4);
    else if (text.startsWith("<![CDATA[", at)) at = after(text, "]]>", at + 9);
    else if (text.startsWith("<?", at)) at = after(text, "?>", at + 2);
    else if (text.startsWith("<!", at)) throw new EnvelopeFault("DOCTYPE", "Client");
    else {
      const end = tagEnd(text, at + 1);
      if (text.startsWith("</", at)) depth -= 1;
      else if (text[end - 2] !== "/") depth += 1;
      if (depth > MAX_DEPTH) throw new EnvelopeFault("TOO_DEEP", "Client");
      at = end;
    }
  }
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  if (found < 0) throw new EnvelopeFault("NOT_XML", "Client");
  return found + mark.length;
}

/** The index after the `>` that closes a tag: one inside a quoted attribute does not. */
function tagEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === ">") return at + 1;
    if (char === '"' || char === "'") at = after(text, char, at + 1) - 1;
  }
  throw new EnvelopeFault("NOT_XML", "Client");
}
