const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;" };

/** Text as it may stand in element content and in attribute values alike. */
export const escapeXml = (text: string): string => text.replace(/[&<>"'\t\n\r]/g, character => entities[character]!);

/** A piece of XML that is already escaped. Only {@link markup} makes one. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | boolean | null | Markup | readonly Markup[];

function render(value: Value): string {
  if (value === null) return "";
  if (typeof value !== "object") return escapeXml(String(value));
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

/** XML from a template: every value is escaped unless it is {@link Markup} itself; white space between lines is dropped. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const literal = (part: string): string => part.replace(/\n\s*/g, "");
  return { markup: parts.slice(1).reduce((xml, part, at) => xml + render(values[at]!) + literal(part), literal(parts[0]!)) };
}
