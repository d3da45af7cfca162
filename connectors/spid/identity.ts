import type { Element } from "@xmldom/xmldom";
import { ensure } from "./refusal.ts";
import { ns } from "./saml.ts";
import { attributeOf, childrenOf, onlyChild, textOf } from "./xml.ts";

/** Who logged in, as the identity provider vouches for it. What was not asked for or not given is null. */
export interface Identity {
  readonly familyName: string;
  readonly givenName: string;
  /**
   * The Italian fiscal code without its `TINIT-` prefix, 11 or 16 capital letters and digits. Whether it is formally right is
   * for `rules/fiscal-code.ts` to say: providers in test use codes that are not. Null for eIDAS persons without one.
   */
  readonly fiscalCode: string | null;
  /** The provider's own identifier of the digital identity. CIE has none. */
  readonly spidCode: string | null;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string | null;
  /** Belfiore code of the municipality or the country of birth. */
  readonly birthPlace: string | null;
  readonly birthProvince: string | null;
  readonly sex: "M" | "F" | null;
  readonly email: string | null;
  readonly mobilePhone: string | null;
  /** Certified e-mail address. */
  readonly digitalAddress: string | null;
  readonly address: string | null;
}

/** The attributes of an assertion by name: each once, each with one value that is not empty. */
function attributesOf(assertion: Element): Map<string, string> {
  const statements = childrenOf(assertion, ns.saml, "AttributeStatement");
  const attributes = statements.flatMap(statement => childrenOf(statement, ns.saml, "Attribute"));
  ensure(statements.length === 1 && attributes.length > 0, "attributes.missing");
  const values = new Map<string, string>();
  for (const attribute of attributes) {
    const name = attributeOf(attribute, "Name");
    const value = onlyChild(attribute, ns.saml, "AttributeValue");
    ensure(!values.has(name), "attributes.duplicate");
    values.set(name, value ? textOf(value) : "");
    ensure(name && values.get(name), "attributes.value");
  }
  return values;
}

/** The code after `TINIT-`; null when there is none or it is another country's; anything else is refused. */
function fiscalCodeOf(fiscalNumber: string | undefined): string | null {
  if (fiscalNumber === undefined) return null;
  const [, country, code] = /^TIN([A-Z]{2})-([A-Z0-9]{1,30})$/.exec(fiscalNumber.toUpperCase()) ?? [];
  ensure(country && code, "attributes.fiscal-number");
  if (country !== "IT") return null;
  ensure(code.length === 16 || code.length === 11, "attributes.fiscal-number");
  return code;
}

/** An `xs:date` may carry a zone, which says nothing about a birthday. */
function birthDateOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const date = /^(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?$/.exec(text)?.[1];
  const instant = new Date(date ?? NaN);
  ensure(date && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date), "attributes.date-of-birth");
  return date;
}

/** Reads the identity from a verified assertion; refuses when an attribute that the login needs is missing. */
export function readIdentity(assertion: Element, required: readonly string[]): Identity {
  const attributes = attributesOf(assertion);
  ensure(required.every(name => attributes.has(name)), "attributes.required");
  const optional = (name: string): string | null => attributes.get(name) ?? null;
  const gender = optional("gender");
  return {
    familyName: attributes.get("familyName")!,
    givenName: attributes.get("name")!,
    fiscalCode: fiscalCodeOf(attributes.get("fiscalNumber")),
    spidCode: optional("spidCode"),
    birthDate: birthDateOf(attributes.get("dateOfBirth")),
    birthPlace: optional("placeOfBirth"),
    birthProvince: optional("countyOfBirth"),
    sex: gender === "M" || gender === "F" ? gender : null,
    email: optional("email"),
    mobilePhone: optional("mobilePhone"),
    digitalAddress: optional("digitalAddress"),
    address: optional("address"),
  };
}
