import { z } from "zod";
import { SourceRefused, TryLater } from "../upstream.ts";
import type { RegistryAnswer } from "./registry.ts";
import { refusals, transientCode } from "../registry/codes.ts";
import { remarks, text } from "../registry/words.ts";

// A list may be empty where its schema wants at least one entry.
const remarkList = z.object({ errore: remarks }).nullish().transform(list => list?.errore ?? []);

export const header = z.object({ idOperazioneComune: text, idOperazioneANPR: text.nullish() });
export const positive = <T extends z.ZodRawShape>(shape: T) => z.object({ testataRisposta: header, listaAnomalie: remarkList, ...shape });
const negative = z.object({ testataRisposta: header, listaErrori: remarkList });

/** What decides an answer: its content, or that there is nobody and nothing to tell of. */
export type Half = { readonly positive: unknown } | { readonly nobody: z.infer<typeof negative> };

/**
 * What an answer of the registry says: the positive half, or null when it has nobody who matches.
 *
 * The choice between the two halves decides, not the outcome code of the header: that one is documented in one way and
 * used in another. Remarks of type W decide nothing. Throws `SourceRefused`, `TryLater`, or what zod throws.
 */
export function halfOf(raw: unknown, positiveName: string, negativeName = "rispostaKO"): Half {
  const answer = z.record(z.string(), z.unknown()).parse(raw);
  if (answer[positiveName] !== undefined && answer[positiveName] !== null) return { positive: answer[positiveName] };
  const refusal = negative.parse(answer[negativeName]);
  const errors = refusal.listaErrori.filter(({ warning }) => !warning).map(error => error.code);
  const decisive = errors[0];
  if (decisive === undefined) throw new SourceRefused("ANPR", "REFUSED", "NO_ERROR_CODE");
  if (errors.includes(transientCode)) throw new TryLater(`ANPR_${transientCode}`);
  const reason = refusals.get(decisive);
  if (reason === null) return { nobody: refusal };
  throw new SourceRefused("ANPR", reason ?? "REFUSED", errors.join(" "));
}

/**
 * An answer in our words. `schema` reads the positive half, `valueOf` takes the value out of it; null when the registry
 * has nothing. Throws what zod throws, also when the answer is to another question than ours.
 */
export function answerOf<Read extends { testataRisposta: z.infer<typeof header>; listaAnomalie: readonly { readonly code: string }[] }, Value>(
  half: Half, operationId: string, readAt: Date, schema: z.ZodType<Read>, valueOf: (read: Read) => Value,
): RegistryAnswer<NonNullable<Value>> {
  const read = "nobody" in half ? null : schema.parse(half.positive);
  const { testataRisposta } = read ?? (half as { readonly nobody: z.infer<typeof negative> }).nobody;
  // An answer to another question must never be taken for ours.
  z.literal(operationId).parse(testataRisposta.idOperazioneComune);
  const warnings = "nobody" in half ? half.nobody.listaErrori : (read?.listaAnomalie ?? []);
  return { value: (read ? valueOf(read) : null) ?? null, registryOperationId: testataRisposta.idOperazioneANPR ?? null, readAt, warnings: [...new Set(warnings.map(({ code }) => code))] };
}
