import { z } from "zod";
import type { Identity, RegistryDay, RegistryPerson } from "../../anpr/registry.ts";
import { identity, personOf, personParts } from "../../registry/person.ts";
import { many, optional, optionalDay } from "../../registry/words.ts";
import type { Entry } from "./answer.ts";

/** Numbers of what e-services remark about a person in `infoSoggettoEnte`. */
export const remarkNumbers = { alive: "1003", diedOn: "1015" };

const subject = z.object({
  ...personParts,
  generalita: identity.nullish(),
  infoSoggettoEnte: many(z.object({ id: optional, valore: optional, valoreData: optionalDay })),
});

/** What e-services told about one person. */
export type Subject = z.infer<typeof subject>;

/** Reads one entry. Throws what zod throws. */
export const readSubject = (entry: Entry): Subject => subject.parse(entry);

/** What several e-services told about the same person, as one; the first to tell a part is believed. */
export function combined([first, ...others]: readonly [Subject, ...Subject[]]): Subject {
  return others.reduce((all, each) => ({
    ...each,
    ...Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined)),
    cittadinanza: [...all.cittadinanza, ...each.cittadinanza],
    residenza: [...all.residenza, ...each.residenza],
    infoSoggettoEnte: [...all.infoSoggettoEnte, ...each.infoSoggettoEnte],
  }), first);
}

/** Who somebody is of whom no e-service said so. */
const untold = (fiscalCode: string | null): Identity => ({
  fiscalCode, fiscalCodeValidated: false, familyName: null, givenName: null, sex: null, birth: { date: null, precision: "DAY", place: null },
});

/**
 * A person in our words; `fiscalCode` is the one that was asked for. Death comes from the e-services about it or, as the
 * day alone, from the remark that all of them make about the dead.
 */
export function personFrom(read: Subject, fiscalCode: string | null = null): RegistryPerson {
  const person = personOf(read.generalita ?? untold(fiscalCode), read);
  const death = person.death ?? deathIn(read);
  return death ? { ...person, death } : person;
}

/** Somebody of whom nothing was told but the identifier; `who` is what the question said. */
export const onlyKnownAs = (registryId: string, who: Partial<Identity>): RegistryPerson => ({ registryId, ...untold(null), ...who, residences: [] });

/**
 * A member of a household as the e-service about households tells it. It never tells the household's number, so a member
 * stands for it: `householdId` is whom the household is asked for by. The kind is what any member's tie says.
 */
export const withHousehold = (person: RegistryPerson, householdId: string, members: readonly Subject[]): RegistryPerson => ({
  ...person, householdId, household: { kind: members.map(({ legameSoggetto }) => legameSoggetto?.kind).find(kind => kind) ?? null, since: null, name: null },
});

function deathIn({ infoSoggettoEnte: remarks }: Subject): RegistryPerson["death"] {
  const day = remarks.find(({ id }) => id === remarkNumbers.diedOn)?.valoreData;
  const notAlive = remarks.some(({ id, valore }) => id === remarkNumbers.alive && valore?.toUpperCase() === "N");
  const when: RegistryDay = { date: day ?? null, precision: "DAY" };
  return day || notAlive ? { ...when, place: null } : undefined;
}
