import type { Case, Verdict } from "./case.ts";
import { newElement } from "./edits.ts";

const withDoctype = (id: string, description: string, doctype: string, entity: string): Case => ({
  id, description,
  rewrite: xml => `<?xml version="1.0"?>${doctype}${xml.replace("</saml:NameID>", `${entity}</saml:NameID>`)}`,
});

/** Nine entities, each ten times the one before: a thousand million words when expanded. */
const bomb = `<!DOCTYPE r [<!ENTITY b0 "bomba">${Array.from({ length: 9 }, (_, index) =>
  `<!ENTITY b${index + 1} "${`&b${index};`.repeat(10)}">`).join("")}]>`;

/** Puts something into the middle of the fiscal number, after it was signed. */
const inFiscalNumber = (id: string, description: string, what: string, expected: Verdict): Case => ({
  id, description, expected, rewrite: xml => xml.replace(/(TINIT-[A-Z0-9]{6})/, `$1${what}`),
});

const deep = 50_000;
const hugeCharacters = 3_000_000;

/** What is wrong with the document before anybody reads what it says. */
export const documents: readonly Case[] = [
  { id: "not-base64", description: "a field that is not base64", encode: () => "%%% questo non è base64 %%%" },
  { id: "not-xml", description: "base64 of something that is not XML", rewrite: () => "questo non è XML" },
  { id: "empty", description: "an empty document", rewrite: () => "" },
  { id: "truncated", description: "the first half of the document", rewrite: xml => xml.slice(0, xml.length / 2) },
  { id: "trailing", description: "a second document after the first", rewrite: xml => `${xml}${xml}` },
  { id: "other-root", description: "an assertion without a response around it", rewrite: xml => /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)![0] },
  { id: "other-namespace", description: "a response of SAML 1.1", rewrite: xml => xml.replaceAll("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.0:protocol") },
  withDoctype("dtd", "a document type declaration", "<!DOCTYPE Response>", ""),
  withDoctype("dtd-bomb", "entities that expand a thousand million times", bomb, "&b9;"),
  withDoctype("dtd-external", "an entity that reads a file", `<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]>`, "&f;"),
  withDoctype("dtd-parameter", "a parameter entity that calls out", `<!DOCTYPE r [<!ENTITY % p SYSTEM "http://localhost:9/p.dtd"> %p;]>`, ""),
  {
    id: "dtd-utf16", description: "a document type declaration in UTF-16, where a search for bytes misses it",
    rewrite: xml => `<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE Response>${xml}`,
    encode: xml => Buffer.from(`\ufeff${xml}`, "utf16le").toString("base64"),
  },
  {
    id: "deep", description: `${deep} elements one inside the other`,
    rewrite: xml => xml.replace("</samlp:Status>", `<samlp:StatusDetail>${"<a>".repeat(deep)}${"</a>".repeat(deep)}</samlp:StatusDetail></samlp:Status>`),
  },
  { id: "huge", description: "three million blanks", rewrite: xml => xml.replace("</samlp:Status>", `${" ".repeat(hugeCharacters)}</samlp:Status>`) },
  { id: "many-attributes", description: "twenty thousand attributes on one element", rewrite: xml => xml.replace("<samlp:Status>", `<samlp:Status ${Array.from({ length: 20_000 }, (_, index) => `a${index}=""`).join(" ")}>`) },
  { id: "extensions", description: "an unknown element in signed extensions", expected: "either", edit: root => { root.insertBefore(newElement(root, "samlp:Extensions"), root.childNodes[1] ?? null); } },
  inFiscalNumber("comment-in-fiscal-number", "a comment in the fiscal number, which the signature does not cover: refused, or the number read whole", "<!---->", "either"),
  inFiscalNumber("cdata-in-fiscal-number", "an empty CDATA section in the fiscal number: refused, or the number read whole", "<![CDATA[]]>", "either"),
  inFiscalNumber("instruction-in-fiscal-number", "a processing instruction in the fiscal number, which breaks the signature", "<?x y?>", "refuse"),
];
