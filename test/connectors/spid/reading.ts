import { createPublicKey, createVerify } from "node:crypto";
import { expect } from "@jest/globals";
import { DOMParser, type Element } from "@xmldom/xmldom";
import { SpidRefusal } from "../../../connectors/spid/index.ts";

export const rootOf = (xml: string): Element => new DOMParser().parseFromString(xml, "text/xml").documentElement!;

/** Elements below another, by local name. */
export const all = (root: Element, name: string): Element[] => Array.from(root.getElementsByTagNameNS("*", name));

/** The only one of its name. */
export const one = (root: Element, name: string): Element => {
  const found = all(root, name);
  expect(found).toHaveLength(1);
  return found[0]!;
};

export const childNames = (element: Element): string[] => Array.from(element.childNodes).flatMap(node => (node.nodeType === 1 ? [(node as Element).localName!] : []));

/** How an attempt was refused. */
export const refusalOf = (attempt: () => unknown): SpidRefusal => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof SpidRefusal) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

/** Whether the signature of an address is by the key of a certificate. */
export const signedBy = (certificate: string, query: string): boolean => {
  const at = query.lastIndexOf("&Signature=");
  const signature = decodeURIComponent(query.slice(at + "&Signature=".length));
  return createVerify("RSA-SHA256").update(query.slice(0, at)).verify(createPublicKey(certificate), signature, "base64");
};
