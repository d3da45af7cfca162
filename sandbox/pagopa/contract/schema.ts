import { complexTypes, isComplex, namespace, operations, placesOf, simpleTypes, type ComplexType, type Field, type Simple } from "./types.ts";

const facet = ([name, value]: [string, string | number | readonly string[]]): string =>
  [value].flat().map(one => `<xsd:${name} value="${String(one)}"/>`).join("");

const simpleType = ([name, { base, facets }]: [string, Simple]): string =>
  `<xsd:simpleType name="${name}"><xsd:restriction base="xsd:${base}">${Object.entries(facets).map(facet).join("")}</xsd:restriction></xsd:simpleType>`;

const qualified = (type: string): string => `${type in simpleTypes || isComplex(type) ? "pa" : "xsd"}:${type}`;

const element = ({ name, type, optional, most }: Field): string =>
  `<xsd:element name="${name}" type="${qualified(type)}" minOccurs="${optional ? 0 : 1}" maxOccurs="${most}"/>`;

const place = (fields: readonly Field[]): string =>
  fields.length === 1 ? element(fields[0]!) : `<xsd:choice>${fields.map(element).join("")}</xsd:choice>`;

const complexType = (name: string): string =>
  isComplex(name) ? `<xsd:complexType name="${name}"><xsd:sequence>${placesOf(name).map(place).join("")}</xsd:sequence></xsd:complexType>` : "";

const root = (name: string, type: ComplexType): string => `<xsd:element name="${name}" type="pa:${type}"/>`;

/** The tables as one XML Schema: the roots are qualified, their children are not. */
export const schemaText = (): string =>
  `<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:pa="${namespace}" targetNamespace="${namespace}" elementFormDefault="unqualified">` +
  Object.entries<Simple>(simpleTypes).map(simpleType).join("") +
  Object.keys(complexTypes).map(complexType).join("") +
  Object.values(operations).map(each => root(each.request, each.requestType) + root(each.response, each.responseType)).join("") +
  "</xsd:schema>";
