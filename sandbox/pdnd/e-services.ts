import type { Resident } from "../people.ts";
import type { ServiceCode } from "./settings.ts";
import { judgeAlive, judgeHousehold, judgeIdentity, judgeResidence, type Stated } from "./statements.ts";
import { alive, dayOfDeath, death, identifiers, isDead, particulars, residences, tie } from "./subject.ts";

type Json = Readonly<Record<string, unknown>>;

/** What an e-service looks at. */
export interface Enquiry {
  readonly person: Resident;
  /** `YYYY-MM-DD`: what happened later is not told. */
  readonly day: string;
  readonly stated: Stated;
  readonly byId: (registryId: string | undefined) => Resident | undefined;
  readonly household: readonly Resident[];
}

/** What each e-service tells: the entries of `datiSoggetto`; none when there is nothing to tell. Throws `Unanswerable`. */
export const answers: Readonly<Record<ServiceCode, (enquiry: Enquiry) => readonly Json[]>> = {
  C001: ({ person, day }) => [{ ...named(person), residenza: residences(person, day), infoSoggettoEnte: [alive(person, day)] }],
  C003: ({ person, stated }) => [{ infoSoggettoEnte: judgeIdentity(person, stated) }],
  C007: ({ person, day }) => [{ infoSoggettoEnte: judgeAlive(person, day) }],
  C008: ({ person, stated, day }) => [{ infoSoggettoEnte: judgeResidence(person, stated, day) }],
  C009: ({ person, stated, household }) => [{ infoSoggettoEnte: judgeHousehold(person, stated, household) }],
  C015: ({ person, day }) => [{ ...named(person), statoCivile: { statoCivile: person.civilStatus }, ...remarked(person, day) }],
  C016: ({ person, day }) => (isDead(person, day) ? [{ ...named(person), datiDecesso: death(person) }] : []),
  C017: ({ person, day, byId }) => marriage(person, byId(person.spouseId), day),
  C018: ({ person, day }) => [{ ...named(person), cittadinanza: [{ descrizioneStato: person.citizenship.name.toLocaleUpperCase("it"), codiceStato: person.citizenship.code }], ...remarked(person, day) }],
  // Seen on the wire: one person, spread over two entries.
  C019: ({ person, day }) => [{ ...identifiers(person), infoSoggettoEnte: [...dayOfDeath(person, day), alive(person, day)] }, { generalita: particulars(person) }],
  C020: ({ person, day }) => [{ ...named(person), residenza: residences(person, day), ...remarked(person, day) }],
  C021: ({ person, day, household }) => household.filter(each => each === person || (!isDead(each, day) && each.residentSince <= day)).map(each => ({ ...named(each), ...tie(each), ...remarked(each, day) })),
  C024: ({ person, byId }) => parent(person, "paternita", byId(person.fatherId)),
  C025: ({ person, byId }) => parent(person, "maternita", byId(person.motherId)),
  C030: ({ person }) => [identifiers(person)],
};

const named = (person: Resident): Json => ({ generalita: particulars(person), ...identifiers(person) });

/** Of the dead, every e-service remarks the day; of the living, most say nothing. */
const remarked = (person: Resident, day: string): Json => (isDead(person, day) ? { infoSoggettoEnte: dayOfDeath(person, day) } : {});

const parent = (person: Resident, kind: "paternita" | "maternita", of: Resident | undefined): readonly Json[] =>
  of ? [{ ...named(person), [kind]: { generalita: particulars(of) } }] : [];

/** A marriage stays on the card of who is widowed, beside the spouse's death. The registry has no dates of weddings in the sandbox. */
function marriage(person: Resident, spouse: Resident | undefined, day: string): readonly Json[] {
  if (!spouse || !["2", "3"].includes(person.civilStatus)) return [];
  const widowed = isDead(spouse, day) ? { vedovanza: { datiMorteconiuge: death(spouse) } } : {};
  return [{ ...named(person), matrimonio: { coniuge: particulars(spouse) }, ...widowed, ...remarked(person, day) }];
}
