import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { ApplicationEvent, type Actor } from "./application-event.ts";
import { Citizen } from "./citizen.ts";
import { assertMove, day, id, instant, version, type Moves } from "./common.ts";
import { Office } from "./office.ts";
import { Payment } from "./payment.ts";
import { problem } from "./problem.ts";
import { RegistryCheck } from "./registry-check.ts";
import { ApplicationKind, Service } from "./service.ts";

export const ApplicationState = {
  DRAFT: "DRAFT", AWAITING_PAYMENT: "AWAITING_PAYMENT", SUBMITTED: "SUBMITTED", IN_PROGRESS: "IN_PROGRESS", ACCEPTED: "ACCEPTED", REJECTED: "REJECTED", WITHDRAWN: "WITHDRAWN",
} as const;
export type ApplicationState = keyof typeof ApplicationState;

export const applicationMoves: Moves<ApplicationState> = {
  DRAFT: ["AWAITING_PAYMENT", "SUBMITTED", "WITHDRAWN"],
  AWAITING_PAYMENT: ["SUBMITTED", "WITHDRAWN"],
  SUBMITTED: ["IN_PROGRESS", "WITHDRAWN"],
  IN_PROGRESS: ["ACCEPTED", "REJECTED", "WITHDRAWN"],
  ACCEPTED: [],
  REJECTED: [],
  WITHDRAWN: [],
};

/** Whether the registered facts that it rests on have been looked up. */
export const VerificationState = { NOT_NEEDED: "NOT_NEEDED", PENDING: "PENDING", DONE: "DONE" } as const;
export type VerificationState = keyof typeof VerificationState;

/** What a ZTL permit is asked with; the shape of `details` for that kind. */
export interface ZtlPermitDetails {
  readonly category: string;
  readonly plates: readonly string[];
  /** `YYYY-MM-DD`, from when. */
  readonly from: string;
}

/** One step of the reckoning of a due date: the end of the term as it then stands, and why. */
export interface DueDateStep {
  readonly code: string;
  /** `YYYY-MM-DD`. */
  readonly on: string;
  readonly text: string;
  /** The law, where there is one. */
  readonly source: string | null;
}

const ApplicationSchema = defineEntity({
  name: "Application",
  uniques: [{ properties: ["administration", "protocolYear", "protocolNumber"] }],
  indexes: [
    { properties: ["citizen", "createdAt", "id"] },
    { properties: ["office", "state", "createdAt", "id"] },
    { properties: ["office", "createdAt", "id"] },
    { properties: ["office", "verification", "createdAt", "id"] },
    { properties: ["service"] },
  ],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    service: () => p.manyToOne(Service),
    office: () => p.manyToOne(Office),
    citizen: () => p.manyToOne(Citizen),
    kind: p.enum(() => ApplicationKind),
    state: p.enum(() => ApplicationState),
    /** The answers of the form, shaped by `kind`. */
    details: p.json<ZtlPermitDetails | Record<string, unknown>>(),
    protocolYear: p.integer().nullable(),
    protocolNumber: p.integer().nullable(),
    submittedAt: instant().nullable(),
    dueOn: day().nullable(),
    dueSteps: p.json<readonly DueDateStep[]>().nullable(),
    verification: p.enum(() => VerificationState).default("NOT_NEEDED"),
    decidedAt: instant().nullable(),
    decisionReason: p.text().nullable(),
    createdAt: instant(),
    updatedAt: instant(),
    version: version(),
    history: () => p.oneToMany(ApplicationEvent).mappedBy("application"),
    payments: () => p.oneToMany(Payment).mappedBy("application"),
    checks: () => p.oneToMany(RegistryCheck).mappedBy("application"),
  },
});

/** Somebody's request for a service, from draft to decision. */
export class Application extends ApplicationSchema.class {
  /** Replaces what the draft says. Only a draft can be written: what waits for its payment stays as it was paid for. */
  write(details: ZtlPermitDetails | Record<string, unknown>, at: Date): void {
    this.assertDraft();
    this.details = details;
    this.updatedAt = at;
  }

  /** The draft is complete, and is handed in by its payment. */
  awaitPayment(at: Date, by: Actor): void {
    this.move("AWAITING_PAYMENT", at, by);
  }

  /** Hands it in, or has its payment hand it in where nobody does: from here the office and the clock of the law have it. */
  submit(entry: { year: number; number: number; at: Date; dueOn: string; dueSteps: readonly DueDateStep[]; by?: Actor | undefined }): void {
    this.move("SUBMITTED", entry.at, entry.by);
    this.protocolYear = entry.year;
    this.protocolNumber = entry.number;
    this.submittedAt = entry.at;
    this.dueOn = entry.dueOn;
    this.dueSteps = entry.dueSteps;
  }

  /** Has facts that it rests on looked up: now, or when the registry answers. */
  awaitVerification(at: Date): void {
    this.verification = "PENDING";
    this.updatedAt = at;
  }

  /** Every fact was looked up, whatever came of it. */
  endVerification(at: Date): void {
    this.verification = "DONE";
    this.updatedAt = at;
  }

  /** Lets the office work on it, by itself: the fee is paid, or there was none. */
  start(at: Date): void {
    this.move("IN_PROGRESS", at);
  }

  /** Grants or refuses it. */
  decide(outcome: "ACCEPTED" | "REJECTED", reason: string | null, at: Date, by: Actor): void {
    this.move(outcome, at, by);
    this.decidedAt = at;
    this.decisionReason = reason;
  }

  /** Refuses what is no draft any more. */
  assertDraft(): void {
    if (this.state !== "DRAFT") throw problem("WRONG_STATE", { details: { from: this.state, to: "SUBMITTED" } });
  }

  /** Refuses what the present state does not allow. */
  assertCan(state: ApplicationState): void {
    assertMove(applicationMoves, this.state, state);
  }

  private move(state: ApplicationState, at: Date, by?: Actor): void {
    this.assertCan(state);
    this.history.add(new ApplicationEvent({ administration: this.administration, application: this, from: this.state, to: state, at }, by));
    this.state = state;
    this.updatedAt = at;
  }
}
ApplicationSchema.setClass(Application);
