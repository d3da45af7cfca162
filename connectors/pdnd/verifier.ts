import type { PersonSearch, RegistryAnswer, RegistryCall, Relation, Sex } from "../anpr/registry.ts";

/** A municipality as a statement must name it. */
export interface StatedMunicipality {
  readonly name: string;
  /** Six digits. */
  readonly istatCode: string;
  /** Two letters. */
  readonly province: string;
}

/** What somebody states about a person, to be told yes or no. Only the parts that are stated are looked at. */
export type Statement =
  | { readonly kind: "ALIVE" }
  | { readonly kind: "IDENTITY"; readonly familyName: string; readonly givenName: string; readonly sex?: Sex; readonly birth?: PersonSearch["birth"] }
  | {
    readonly kind: "RESIDENCE";
    readonly municipality: StatedMunicipality;
    readonly postalCode?: string;
    /** Kind (`VIA`) and name (`ROMA`) apart. */
    readonly street?: { readonly kind: string; readonly name: string };
    readonly houseNumber?: string;
    readonly houseLetter?: string;
    readonly stair?: string;
    readonly flat?: string;
  }
  | { readonly kind: "HOUSEHOLD"; readonly members: readonly { readonly familyName: string; readonly givenName: string; readonly sex: Sex; readonly birthDate: string; readonly relation: Relation }[] };

/** Not applicable: the registry can say neither, because the statement does not fit the person. */
export type Verdict = "YES" | "NO" | "NOT_APPLICABLE";

/** Asks the registry whether a statement is true. Nobody's data are fetched for it. */
export interface Verifier {
  /** `value` is null when the registry has nobody of the fiscal code. Throws as `Registry` does, and RangeError for a tie that the registry has no number for. */
  verify(statement: Statement & { readonly fiscalCode: string }, call: RegistryCall): Promise<RegistryAnswer<Verdict>>;
}
