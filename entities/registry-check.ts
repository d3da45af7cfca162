import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Application } from "./application.ts";
import { assertMove, id, instant, version, type Moves } from "./common.ts";

/** What an application says, or rests on, that the national residents' registry knows. */
export const CheckKind = { RESIDENCE: "RESIDENCE", ZONE_RESIDENCE: "ZONE_RESIDENCE", HOUSEHOLD: "HOUSEHOLD", HOUSEHOLD_PERMIT: "HOUSEHOLD_PERMIT" } as const;
export type CheckKind = keyof typeof CheckKind;

export const CheckState = { PENDING: "PENDING", CONFIRMED: "CONFIRMED", CONTRADICTED: "CONTRADICTED", UNDECIDED: "UNDECIDED" } as const;
export type CheckState = keyof typeof CheckState;

/** Why a check was not confirmed. */
export const CheckReason = {
  NOT_RESIDENT_HERE: "NOT_RESIDENT_HERE", NOT_RESIDENT_IN_ZONE: "NOT_RESIDENT_IN_ZONE", HOUSEHOLD_HAS_PERMIT: "HOUSEHOLD_HAS_PERMIT", NOT_IN_REGISTRY: "NOT_IN_REGISTRY",
  NO_HOUSEHOLD: "NO_HOUSEHOLD", NO_FISCAL_CODE: "NO_FISCAL_CODE", AMBIGUOUS: "AMBIGUOUS", REFUSED: "REFUSED", CASE_CLOSED: "CASE_CLOSED",
} as const;
export type CheckReason = keyof typeof CheckReason;

/** A check is decided once: what the registry says later is another question. */
const moves: Moves<CheckState> = { PENDING: ["CONFIRMED", "CONTRADICTED", "UNDECIDED"], CONFIRMED: [], CONTRADICTED: [], UNDECIDED: [] };

/** From which answer of the registry a check was decided. */
export interface CheckProvenance {
  readonly source: "ANPR";
  /** ISO 8601, UTC. */
  readonly readAt: string;
  readonly freshness: "LIVE" | "CACHED" | "STALE";
  readonly operationId: string;
  readonly purpose: "APPLICATION";
}

/** What came of a check. */
export interface CheckVerdict {
  readonly state: Exclude<CheckState, "PENDING">;
  readonly reason: CheckReason | null;
  /** Null where the registry gave no answer to decide from. */
  readonly provenance: CheckProvenance | null;
}

const RegistryCheckSchema = defineEntity({
  name: "RegistryCheck",
  uniques: [{ properties: ["application", "kind"] }],
  indexes: [{ properties: ["administration"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    application: () => p.manyToOne(Application),
    kind: p.enum(() => CheckKind),
    /** The case for which the registry is asked: year and number of its protocol. Travels to the registry. */
    reference: p.text(),
    state: p.enum(() => CheckState),
    reason: p.enum(() => CheckReason).nullable(),
    askedAt: instant(),
    decidedAt: instant().nullable(),
    provenance: p.json<CheckProvenance>().nullable(),
    version: version(),
  },
});

/** One question about an applicant that the registry is to answer, now or when it can. It holds what came of it, never the data. */
export class RegistryCheck extends RegistryCheckSchema.class {
  /** Writes down what came of it. */
  decide({ state, reason, provenance }: CheckVerdict, at: Date): void {
    assertMove(moves, this.state, state);
    this.state = state;
    this.reason = reason;
    this.provenance = provenance;
    this.decidedAt = at;
  }
}
RegistryCheckSchema.setClass(RegistryCheck);
