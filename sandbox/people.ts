/** A place in words and codes. */
export interface Place {
  /** Municipality, or town abroad. */
  readonly name: string;
  /** Belfiore code: letter and three digits, `Z…` abroad. */
  readonly cadastralCode: string;
  /** Six digits of ISTAT for a municipality; empty abroad. */
  readonly istatCode: string;
  /** Two letters; `EE` abroad. */
  readonly province: string;
}

/** A country with its three-digit ISTAT code; Italy is `100`. */
export interface Country {
  readonly code: string;
  readonly name: string;
}

/** A synthetic resident. Nobody real: names and dates are drawn from lists by a seeded generator. */
export interface Resident {
  readonly fiscalCode: string;
  /** Empty for the few whose documents bear a single name. */
  readonly familyName: string;
  readonly givenName: string;
  readonly sex: "M" | "F";
  /** `YYYY-MM-DD`; the parts that `birthDateLacks` names are 01. */
  readonly birthDate: string;
  /** What the registry does not know of the birth date. */
  readonly birthDateLacks?: "day" | "dayAndMonth";
  readonly birthPlace: Place;
  /** For who was born abroad. */
  readonly birthCountry?: Country;
  /** The registry's own identifier of the person. */
  readonly registryId: string;
  readonly householdId: string;
  /** The registry's code of the tie to the head of the household: 1 head, 2 spouse, 3 child, … */
  readonly tie: string;
  /** The registry knows the household but not the tie. */
  readonly tieUnknown?: true;
  /** The registry's code: 1 single, 2 married, 3 widowed, 4 divorced, 6 in a civil union, 7 and 8 free again, 9 unknown. */
  readonly civilStatus: string;
  readonly citizenship: Country;
  /** Identifiers in the registry of spouse or partner and parents, where they are among these people. */
  readonly spouseId?: string;
  readonly fatherId?: string;
  readonly motherId?: string;
  readonly address: { readonly kind: string; readonly street: string; readonly number: string; readonly postalCode: string };
  /** `YYYY-MM-DD`, since when at this address. */
  readonly residentSince: string;
  /** Where a citizen registered abroad (AIRE) lives; `address` is then the last one in the municipality. */
  readonly abroad?: { readonly country: Country; readonly town: string; readonly street: string; readonly number: string; readonly consulate: Country };
  /** Name of the institution, when the household is a convivenza (nursing home, convent) and `tie` is of that kind. */
  readonly community?: string;
  /** The tax agency has not confirmed the fiscal code. */
  readonly fiscalCodeUnverified?: true;
  /** `YYYY-MM-DD` of death, when dead. */
  readonly deathDate?: string;
  /** Where the login page of the identity provider offers this person by name. */
  readonly login?: { readonly username: string; readonly password: string; readonly email: string; readonly phone: string };
}
