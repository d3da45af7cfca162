import { z } from "zod";
import type { Resident } from "../people.ts";
import { alive, particulars, residences } from "./subject.ts";

type Json = Readonly<Record<string, unknown>>;

/** What is amiss with a statement, in the registry's own words. */
export class Unanswerable extends Error {
  override readonly name = "Unanswerable";
}

/** Numbers of the judgements. Only that of being alive is the registry's own; the others are the sandbox's. */
const numbers = { identity: "1901", residence: "1908", household: "1909" };

const text = z.string().optional();
const identity = z.object({
  cognome: text, senzaCognome: text, nome: text, senzaNome: text, sesso: text, dataNascita: text, senzaGiorno: text, senzaGiornoMese: text,
  codiceFiscale: z.object({ codFiscale: text }).optional(), luogoNascita: z.object({ comune: z.object({ codiceIstat: text }).optional() }).optional(),
});
const statements = z.object({
  generalita: identity.optional(),
  residenza: z.object({
    indirizzo: z.object({
      cap: text, comune: z.object({ nomeComune: text, codiceIstat: text, siglaProvinciaIstat: text }).optional(),
      toponimo: z.object({ specie: text, denominazioneToponimo: text }).optional(), numeroCivico: z.object({ numero: text, lettera: text }).optional(),
    }).optional(),
  }).optional(),
  listaSoggetti: z.object({ datiSoggetto: z.array(z.object({ generalita: identity, legameSoggetto: z.object({ tipoLegame: text, codiceLegame: text }).optional() })) }).optional(),
});

/** `verifica` of a request, as far as the sandbox judges it. */
export type Stated = z.infer<typeof statements>;
export const statedIn = (verifica: unknown): Stated => statements.safeParse(verifica ?? {}).data ?? {};

const judged = (id: string, chiave: string, holds: boolean | undefined): Json => ({
  chiave, id, valore: holds === undefined ? "A" : holds ? "S" : "N", ...(holds === false ? { dettaglio: "Dato non corrispondente" } : {}),
});

/** C003: whether the stated names are the person's. */
export function judgeIdentity(person: Resident, { generalita }: Stated): readonly Json[] {
  if (!generalita) throw new Unanswerable("Devi specificare le generalita' per questo caso d'uso");
  return [judged(numbers.identity, "Verifica dichiarazione generalita'", matches(generalita, person))];
}

/** C007: whether the person is alive. */
export const judgeAlive = (person: Resident, day: string): readonly Json[] => [alive(person, day)];

/** C008: whether the person lives at the stated address; what is not stated is not judged. */
export function judgeResidence(person: Resident, { residenza }: Stated, day: string): readonly Json[] {
  const stated = residenza?.indirizzo;
  if (!stated?.comune?.nomeComune || !stated.comune.siglaProvinciaIstat) throw new Unanswerable("Devi specificare il comune di residenza per questo caso d'uso");
  const [own] = residences(person, day);
  return [judged(numbers.residence, "Verifica dichiarazione residenza", own !== undefined && covers(own["indirizzo"], stated))];
}

/** C009: whether each of the stated people lives with the person in the stated tie; of a community it cannot be said. */
export function judgeHousehold(person: Resident, { listaSoggetti }: Stated, household: readonly Resident[]): readonly Json[] {
  const members = listaSoggetti?.datiSoggetto ?? [];
  if (members.length === 0) throw new Unanswerable("Devi specificare i componenti della famiglia per questo caso d'uso");
  return members.map(({ generalita, legameSoggetto }) => judged(numbers.household, "Verifica dichiarazione stato famiglia", person.community
    ? undefined
    : household.some(each => matches(generalita, each) && (legameSoggetto?.codiceLegame ?? each.tie) === each.tie)));
}

const matches = (stated: z.infer<typeof identity>, person: Resident): boolean => covers(particulars(person), stated);

/** Whether everything that is stated is so; names are compared without regard to case. */
function covers(own: unknown, stated: unknown): boolean {
  if (typeof stated !== "object" || stated === null) return stated === undefined || (typeof own === "string" && typeof stated === "string" && own === stated.trim().toLocaleUpperCase("it"));
  return typeof own === "object" && own !== null && Object.entries(stated).every(([name, value]) => covers((own as Json)[name], value));
}
