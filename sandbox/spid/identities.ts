import type { Resident } from "../people.ts";
import { attributesOf, cieAttributes } from "./attributes.ts";
import type { Brand } from "./brands.ts";
import type { Level } from "./saml.ts";

/** A digital identity: how its holder logs in, and what the provider may state about them. */
export interface Identity {
  readonly username: string;
  readonly password: string;
  /** Shown where a test person can be picked. */
  readonly label: string;
  /** The highest level of its credentials. */
  readonly highestLevel: Level;
  readonly suspended: boolean;
  /** For use in a profession: not what a citizen's service asks for. */
  readonly professional: boolean;
  /** Values by SPID attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Usernames of the identities that exist to be refused; their password is `sportello`, and none of them lives in Cuneo. */
export const specialUsernames = { levelOne: "solo.livello1", suspended: "identita.sospesa", professional: "uso.professionale" } as const;

const nobody: Resident = {
  fiscalCode: "PRMLVI80C45D205Z",
  familyName: "Primi",
  givenName: "Livia",
  sex: "F",
  birthDate: "1980-03-05",
  birthPlace: { name: "Cuneo", cadastralCode: "D205", istatCode: "004078", province: "CN" },
  registryId: "-",
  householdId: "-",
  tie: "1",
  civilStatus: "1",
  citizenship: { code: "100", name: "Italia" },
  address: { kind: "via", street: "della Prova", number: "1", postalCode: "12100" },
  residentSince: "1980-03-05",
};

const personOf = (username: string): Resident =>
  ({ ...nobody, login: { username, password: "sportello", email: `${username}@example.org`, phone: "+393000000099" } });

/** The identities of a provider: the residents who can log in, then those that exist to be refused. */
export function identitiesOf(people: readonly Resident[], brand: Brand): readonly Identity[] {
  const identity = (person: Resident, special: Partial<Identity> = {}): Identity[] => person.login
    ? [{
      username: person.login.username,
      password: person.login.password,
      label: `${person.givenName} ${person.familyName}`.trim(),
      highestLevel: 3,
      suspended: false,
      professional: false,
      attributes: attributesOf(person, brand.code),
      ...special,
    }]
    : [];
  return [
    ...people.flatMap(person => identity(person)),
    ...identity(personOf(specialUsernames.levelOne), { label: "Livia Primi, solo livello 1", highestLevel: 1 }),
    ...identity(personOf(specialUsernames.suspended), { label: "Identità sospesa", suspended: true }),
    ...identity(personOf(specialUsernames.professional), { label: "Identità a uso professionale", professional: true }),
  ];
}

/** What is stated to a service provider that asked for some attributes: those that are known; the card gives its own set. */
export function statedAttributes({ attributes }: Identity, requested: readonly string[], scheme: Brand["scheme"]): Record<string, string> {
  const names = scheme === "cie" ? cieAttributes : requested;
  return Object.fromEntries(names.flatMap(name => (attributes[name] ? [[name, attributes[name]]] : [])));
}
