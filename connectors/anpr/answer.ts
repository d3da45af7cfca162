import { z } from "zod";
import { SourceRefused, TryLater } from "../upstream.ts";
import { refusals, transientCode } from "./codes.ts";

// What the hub reads of the registry's answers, and how forgivingly. Unknown elements pass unseen.

/** An element's text: the library gives an object when the element has attributes. */
export const text = z.union([z.string(), z.object({ $value: z.string() }).transform(({ $value }) => $value)]);

/** A day, without the zone that the registry may append: a day of the registry is a day in Rome as written. */
export const day = text.transform((value, context) => {
  const written = /^(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?$/.exec(value)?.[1];
  if (written) return written;
  context.addIssue({ code: "custom", message: "not a day" });
  return z.NEVER;
});

/** A repeated element: alone it arrives bare, and not at all when there is none. */
export const many = <T extends z.ZodType>(element: T) =>
  z.preprocess((value): unknown => (value === undefined || value === null ? [] : Array.isArray(value) ? (value as unknown) : [value]), z.array(element));

/** Codes only; anything longer or stranger is no code, and must not travel on. */
const code = text.transform(value => (/^[0-9A-Za-z]{1,6}$/.test(value) ? value : "UNREADABLE"));

export const remarks = many(z.object({ codiceErroreAnomalia: code, tipoErroreAnomalia: text.nullish() }).transform(
  ({ codiceErroreAnomalia, tipoErroreAnomalia }) => ({ code: codiceErroreAnomalia, warning: tipoErroreAnomalia?.toUpperCase() === "W" }),
));

// A list may be empty where its schema wants at least one entry.
const remarkList = z.object({ errore: remarks }).nullish().transform(list => list?.errore ?? []);

export const header = z.object({ idOperazioneComune: text, idOperazioneANPR: text.nullish() });
export const positive = <T extends z.ZodRawShape>(shape: T) => z.object({ testataRisposta: header, listaAnomalie: remarkList, ...shape });
const negative = z.object({ testataRisposta: header, listaErrori: remarkList });

/**
 * What an answer of the registry says: the positive half, or null when it has nobody who matches.
 *
 * The choice between the two halves decides, not the outcome code of the header: that one is documented in one way and
 * used in another. Remarks of type W decide nothing. Throws `SourceRefused`, `TryLater`, or what zod throws.
 */
export function halfOf(raw: unknown, positiveName: string): { readonly positive: unknown } | { readonly nobody: z.infer<typeof negative> } {
  const answer = z.record(z.string(), z.unknown()).parse(raw);
  if (answer[positiveName] !== undefined && answer[positiveName] !== null) return { positive: answer[positiveName] };
  const refusal = negative.parse(answer.rispostaKO);
  const errors = refusal.listaErrori.filter(({ warning }) => !warning).map(error => error.code);
  const decisive = errors[0];
  if (decisive === undefined) throw new SourceRefused("ANPR", "REFUSED", "NO_ERROR_CODE");
  if (errors.includes(transientCode)) throw new TryLater(`ANPR_${transientCode}`);
  const reason = refusals.get(decisive);
  if (reason === null) return { nobody: refusal };
  throw new SourceRefused("ANPR", reason ?? "REFUSED", errors.join(" "));
}
