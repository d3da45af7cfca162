import type { SourceHealth } from "../upstream.ts";

/** One question to the registry, as the register of accesses knows it. */
export interface RegistryCall {
  /**
   * The municipality's number of the operation: 1–30 letters and digits, unique and increasing. Allocate and store it
   * before calling: the registry answers a number it has seen with the answer it gave then, so a number used for another
   * question brings somebody else's data, and the same number for the same question makes a repeat harmless.
   */
  readonly operationId: string;
  /** The case or protocol that the question serves. Travels as protocol number when the registry's alphabet allows it (1–20 letters, digits, `-_/`). */
  readonly reason: string;
  /** The day the answer is about, `YYYY-MM-DD` in Rome. */
  readonly at: string;
  /** On whose behalf: told where the protocol has a place for it. */
  readonly user?: RegistryUser;
  readonly signal?: AbortSignal;
}

/** Who causes a question, in the municipality's own terms; no name and no fiscal code. */
export interface RegistryUser {
  /** One person, partner or program of ours. */
  readonly id: string;
  /** The office that asks, or `online`. */
  readonly location: string;
  /** How sure their sign-in was; null for programs. */
  readonly assurance: "L1" | "L2" | "L3" | null;
}

/** What may be asked about a person; ask for no more than the purpose needs. */
export type DataSet =
  | "IDENTITY" | "CIVIL_STATUS" | "CITIZENSHIP" | "FATHER" | "MOTHER" | "RESIDENCE" | "MARRIAGE" | "WIDOWHOOD"
  | "IDENTITY_CARD" | "HOUSEHOLD_TIE" | "HOUSEHOLD" | "DIGITAL_ADDRESS" | "CANCELLATION" | "DEATH";

export type Sex = "M" | "F";

/** A day as the registry knows it: past the precision, month and day are fillers without meaning. */
export interface RegistryDay {
  /** `YYYY-MM-DD`, or null when the registry has none. */
  readonly date: string | null;
  readonly precision: "DAY" | "MONTH" | "YEAR";
}

export interface Municipality {
  readonly name: string;
  /** Six digits, for example `004078`. */
  readonly istatCode: string | null;
  /** Two letters. */
  readonly province: string;
  readonly locality: string | null;
}

export type Place =
  | ({ readonly kind: "ITALY" } & Municipality)
  | { readonly kind: "ABROAD"; readonly locality: string | null; readonly country: string | null; readonly countryCode: string; readonly region: string | null }
  | { readonly kind: "ELSEWHERE"; readonly description: string };

/** Who somebody is. A person without family or given name has null there; a newborn may have no fiscal code yet. */
export interface Identity {
  readonly fiscalCode: string | null;
  /** Whether the revenue agency has confirmed the fiscal code. */
  readonly fiscalCodeValidated: boolean;
  readonly familyName: string | null;
  readonly givenName: string | null;
  readonly sex: Sex | null;
  readonly birth: RegistryDay & { readonly place: Place | null };
}

export interface ItalianAddress {
  readonly kind: "ITALY";
  readonly postalCode: string;
  readonly municipality: Municipality;
  readonly hamlet: string | null;
  /** Kind and name together, for example `VIA ROMA`. */
  readonly street: string | null;
  /** House number with letter and suffix, for example `12/A`; null where there is none. */
  readonly houseNumber: string | null;
  readonly stair: string | null;
  readonly floor: string | null;
  readonly flat: string | null;
}

export interface ForeignAddress {
  readonly kind: "ABROAD";
  readonly postalCode: string | null;
  readonly locality: string | null;
  readonly country: string | null;
  readonly countryCode: string | null;
  readonly street: string | null;
  readonly houseNumber: string | null;
  readonly consulate: string;
}

export type ResidenceKind =
  | "RESIDENCE" | "HABITUAL_ABODE" | "ELECTED_DOMICILE" | "FOREIGN_RESIDENCE" | "CARE_OF" | "CARE_OF_ABROAD"
  | "LAST_ITALIAN_RESIDENCE" | "TEMPORARY" | "STREET_RENAMED" | "CORRECTED" | "OTHER";

export interface RegistryResidence {
  readonly kind: ResidenceKind;
  /** `YYYY-MM-DD`. */
  readonly since: string | null;
  readonly address: ItalianAddress | ForeignAddress;
  readonly careOf: string | null;
}

export type CivilStatus = "SINGLE" | "MARRIED" | "WIDOWED" | "DIVORCED" | "CIVIL_UNION" | "CIVIL_UNION_WIDOWED" | "CIVIL_UNION_DISSOLVED" | "UNKNOWN";

export type Relation =
  | "HEAD" | "SPOUSE" | "CIVIL_PARTNER" | "COHABITANT" | "CHILD" | "STEPCHILD" | "ADOPTED" | "GRANDCHILD" | "GREAT_GRANDCHILD"
  | "PARENT" | "STEPPARENT" | "GRANDPARENT" | "GREAT_GRANDPARENT" | "SIBLING" | "HALF_SIBLING" | "NEPHEW_OR_NIECE" | "UNCLE_OR_AUNT"
  | "COUSIN" | "OTHER_RELATIVE" | "CHILD_IN_LAW" | "PARENT_IN_LAW" | "SIBLING_IN_LAW" | "NEPHEW_OR_NIECE_IN_LAW"
  | "UNCLE_OR_AUNT_IN_LAW" | "OTHER_IN_LAW" | "GUARDIAN" | "MEMBER" | "OTHER" | "UNSPECIFIED";

export type HouseholdKind = "FAMILY" | "COMMUNITY" | "FAMILY_ABROAD";

/**
 * A person as the registry answers. Parts that were not asked for, or that the registry does not hold, are absent:
 * the two look the same on the wire, so only what was asked says anything by its absence.
 */
export interface RegistryPerson extends Identity {
  /** The registry's own identifier (ID ANPR), for life. */
  readonly registryId: string | null;
  readonly residences: readonly RegistryResidence[];
  readonly civilStatus?: CivilStatus;
  readonly citizenships?: readonly { readonly country: string; readonly countryCode: string; readonly since: string | null }[];
  readonly householdId?: string;
  readonly household?: { readonly kind: HouseholdKind | null; readonly since: string | null; readonly name: string | null };
  readonly householdTie?: { readonly relation: Relation; readonly kind: HouseholdKind | null; readonly since: string | null };
  readonly father?: Identity;
  readonly mother?: Identity;
  readonly marriage?: { readonly spouse: Identity; readonly on: RegistryDay | null };
  readonly civilUnion?: { readonly partner: Identity | null; readonly on: RegistryDay | null };
  readonly widowedOn?: RegistryDay;
  readonly identityCard?: { readonly number: string; readonly issuedOn: string; readonly expiresOn: string | null; readonly cancelledOn: string | null; readonly validAbroad: boolean };
  readonly digitalAddress?: { readonly address: string; readonly since: string };
  readonly cancelledOn?: string;
  readonly death?: RegistryDay & { readonly place: Place | null };
}

/** What the registry answered, with its provenance. */
export interface RegistryAnswer<T> {
  /** Null: the registry has nobody who matches on that day. */
  readonly value: T | null;
  /** The registry's own number of the operation. */
  readonly registryOperationId: string | null;
  readonly readAt: Date;
  /** The registry's codes of what it remarked, for the log; never its text. */
  readonly warnings: readonly string[];
}

/** A search by name. A day of birth known only to the month or year is given with fillers and its precision. */
export interface PersonSearch {
  readonly familyName: string;
  readonly givenName: string;
  readonly sex?: Sex;
  readonly birth: { readonly date: string; readonly precision?: RegistryDay["precision"]; readonly municipality?: { readonly name: string; readonly istatCode: string; readonly province: string } };
}

/**
 * The national registry of residents, in the hub's words.
 *
 * Every method throws `SourceUnavailable`, `SourceRefused` (reasons `AMBIGUOUS`, `NOT_AUTHORISED`, `BAD_REQUEST`,
 * `OPERATION_REUSED`, `UNSUPPORTED`, `REFUSED`) or `SourceMalformed`. Nobody found is no failure: `value` is null.
 */
export interface Registry {
  /** The person of a fiscal code. Several hits: `SourceRefused`, `AMBIGUOUS`, with the number of `hits` in its details. */
  person(fiscalCode: string, dataSets: readonly DataSet[], call: RegistryCall): Promise<RegistryAnswer<RegistryPerson>>;
  /** The person of a registry identifier (ID ANPR). */
  personById(registryId: string, dataSets: readonly DataSet[], call: RegistryCall): Promise<RegistryAnswer<RegistryPerson>>;
  /** All members of a household, each with the data sets named: the registry tells everything about them, what was not asked for is dropped unseen. */
  household(householdId: string, dataSets: readonly DataSet[], call: RegistryCall): Promise<RegistryAnswer<readonly RegistryPerson[]>>;
  /** Everybody of a name and birth. With more than one hit the registry tells only who each of them is. */
  search(search: PersonSearch, dataSets: readonly DataSet[], call: RegistryCall): Promise<RegistryAnswer<readonly RegistryPerson[]>>;
  /** Asks the registry whether it hears and accepts us. */
  ping(call: Pick<RegistryCall, "operationId" | "signal">): Promise<void>;
  health(): SourceHealth;
}
