import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { refusals as sharedRefusals, transientCode } from "../../registry/codes.ts";
import { many, optional, remarks } from "../../registry/words.ts";
import { SourceRefused, TryLater, failureOfStatus } from "../../upstream.ts";
import type { ModiAnswer } from "../gateway.ts";

/** What the registry's error codes mean to us: the same over SOAP and REST, but for the one that e-services use for whatever is amiss with a request. */
const refusals: ReadonlyMap<string, string | null> = new Map([...sharedRefusals, ["EN148", "BAD_REQUEST"]]);

/** One entry about a person, in the registry's words. */
export type Entry = Readonly<Record<string, unknown>>;

const positive = z.object({
  idOperazioneANPR: optional,
  listaSoggetti: z.object({ datiSoggetto: many(z.record(z.string(), z.unknown())) }).nullish(),
  listaAnomalie: remarks,
});
const negative = z.object({ idOperazioneANPR: optional, listaErrori: remarks });
const isNegative = z.object({ listaErrori: z.unknown() }).refine(({ listaErrori }) => listaErrori !== undefined && listaErrori !== null);

/** What an e-service said: about whom (nobody: an empty list), under which number, with which remarks. */
export interface Said {
  readonly people: readonly Entry[];
  readonly registryOperationId: string | null;
  readonly warnings: readonly string[];
}

/**
 * Whether an answer is one, before it is read: throws `SourceRefused` or `TryLater` for errors of the registry, but for
 * nobody found. Remarks of type W decide nothing, wherever they stand; 500 with code 999 is passing trouble.
 */
export function assertAnswer({ status, body }: ModiAnswer): void {
  if (status === 200 && !isNegative.safeParse(body).success) return;
  const errors = negative.safeParse(body).data?.listaErrori.filter(({ warning }) => !warning).map(({ code }) => code) ?? [];
  if (errors.includes(transientCode)) throw new TryLater(`ANPR_${transientCode}`);
  const [decisive] = errors;
  if (decisive !== undefined && refusals.get(decisive) === null) return;
  if (decisive !== undefined) throw new SourceRefused("ANPR", refusals.get(decisive) ?? "REFUSED", errors.join(" "));
  throw status < 300 || status === 404 ? new SourceRefused("ANPR", "REFUSED", "NO_ERROR_CODE") : failureOfStatus("ANPR", status);
}

/** Reads an answer that `assertAnswer` let pass. Throws what zod throws. */
export function readAnswer({ body }: ModiAnswer): Said {
  if (isNegative.safeParse(body).success) {
    const { idOperazioneANPR, listaErrori } = negative.parse(body);
    return { people: [], registryOperationId: idOperazioneANPR, warnings: codesOf(listaErrori) };
  }
  const { idOperazioneANPR, listaSoggetti, listaAnomalie } = positive.parse(body);
  return { people: joined(listaSoggetti?.datiSoggetto ?? []), registryOperationId: idOperazioneANPR, warnings: codesOf(listaAnomalie) };
}

const codesOf = (entries: readonly { readonly code: string }[]): readonly string[] => [...new Set(entries.map(({ code }) => code))];

/**
 * One entry for each person. The registry may spread what it tells about one person over neighbouring entries (identifier
 * and vital status in one, names in the next): an entry that contradicts nothing of the one before goes on with it.
 */
function joined(entries: readonly Entry[]): readonly Entry[] {
  const people: Entry[] = [];
  for (const entry of entries) {
    const person = people.at(-1);
    if (person && !contradicts(person, entry)) people.splice(-1, 1, together(person, entry));
    else people.push(entry);
  }
  return people;
}

const contradicts = (person: Entry, entry: Entry): boolean =>
  Object.entries(entry).some(([part, value]) => isTold(value) && isTold(person[part]) && !isDeepStrictEqual(person[part], value));

/** Lists say more and never something else. */
const isTold = (value: unknown): boolean => value !== undefined && value !== null && !Array.isArray(value);

const together = (person: Entry, entry: Entry): Entry => ({ ...person, ...Object.fromEntries(Object.entries(entry).map(([part, value]) => [part, bothOf(person[part], value)])) });

const bothOf = (one: unknown, other: unknown): unknown => (Array.isArray(one) && Array.isArray(other) ? [...(one as unknown[]), ...(other as unknown[])] : other ?? one);
