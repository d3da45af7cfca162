import { XmlC14NMode, XmlDocument, type XmlElement } from "libxml2-wasm";
import { GateFault } from "./faults.ts";
import { messageNamespaces, type Operation, requestNames } from "./request-schema.ts";
import { elements } from "./signature.ts";

/** Parses a message. Throws a GateFault ("invalid") for what is not XML or has a DTD. */
export function readMessage(body: unknown): XmlDocument {
  if (!Buffer.isBuffer(body) || body.includes("<!DOCTYPE")) throw new GateFault("invalid", "not XML, or XML with a DTD");
  try {
    return XmlDocument.fromBuffer(body);
  } catch {
    throw new GateFault("invalid", "not well-formed");
  }
}

/** The one element of the body. Throws a GateFault ("invalid") when it is not this operation's. */
export function bodyElement(envelope: XmlElement, operation: Operation): XmlElement {
  const content = elements(envelope, "/env:Envelope/env:Body/*");
  const [request] = content;
  if (content.length !== 1 || request!.name !== requestNames[operation] || request!.namespaceUri !== messageNamespaces[operation]) throw new GateFault("invalid", "not a message of this service");
  return request!;
}

/** An element as a document of its own, made of exactly the bytes that are signed when it stands in the body. */
export const standalone = (element: XmlElement): XmlDocument =>
  XmlDocument.fromString(element.canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 }));
