import type { PurposeKind } from "../../entities/access-record.ts";

/** Why registry data are read. There is no reading without it. */
export interface Purpose {
  readonly kind: PurposeKind;
  /** The case, appointment or agreement: travels to the registry. */
  readonly reference: string;
  /** For the citizen, in words. */
  readonly text: string;
  /** The office for which a member of staff reads. */
  readonly office?: { readonly id: string; readonly name: string };
}
