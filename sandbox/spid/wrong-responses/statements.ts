import { classOf, type Level } from "../saml.ts";
import { childrenOf } from "../xml.ts";
import type { Case } from "./case.ts";
import { all, duplicate, eachAttribute, elementAt, empty, newElement, remove, setAttribute, setText } from "./edits.ts";

/** A class of authentication is accepted when it is at least the one asked for. */
const withClass = (id: string, level: Level): Case => ({
  id, description: `AuthnContextClassRef of level ${level}`,
  expected: ({ level: requested }) => (level >= requested ? "accept" : "refuse"),
  edit: setText("classRef", classOf(level)),
});

/** How the person proved who they are, and what is said of them. */
export const statements: readonly Case[] = [
  { id: "88", description: "AuthnStatement empty", edit: empty("authnStatement") },
  { id: "89", description: "AuthnStatement missing", edit: remove("authnStatement") },
  { id: "90", description: "AuthnContext empty", edit: empty("authnContext") },
  { id: "91", description: "AuthnContext missing", edit: remove("authnContext") },
  { id: "92", description: "AuthnContextClassRef empty", edit: empty("classRef") },
  { id: "93", description: "AuthnContextClassRef missing", edit: remove("classRef") },
  withClass("94", 1),
  withClass("95", 2),
  withClass("96", 3),
  { id: "97", description: "AuthnContextClassRef unknown to SPID", edit: setText("classRef", "https://www.spid.gov.it/SpidL4") },
  { id: "97-two", description: "two AuthnStatements, the first of a higher level", edit: all(duplicate("authnStatement"), setText("classRef", classOf(3))) },
  { id: "98", description: "AttributeStatement without Attribute", edit: empty("attributeStatement") },
  { id: "98-missing", description: "AttributeStatement missing though attributes were asked for", edit: remove("attributeStatement") },
  { id: "99", description: "Attributes without a value", edit: eachAttribute(attribute => { attribute.textContent = ""; }) },
  { id: "99-blank", description: "Attributes with an empty value", edit: eachAttribute(attribute => { childrenOf(attribute)[0]!.textContent = ""; }) },
  { id: "99-two-values", description: "an Attribute with two values", edit: duplicate("firstValue") },
  { id: "99-twice", description: "an Attribute twice, with different values", edit: all(duplicate("firstAttribute"), setText("firstValue", "altro")) },
  {
    id: "103", description: "only spidCode and address, whatever was asked for", expected: "either",
    parameters: () => ({ attributes: { spidCode: "UNOX0123456789", address: "via Roma 1 12100 Cuneo CN" } }),
  },
  {
    id: "fiscal-number-prefix", description: "fiscal number without the TINIT- prefix",
    parameters: ({ attributes }) => ({ attributes: { ...attributes, fiscalNumber: "PRMLVI80C45D205Z" } }),
  },
  {
    id: "fiscal-number-check-letter", description: "fiscal number with a wrong check letter",
    parameters: ({ attributes }) => ({ attributes: { ...attributes, fiscalNumber: "TINIT-PRMLVI80C45D205A" } }),
  },
  {
    id: "encrypted", description: "EncryptedAssertion beside the assertion",
    edit: root => { root.appendChild(newElement(root, "saml:EncryptedAssertion")); },
  },
  {
    id: "nested", description: "an assertion hidden in an Advice of the assertion",
    edit: root => {
      const assertion = elementAt(root, "assertion");
      const inner = assertion.cloneNode(true) as typeof assertion;
      inner.setAttribute("ID", "_inner");
      assertion.insertBefore(newElement(root, "saml:Advice"), elementAt(root, "authnStatement")).appendChild(inner);
    },
  },
  { id: "duplicate-ids", description: "Assertion with the ID of the Response", edit: setAttribute("assertion", "ID", "_same"), between: setAttribute("response", "ID", "_same"), responseSignedBy: "nobody" },
  {
    id: "two-assertions", description: "two assertions, both signed",
    between: root => {
      const second = elementAt(root, "assertion").cloneNode(true);
      root.appendChild(second);
    },
  },
];
