import type { XmlElement } from "libxml2-wasm";
import { elementsOf } from "../xml.ts";

/** An element as it is written plainly. */
export interface PlainElement {
  readonly name: string;
  readonly optional: boolean;
  /** What stands between its tags, as a regular expression with one group for each text. */
  readonly content: string;
  /** The elements in it; without them it is text. */
  readonly inside?: readonly PlainElement[];
}

/** Blanks between elements, as XML has them: fewer than `\s`. */
export const blanks = "[ \\t\\r\\n]*";

/** ASCII that stands for itself: no control characters, no `<`, `&` or `>`. */
const text = "([ -%'-;=?-~]*)";

/** Elements one after the other. `attribute` stands in the opening tag of each. */
export const written = (elements: readonly PlainElement[], attribute = ""): string => elements.map(({ name, optional, content }) => {
  const element = `<${name}${attribute}>${content}</${name}>${blanks}`;
  return optional ? `(?:${element})?` : element;
}).join("");

/**
 * The elements in each global element of the first schema, by its name; `schemas` are roots of schemas. Regular expressions
 * are made of them that accept some of what the schemas accept and nothing else. Whatever is not known for certain here
 * (repetitions, choices, attributes, most built-in types, other facets) accepts nothing: where it may be missing it must be,
 * and what cannot be without it is not in the answer. Throws for schemas whose local elements have a namespace.
 */
export function plainLanguage(schemas: readonly XmlElement[]): ReadonlyMap<string, readonly PlainElement[]> {
  if (!schemas.every(schema => attributesOf(schema)["elementFormDefault"] === "unqualified")) throw new Error("plain messages are known of unqualified elements alone");
  const types = new Map<string, XmlElement>(schemas.flatMap(schema => [...elementsOf(schema)].filter(({ name }) => name.endsWith("Type"))
    .map(type => [`{${attributesOf(schema)["targetNamespace"]}}${attributesOf(type)["name"]}`, type] as const)));

  const elementOf = (declared: XmlElement): PlainElement | undefined => {
    const { name = "", type, minOccurs = "1", maxOccurs = "1", ...others } = attributesOf(declared);
    if (declared.name !== "element" || !/^[\w-]+$/.test(name) || type === undefined || maxOccurs !== "1" || Object.keys(others).length > 0) return undefined;
    const qualified = resolve(declared, type);
    const defined = types.get(qualified);
    const content = defined ? textOf(defined) : texts(qualified, []);
    if (content !== undefined) return { name, optional: minOccurs === "0", content };
    const inside = defined && elementsIn(defined);
    return inside && { name, optional: minOccurs === "0", content: blanks + written(inside), inside };
  };
  const elementsIn = (type: XmlElement): readonly PlainElement[] | undefined => {
    const [sequence, ...others] = elementsOf(type);
    if (type.name !== "complexType" || type.attrs.length > 1 || sequence?.name !== "sequence" || sequence.attrs.length > 0 || others.length > 0) return undefined;
    const found = [...elementsOf(sequence)].map(part => elementOf(part) ?? (attributesOf(part)["minOccurs"] === "0" ? "MISSING" : undefined));
    const known = found.filter(part => part !== "MISSING");
    // With nothing that must be there, elements would be told from text by luck.
    return known.every(part => part !== undefined) && known.some(({ optional }) => !optional) ? known : undefined;
  };
  return new Map([...elementsOf(schemas[0]!)].map(elementOf).flatMap(found => (found?.inside ? [[found.name, found.inside]] : [])));
}

const XS = "http://www.w3.org/2001/XMLSchema";

/** A name as the schema means it: `{namespace}local`. */
function resolve(element: XmlElement, name: string): string {
  const [local = "", prefix = ""] = name.split(":").reverse();
  return `{${element.namespaces[prefix]}}${local}`;
}

/** The texts of a simple type that restricts a built-in one. */
function textOf(type: XmlElement): string | undefined {
  const [restriction, ...others] = elementsOf(type);
  if (type.name !== "simpleType" || restriction?.name !== "restriction" || others.length > 0) return undefined;
  return texts(resolve(restriction, attributesOf(restriction)["base"] ?? ""), [...elementsOf(restriction)].map(facet => [facet.name, attributesOf(facet)["value"] ?? ""]));
}

/** The texts of a built-in type within facets: what each facet asks for is looked at ahead, up to the tag that ends the text. */
function texts(base: string, facets: readonly (readonly [name: string, value: string])[]): string | undefined {
  const known = bases[base];
  const values = Map.groupBy(facets, ([name]) => name);
  const asked = known && [...values].map(([name, all]) => known.facets[name]?.(all.map(([, value]) => value)));
  return asked?.every(each => each !== undefined) ? `${[known!.form, ...asked].map(each => `(?=${each}<)`).join("")}${text}` : undefined;
}

type Facet = (values: readonly string[]) => string | undefined;

/** One after the other characters, digits and ranges, once, a number of times or any number of times: they mean the same in a schema. */
const pattern: Facet = ([value = "", ...others]) =>
  (others.length === 0 && /^(?:(?:\\[d.]|\[(?:\w(?:-\w)?)+\])(?:\{\d+\}|\+)?)+$/.test(value) ? value : undefined);

const bases: Readonly<Record<string, { readonly form: string; readonly facets: Readonly<Record<string, Facet>> }>> = {
  [`{${XS}}string`]: {
    form: "[^<]*",
    facets: {
      pattern,
      minLength: ([value]) => `[^<]{${value},}`, maxLength: ([value]) => `[^<]{0,${value}}`, length: ([value]) => `[^<]{${value}}`,
      enumeration: values => (values.every(value => /^\w+$/.test(value)) ? `(?:${values.join("|")})` : undefined),
    },
  },
  [`{${XS}}decimal`]: {
    form: "\\d{1,9}(?:\\.\\d{1,9})?",
    facets: {
      pattern,
      // A number with fewer digits before its point is smaller.
      maxInclusive: ([value = ""]) => {
        const digits = /^[1-9]\d+(?![^.])/.exec(value)?.[0].length;
        return digits === undefined ? undefined : `\\d{1,${digits - 1}}(?:\\.\\d*)?`;
      },
    },
  },
};

const attributesOf = (element: XmlElement): Readonly<Record<string, string>> => Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]));
