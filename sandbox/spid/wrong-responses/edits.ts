import type { Element } from "@xmldom/xmldom";
import { namespaces } from "../saml.ts";
import { find, isNamed } from "../xml.ts";
import type { Edit, WrongResponseParameters } from "./case.ts";

type Value = string | ((parameters: WrongResponseParameters) => string);

const valueOf = (value: Value, parameters: WrongResponseParameters): string => (typeof value === "string" ? value : value(parameters));

/** Where things stand in a response, from its root down. */
export const places = {
  response: "",
  responseIssuer: "saml:Issuer",
  status: "samlp:Status",
  statusCode: "samlp:Status/samlp:StatusCode",
  assertion: "saml:Assertion",
  issuer: "saml:Assertion/saml:Issuer",
  subject: "saml:Assertion/saml:Subject",
  nameId: "saml:Assertion/saml:Subject/saml:NameID",
  confirmation: "saml:Assertion/saml:Subject/saml:SubjectConfirmation",
  confirmationData: "saml:Assertion/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData",
  conditions: "saml:Assertion/saml:Conditions",
  audienceRestriction: "saml:Assertion/saml:Conditions/saml:AudienceRestriction",
  audience: "saml:Assertion/saml:Conditions/saml:AudienceRestriction/saml:Audience",
  authnStatement: "saml:Assertion/saml:AuthnStatement",
  authnContext: "saml:Assertion/saml:AuthnStatement/saml:AuthnContext",
  classRef: "saml:Assertion/saml:AuthnStatement/saml:AuthnContext/saml:AuthnContextClassRef",
  attributeStatement: "saml:Assertion/saml:AttributeStatement",
  firstAttribute: "saml:Assertion/saml:AttributeStatement/saml:Attribute",
  firstValue: "saml:Assertion/saml:AttributeStatement/saml:Attribute/saml:AttributeValue",
  responseSignature: "ds:Signature",
  assertionSignature: "saml:Assertion/ds:Signature",
} as const;

export type Place = keyof typeof places;

/** The element at a place. Throws when an earlier edit removed it. */
export function elementAt(root: Element, place: Place): Element {
  const found = places[place] === "" ? root : find(root, ...places[place].split("/"));
  if (!found) throw new Error(`the response has no ${place}`);
  return found;
}

export const setAttribute = (place: Place, name: string, value: Value): Edit => (root, parameters) =>
  elementAt(root, place).setAttribute(name, valueOf(value, parameters));

export const removeAttribute = (place: Place, name: string): Edit => root => elementAt(root, place).removeAttribute(name);

export const setText = (place: Place, value: Value): Edit => (root, parameters) => {
  elementAt(root, place).textContent = valueOf(value, parameters);
};

/** Leaves the element with its attributes and nothing inside. */
export const empty = (place: Place): Edit => setText(place, "");

export const remove = (place: Place): Edit => root => detach(elementAt(root, place));

/** A second element like the first, right after it. */
export const duplicate = (place: Place): Edit => root => {
  const original = elementAt(root, place);
  original.parentNode!.insertBefore(original.cloneNode(true), original.nextSibling);
};

/** One edit after the other. */
export const all = (...edits: readonly Edit[]): Edit => (root, parameters) => {
  for (const edit of edits) edit(root, parameters);
};

/** Does the same to every attribute of the statement. */
export const eachAttribute = (change: (attribute: Element) => void): Edit => root => {
  for (const child of [...elementAt(root, "attributeStatement").childNodes]) {
    if (isElement(child) && isNamed(child, "saml:Attribute")) change(child);
  }
};

const isElement = (node: { readonly nodeType: number }): node is Element => node.nodeType === 1;

/** Takes an element out of its document and gives it back. */
export function detach(element: Element): Element {
  element.parentNode!.removeChild(element);
  return element;
}

export const clone = (element: Element): Element => element.cloneNode(true) as Element;

/** A new element in the document of another, named like `saml:Assertion`. */
export const newElement = (near: Element, qualifiedName: string): Element =>
  near.ownerDocument!.createElementNS(namespaces[qualifiedName.split(":")[0] as keyof typeof namespaces], qualifiedName);
