import { z } from "zod";
import { SourceRefused, TryLater } from "../upstream.ts";
import { refusals, transientCode } from "../registry/codes.ts";
import { remarks, text } from "../registry/words.ts";

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
