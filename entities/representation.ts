import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Citizen } from "./citizen.ts";
import { assertMove, day, id, instant, version, type Moves } from "./common.ts";
import { StaffMember } from "./staff.ts";

/** How a declared power to act for a company stands: declared, verified, not found true, taken back by the staff, given up by who declared it. */
export const RepresentationState = { PENDING: "PENDING", APPROVED: "APPROVED", REFUSED: "REFUSED", REVOKED: "REVOKED", WITHDRAWN: "WITHDRAWN" } as const;
export type RepresentationState = keyof typeof RepresentationState;

export const representationMoves: Moves<RepresentationState> = {
  PENDING: ["APPROVED", "REFUSED", "WITHDRAWN"],
  APPROVED: ["REVOKED", "WITHDRAWN"],
  REFUSED: [],
  REVOKED: [],
  WITHDRAWN: [],
};

const RepresentationSchema = defineEntity({
  name: "Representation",
  indexes: [
    { properties: ["representative", "declaredAt"] }, { properties: ["administration", "state", "declaredAt", "id"] }, { properties: ["administration", "declaredAt", "id"] }, { properties: ["decidedBy"] },
  ],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** Who declared to act for the company. */
    representative: () => p.manyToOne(Citizen),
    /** Their name as the identity provider attested it. */
    representativeName: p.text(),
    /** Eleven digits. */
    companyCode: p.text(),
    companyName: p.text(),
    /** In what capacity, in their own words, such as `Amministratore unico`. */
    capacity: p.text(),
    state: p.enum(() => RepresentationState),
    declaredAt: instant(),
    /** When the staff last had a word, and who. */
    decidedAt: instant().nullable(),
    decidedBy: () => p.manyToOne(StaffMember).nullable(),
    /** Why it was refused or revoked; shown to who declared it. */
    reason: p.text().nullable(),
    /** The last day on which it holds, once approved. */
    validTo: day().nullable(),
    version: version(),
  },
});

/** What the staff say of a declared power. */
export interface Verdict {
  readonly by: StaffMember;
  readonly at: Date;
  readonly reason: string | null;
}

/** A declared power to act for a company, which holds once the staff have verified it, and until a day that they name. */
export class Representation extends RepresentationSchema.class {
  approve(verdict: Verdict, validTo: string): void {
    this.decide("APPROVED", verdict);
    this.validTo = validTo;
  }

  refuse(verdict: Verdict): void {
    this.decide("REFUSED", verdict);
  }

  revoke(verdict: Verdict): void {
    this.decide("REVOKED", verdict);
  }

  /** Whoever declared it gives it up. */
  withdraw(): void {
    this.move("WITHDRAWN");
  }

  private decide(state: RepresentationState, { by, at, reason }: Verdict): void {
    this.move(state);
    Object.assign(this, { decidedAt: at, decidedBy: by, reason });
  }

  private move(state: RepresentationState): void {
    assertMove(representationMoves, this.state, state);
    this.state = state;
  }
}
RepresentationSchema.setClass(Representation);
