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

/** Elements one after the other. `attribute` stands in the opening tag of each. One that may be missing is where it begins: there are no two ways to read a message. */
export const written = (elements: readonly PlainElement[], attribute = ""): string => elements.map(({ name, optional, content }) => {
  const element = `<${name}${attribute}>${content}</${name}>${blanks}`;
  return optional ? `(?:${element}|(?!<${name}${attribute}>))` : element;
}).join("");

/**
 * The elements in each global element of the first schema, by its name; `schemas` are roots of schemas. Regular expressions
 * are made of them that accept some of what the schemas accept and nothing else. Whatever is not known for certain here
 * (long lists, attributes, most built-in types, other facets) accepts nothing: where it may be missing it must be, and what
 * cannot be without it is not in the answer. Of a choice the first that is known must be made. Throws for schemas whose local elements have a namespace.
 */
export function plainLanguage(schemas: readonly XmlElement[]): ReadonlyMap<string, readonly PlainElement[]> {
  if (!schemas.every(schema => attributesOf(schema)["elementFormDefault"] === "unqualified")) throw new Error("plain messages are known of unqualified elements alone");
  const types = new Map<string, XmlElement>(schemas.flatMap(schema => [...elementsOf(schema)].filter(({ name }) => name.endsWith("Type"))
    .map(type => [`{${attributesOf(schema)["targetNamespace"]}}${attributesOf(type)["name"]}`, type] as const)));

  /** An element as often as it may stand there, each time but the first optional. */
  const elementsOfOne = (declared: XmlElement): readonly PlainElement[] | undefined => {
    if (declared.name === "choice") return declared.attrs.length > 0 ? undefined : elementsOf(declared).map(elementsOfOne).find(found => found !== undefined);
    const { maxOccurs = "1", minOccurs } = attributesOf(declared);
    const element = /^[1-5]$/.test(maxOccurs) && (minOccurs ?? "1") <= "1" ? elementOf(declared) : undefined;
    return element && Array.from({ length: Number(maxOccurs) }, (_, place) => ({ ...element, optional: element.optional || place > 0 }));
  };
  const elementOf = (declared: XmlElement): PlainElement | undefined => {
    const { name = "", type, minOccurs = "1", maxOccurs: _counted, ...others } = attributesOf(declared);
    if (declared.name !== "element" || !/^[\w-]+$/.test(name) || type === undefined || Object.keys(others).length > 0) return undefined;
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
    const found = [...elementsOf(sequence)].flatMap((part): readonly (PlainElement | undefined)[] => elementsOfOne(part) ?? (attributesOf(part)["minOccurs"] === "0" ? [] : [undefined]));
    const known = found.filter(part => part !== undefined);
    // With nothing that must be there, elements would be told from text by luck.
    return known.length === found.length && known.some(({ optional }) => !optional) ? known : undefined;
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
  (others.length === 0 && /^(?:(?:\\[d.]|\[-?(?:\w(?:-\w)?|[+:.])+\])(?:\{\d+\}|\+)?)+$/.test(value) ? value : undefined);

/** A day that every year has. */
const day = "(?!0000)\\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)";

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
      // What has a digit other than zero before its point is one at least.
      minInclusive: ([value]) => (Number(value) <= 1 ? "0*[1-9]\\d*(?:\\.\\d*)?" : undefined),
      // A number with fewer digits before its point is smaller.
      maxInclusive: ([value = ""]) => {
        const digits = /^[1-9]\d+(?![^.])/.exec(value)?.[0].length;
        return digits === undefined ? undefined : `\\d{1,${digits - 1}}(?:\\.\\d*)?`;
      },
    },
  },
  [`{${XS}}int`]: { form: "\\d{1,9}", facets: { enumeration: values => (values.every(value => /^[1-9]\d{0,8}$/.test(value)) ? `(?:${values.join("|")})` : undefined) } },
  [`{${XS}}boolean`]: { form: "(?:true|false|0|1)", facets: {} },
  [`{${XS}}date`]: { form: day, facets: { pattern } },
  [`{${XS}}dateTime`]: { form: `${day}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:0\\d|1[0-3]):[0-5]\\d)?`, facets: { pattern } },
};

const attributesOf = (element: XmlElement): Readonly<Record<string, string>> => Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]));
