import { GraphQLScalarType, Kind } from "graphql";
import { fiscalCodeFaultText, readFiscalCode } from "../rules/fiscal-code.ts";
import { parseNoticeNumber } from "../rules/notice-number.ts";
import { Said, type Words } from "./said.ts";

/** Reads a text, or says why not in words for people; it must never put the text itself into the reason. */
type Read = (text: string) => { readonly ok: true; readonly value: string } | { readonly ok: false; readonly reason: Words };

const notText: Words = { it: "Serve un testo.", en: "A text is needed." };

/** A scalar that travels as a string. What comes in is read; what goes out was ours and is only written. */
function textScalar(name: string, description: string, read: Read, specifiedByURL?: string): GraphQLScalarType<string, string> {
  const parse = (value: unknown): string => {
    const result = typeof value === "string" ? read(value) : { ok: false as const, reason: notText };
    if (!result.ok) throw new Said(result.reason, { code: "BAD_USER_INPUT", scalar: name });
    return result.value;
  };
  return new GraphQLScalarType({
    name,
    description,
    ...(specifiedByURL ? { specifiedByURL } : {}),
    serialize: value => String(value),
    parseValue: parse,
    parseLiteral: node => parse(node.kind === Kind.STRING ? node.value : null),
  });
}

const matching = (pattern: RegExp, reason: Words): Read => text => (pattern.test(text) ? { ok: true, value: text } : { ok: false, reason });

const isDay = (text: string): boolean => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return false;
  const date = new Date(Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])));
  return date.toISOString().startsWith(text);
};

/** A calendar day. */
export const DateScalar = textScalar(
  "Date", "A calendar day in Italy, `YYYY-MM-DD`.",
  text => (isDay(text) ? { ok: true, value: text } : { ok: false, reason: { it: "Serve una data esistente nella forma AAAA-MM-GG.", en: "An existing date is needed, as YYYY-MM-DD." } }),
  "https://scalars.graphql.org/andimarek/local-date",
);

/** An instant. */
export const DateTimeScalar = textScalar(
  "DateTime", "An instant, RFC 3339 with its zone; answers are in UTC with milliseconds, e.g. `2026-11-23T08:30:00.000Z`.",
  text => {
    const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text) && isDay(text.slice(0, 10)) ? new Date(text) : undefined;
    return instant && !Number.isNaN(instant.getTime()) ? { ok: true, value: instant.toISOString() } : { ok: false, reason: { it: "Serve un istante con fuso orario, come 2026-11-23T08:30:00Z.", en: "An instant with its zone is needed, as 2026-11-23T08:30:00Z." } };
  },
  "https://scalars.graphql.org/andimarek/date-time",
);

/** A person's fiscal code. */
export const FiscalCodeScalar = textScalar("FiscalCode", "An Italian fiscal code of a person: sixteen characters with a right check letter (omocodia included), or eleven digits.", text => {
  const reading = readFiscalCode(text);
  return reading.valid ? { ok: true, value: reading.code } : { ok: false, reason: { it: fiscalCodeFaultText(reading.fault), en: fiscalCodeFaultText(reading.fault, "en") } };
});

const noticeFault: Words = {
  it: "Il numero di avviso è di 18 cifre e comincia per 3: si legge sull'avviso, alla voce Codice Avviso.",
  en: "A notice number has 18 digits and begins with 3: it stands on the notice as Codice Avviso.",
};

/** A pagoPA notice number. */
export const NoticeNumberScalar = textScalar("NoticeNumber", "The number of a payment notice: eighteen digits.", text => {
  const parsed = parseNoticeNumber(text);
  return parsed ? { ok: true, value: parsed.notice } : { ok: false, reason: noticeFault };
});

/** Where a listener left off. */
export const CursorScalar = textScalar("Cursor", "A place in a stream of events: keep the last one you handled and give it back to go on from there.",
  matching(/^\d{1,19}$/, { it: "Il cursore non è valido: usare quello dell'ultimo evento ricevuto.", en: "The cursor is not valid: use the one of the last event received." }));

/** An e-mail address. */
export const EmailScalar = textScalar("EmailAddress", "An e-mail address, of at most 254 characters.",
  matching(/^(?=.{3,254}$)[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]{2,}$/, { it: "L'indirizzo e-mail non è valido: controllare che abbia la forma nome@dominio.it.", en: "The e-mail address is not valid: check that it reads like name@domain.org." }));

/** Any JSON, for what a form of the catalogue shapes. */
export const JsonScalar = new GraphQLScalarType({
  name: "JSON",
  description: "Any JSON value. Used only where a form in the catalogue says what stands in it.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc8259",
  serialize: value => value,
  parseValue: value => value,
});
