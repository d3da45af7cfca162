import { readFileSync } from "node:fs";
import { XmlBufferInputProvider, XmlDocument, XmlValidateError, XsdValidator, xmlRegisterInputProvider, type XmlElement } from "libxml2-wasm";
import { plainReader } from "./plain.ts";

const read = (file: string): Buffer => readFileSync(new URL(`./contract/${file}`, import.meta.url));

const messages = read("paForNode.xsd");
const commonTypes = read("common-types.xsd");

const elementNames = new Set([messages, commonTypes].flatMap(schema => [...schema.toString().matchAll(/<xs:element name="([^"]+)"/g)].map(([, name]) => name)));

/** Compiled once, when this file is first imported, and kept as long as the process lives. */
const compiled = compile();

/** Reads messages that are written so plainly that no parser is needed to know that the schema accepts them. */
export const { readPlain } = compiled;

function compile() {
  // The parser opens no file and no address by itself: this is the one name it can resolve.
  xmlRegisterInputProvider(new XmlBufferInputProvider({ "pagopa/common-types.xsd": commonTypes }));
  const document = XmlDocument.fromBuffer(messages, { url: "pagopa/paForNode.xsd" });
  const types = XmlDocument.fromBuffer(commonTypes);
  try {
    return { validator: XsdValidator.fromDoc(document), readPlain: plainReader([document.root, types.root]) };
  } finally {
    document.dispose();
    types.dispose();
  }
}

/** The verdict of the paForNode schema on one message element; `element` names the first one at fault when it is one of the contract's. */
export type SchemaVerdict = { readonly valid: true } | { readonly valid: false; readonly element?: string };

/** Judges a message element, request or answer, by the paForNode schema. Throws only when the validator itself fails. */
export function judge(message: XmlElement): SchemaVerdict {
  try {
    compiled.validator.validate(message);
    return { valid: true };
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error;
    // The parser's text quotes what was sent: only the name of an element of ours goes further.
    const name = /Element '(?:\{[^}]*\})?([^']+)'/.exec(error.message)?.[1];
    return name !== undefined && elementNames.has(name) ? { valid: false, element: name } : { valid: false };
  }
}
