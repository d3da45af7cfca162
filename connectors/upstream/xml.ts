import { XmlDocument } from "libxml2-wasm";
import { Unreadable } from "./failures.ts";

/**
 * Lets only plain, well-formed XML pass to the parsers behind: no document type (so no entities to expand), no nesting
 * past libxml2's 256 levels. Throws `Unreadable` otherwise. The size is capped before, where the body is read.
 */
export function assertPlainXml(xml: string): void {
  if (xml.includes("<!DOCTYPE")) throw new Unreadable("DOCTYPE");
  // The body was decoded as UTF-8 when it was read; another declaration would garble names without a word.
  if (/^\s*<\?xml[^>]*encoding=["'](?!utf-8["'])/i.test(xml)) throw new Unreadable("ENCODING");
  try {
    XmlDocument.fromString(xml).dispose();
  } catch {
    throw new Unreadable("NOT_XML");
  }
}
