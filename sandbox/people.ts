/** A synthetic resident. Nobody real: names and dates are drawn from lists by a seeded generator. */
export interface Resident {
  readonly fiscalCode: string;
  readonly familyName: string;
  readonly givenName: string;
  readonly sex: "M" | "F";
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly birthPlace: { readonly name: string; readonly cadastralCode: string; readonly istatCode: string; readonly province: string };
  /** The registry's own identifier of the person. */
  readonly registryId: string;
  readonly householdId: string;
  /** The registry's code of the tie to the head of the household: 1 head, 2 spouse, 3 child, … */
  readonly tie: string;
  readonly civilStatus: string;
  readonly citizenship: { readonly code: string; readonly name: string };
  readonly address: { readonly kind: string; readonly street: string; readonly number: string; readonly postalCode: string };
  /** `YYYY-MM-DD`, since when at this address. */
  readonly residentSince: string;
  /** `YYYY-MM-DD` of death, when dead. */
  readonly deathDate?: string;
  /** Where the login page of the identity provider offers this person by name. */
  readonly login?: { readonly username: string; readonly password: string; readonly email: string; readonly phone: string };
}
