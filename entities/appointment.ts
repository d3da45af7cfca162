import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Citizen } from "./citizen.ts";
import { assertMove, id, instant, version, type Moves } from "./common.ts";
import { Office } from "./office.ts";
import { Service } from "./service.ts";

export const AppointmentState = {
  HELD: "HELD", BOOKED: "BOOKED", CHECKED_IN: "CHECKED_IN", CALLED: "CALLED", SERVED: "SERVED", MISSED: "MISSED", CANCELLED: "CANCELLED", LAPSED: "LAPSED",
} as const;
export type AppointmentState = keyof typeof AppointmentState;

const moves: Moves<AppointmentState> = {
  HELD: ["BOOKED", "CANCELLED", "LAPSED"],
  BOOKED: ["CHECKED_IN", "MISSED", "CANCELLED"],
  CHECKED_IN: ["CALLED", "CANCELLED"],
  CALLED: ["SERVED", "MISSED"],
  SERVED: [],
  MISSED: [],
  CANCELLED: [],
  LAPSED: [],
};

/** The states in which the counter is taken: the exclusion constraint of the table says the same. */
export const takesTheCounter: readonly AppointmentState[] = ["HELD", "BOOKED", "CHECKED_IN", "CALLED"];

const AppointmentSchema = defineEntity({
  name: "Appointment",
  uniques: [{ properties: ["administration", "code"] }],
  indexes: [
    { properties: ["citizen", "startsAt", "id"] },
    { properties: ["office", "startsAt", "id"] },
    { properties: ["service"] },
    { properties: ["administration"] },
  ],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    office: () => p.manyToOne(Office),
    service: () => p.manyToOne(Service),
    /** Null for a guest, who holds the code instead. */
    citizen: () => p.manyToOne(Citizen).nullable(),
    guestName: p.text().nullable(),
    guestEmail: p.text().nullable(),
    startsAt: instant(),
    endsAt: instant(),
    /** Which of the office's counters, from 1. */
    counter: p.integer(),
    state: p.enum(() => AppointmentState),
    /** What the citizen shows at the counter. */
    code: p.text(),
    reason: p.text().nullable(),
    /** Until when a held time is kept for its holder. */
    heldUntil: instant().nullable(),
    createdAt: instant(),
    version: version(),
  },
});

/** A time at a counter, held for a moment or booked. */
export class Appointment extends AppointmentSchema.class {
  /** Turns a held time into a booking. */
  book(who: { guestName?: string | null; guestEmail?: string | null; reason?: string | null }): void {
    this.move("BOOKED");
    this.heldUntil = null;
    this.guestName = who.guestName ?? null;
    this.guestEmail = who.guestEmail ?? null;
    this.reason = who.reason ?? null;
  }

  /** Gives the counter back. */
  cancel(): void {
    this.move("CANCELLED");
  }

  /** Refuses what the present state does not allow. */
  assertCan(state: AppointmentState): void {
    assertMove(moves, this.state, state);
  }

  private move(state: AppointmentState): void {
    this.assertCan(state);
    this.state = state;
  }
}
AppointmentSchema.setClass(Appointment);
