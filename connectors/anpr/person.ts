import { z } from "zod";
import { identity, personOf, personParts } from "../registry/person.ts";
import { remarks } from "../registry/words.ts";
import type { DataSet, RegistryPerson } from "./registry.ts";

/** One `datiSoggetto` of an answer: the person, and the codes of what the registry remarks about them. */
export const personSchema = z
  .object({ ...personParts, generalita: identity, erroriAnomalie: remarks })
  .transform(read => ({ person: personOf(read.generalita, read), remarks: read.erroriAnomalie.map(({ code }) => code) }));

/** The parts of a person that belong to each data set; who they are belongs to all. */
const parts: Readonly<Record<Exclude<DataSet, "IDENTITY" | "RESIDENCE">, readonly (keyof RegistryPerson)[]>> = {
  CIVIL_STATUS: ["civilStatus"], CITIZENSHIP: ["citizenships"], FATHER: ["father"], MOTHER: ["mother"], MARRIAGE: ["marriage", "civilUnion"], WIDOWHOOD: ["widowedOn"],
  IDENTITY_CARD: ["identityCard"], HOUSEHOLD_TIE: ["householdTie"], HOUSEHOLD: ["household", "householdId"], DIGITAL_ADDRESS: ["digitalAddress"],
  CANCELLATION: ["cancelledOn"], DEATH: ["death"],
};

/** A person without what was not asked for. */
export function withOnly(person: RegistryPerson, dataSets: readonly DataSet[]): RegistryPerson {
  const unasked = new Set<string>(Object.entries(parts).filter(([dataSet]) => !dataSets.includes(dataSet as DataSet)).flatMap(([, names]) => names));
  const rest = Object.fromEntries(Object.entries(person).filter(([name]) => !unasked.has(name))) as unknown as RegistryPerson;
  return dataSets.includes("RESIDENCE") ? rest : { ...rest, residences: [] };
}
