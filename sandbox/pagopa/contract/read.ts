import { ParseOption, XmlDocument, XmlElement, XmlTreeNode, XsdValidator } from "libxml2-wasm";
import { schemaText } from "./schema.ts";
import { isComplex, namespace, operations, placesOf, simpleTypes, type ComplexType, type Operation, type Simple } from "./types.ts";
import { type Message, type Value } from "./write.ts";

const soap = "http://schemas.xmlsoap.org/soap/envelope/";
/** The longest message that is read, in bytes. */
export const longest = 1_048_576;

let compiled: XsdValidator | undefined;

/** The compiled schema, made at first use: its memory lies outside the collected heap and is kept for the process. */
function validator(): XsdValidator {
  if (!compiled) {
    using schema = XmlDocument.fromString(schemaText());
    compiled = XsdValidator.fromDoc(schema);
  }
  return compiled;
}

/** An answer that is not what the contract says. The reason is for the developer who reads the node's view. */
export class BadMessage extends Error {}

/** The element children of an element, in order. The library knows no way past an instruction: then they are asked for by path. */
const elementsOf = (parent: XmlElement): XmlElement[] => {
  const found: XmlElement[] = [];
  for (let child = parent.firstChild; child; child = child.next) {
    if (child instanceof XmlElement) found.push(child);
    else if (!(child instanceof XmlTreeNode)) return parent.find("*") as XmlElement[];
  }
  return found;
};

/** The single child of the single body of a SOAP 1.1 envelope. */
function payload(document: XmlDocument): XmlElement {
  const { root } = document;
  if (root.name !== "Envelope" || root.namespaceUri !== soap) throw new BadMessage("not a SOAP 1.1 envelope");
  const outer = elementsOf(root);
  if (outer[0]?.name === "Header" && outer[0].namespaceUri === soap) outer.shift();
  const [body] = outer;
  if (outer.length !== 1 || !body || body.name !== "Body" || body.namespaceUri !== soap) throw new BadMessage("not one soap Body");
  const [only, ...others] = elementsOf(body);
  if (!only || others.length > 0) throw new BadMessage("not one element in the Body");
  return only;
}

/** Blanks around text belong to it, unlike those around amounts, days and numbers. */
const isText = (type: string): boolean => ((simpleTypes as Readonly<Record<string, Simple>>)[type]?.base ?? type) === "string";

function values(type: ComplexType, element: XmlElement): Message {
  const found = Object.groupBy(elementsOf(element), ({ name }) => name);
  const read = (fieldType: string, one: XmlElement): string | Message => (isComplex(fieldType) ? values(fieldType, one) : isText(fieldType) ? one.content : one.content.trim());
  const fields = placesOf(type).flat().flatMap(({ name, type: fieldType, most }): [string, Value][] => {
    const ones = found[name];
    if (!ones) return [];
    return [[name, most > 1 ? ones.map(one => read(fieldType, one) as Message) : read(fieldType, ones[0]!)]];
  });
  return Object.fromEntries(fields);
}

function readMessage(bytes: Uint8Array, element: string, type: ComplexType): Message {
  if (bytes.byteLength > longest) throw new BadMessage("larger than 1 MiB");
  try {
    using document = XmlDocument.fromBuffer(bytes, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NOCDATA });
    if (document.dtd) throw new BadMessage("a document type is not admitted");
    const message = payload(document);
    if (message.name !== element || message.namespaceUri !== namespace) throw new BadMessage(`${message.name} where ${element} was due`);
    validator().validate(message);
    return values(type, message);
  } catch (error) {
    if (error instanceof BadMessage) throw error;
    throw new BadMessage(error instanceof Error ? error.message : "not XML");
  }
}

/** A station's answer as it came, in any encoding that it says it has, validated and read. Throws `BadMessage` when it is not well formed, not SOAP or not by the schema. */
export const readResponse = (operation: Operation, answer: Uint8Array): Message => {
  const { response, responseType } = operations[operation];
  return readMessage(answer, response, responseType);
};

/** A request of the node, validated and read: what the node's own words are checked with. Throws `BadMessage`. */
export const readRequest = (operation: Operation, text: string): Message => {
  const { request, requestType } = operations[operation];
  return readMessage(Buffer.from(text), request, requestType);
};
