import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Application } from "./application.ts";
import { Appointment } from "./appointment.ts";
import { Citizen } from "./citizen.ts";
import { assertMove, id, instant, version, type Moves } from "./common.ts";
import { Payment } from "./payment.ts";

/** What a message is about. */
export const MessageKind = {
  NOTICE_ISSUED: "NOTICE_ISSUED", NOTICE_REMINDER: "NOTICE_REMINDER", RECEIPT: "RECEIPT",
  APPLICATION_RECEIVED: "APPLICATION_RECEIVED", APPLICATION_DECIDED: "APPLICATION_DECIDED",
  APPOINTMENT_REMINDER: "APPOINTMENT_REMINDER",
} as const;
export type MessageKind = keyof typeof MessageKind;

/** By what a person is reached. */
export const MessageChannel = { IO: "IO", EMAIL: "EMAIL" } as const;
export type MessageChannel = keyof typeof MessageChannel;

/** What became of a message. */
export const MessageState = { QUEUED: "QUEUED", SENT: "SENT", REFUSED: "REFUSED", FAILED: "FAILED", NOT_WANTED: "NOT_WANTED", OUTDATED: "OUTDATED" } as const;
export type MessageState = keyof typeof MessageState;

/** A message ends once. */
const moves: Moves<MessageState> = { QUEUED: ["SENT", "REFUSED", "FAILED", "NOT_WANTED", "OUTDATED"], SENT: [], REFUSED: [], FAILED: [], NOT_WANTED: [], OUTDATED: [] };

/**
 * What a channel did: took it, does not reach the person, refuses it, or gave no answer for too long. UNKNOWN is no end: it
 * may have been taken, and is tried once more.
 */
export const DeliveryOutcome = { TAKEN: "TAKEN", NOT_REACHABLE: "NOT_REACHABLE", REFUSED: "REFUSED", UNAVAILABLE: "UNAVAILABLE", UNKNOWN: "UNKNOWN" } as const;
export type DeliveryOutcome = keyof typeof DeliveryOutcome;

/** What one channel did with a message, as it is kept. */
export interface Delivery {
  readonly channel: MessageChannel;
  readonly outcome: DeliveryOutcome;
  /** UTC instant, ISO 8601. */
  readonly at: string;
}

const MessageSchema = defineEntity({
  name: "Message",
  uniques: [{ properties: ["eventId", "kind"] }],
  indexes: [
    { properties: ["citizen", "createdAt", "id"] }, { properties: ["administration"] },
    { properties: ["payment"] }, { properties: ["application"] }, { properties: ["appointment"] },
  ],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    citizen: () => p.manyToOne(Citizen),
    kind: p.enum(() => MessageKind),
    /** The event that it tells of: one message of a kind for each. */
    eventId: p.uuid(),
    /** What it is about: one of the three. */
    payment: () => p.manyToOne(Payment).nullable(),
    application: () => p.manyToOne(Application).nullable(),
    appointment: () => p.manyToOne(Appointment).nullable(),
    state: p.enum(() => MessageState),
    /** The channel that took it; the first, when several did. */
    channel: p.enum(() => MessageChannel).nullable(),
    /** What App IO calls it. */
    upstreamId: p.text().nullable(),
    /** What each channel did, in order: at most one end of each. */
    deliveries: p.json<readonly Delivery[]>(),
    /** From when on it may be sent. */
    dueAt: instant(),
    /** When it left QUEUED. */
    endedAt: instant().nullable(),
    createdAt: instant(),
    version: version(),
  },
});

/** Something that a person is told, or was: what it says is written anew from what it is about when its turn comes, and never kept. */
export class Message extends MessageSchema.class {
  /** Whether a channel has done with it. */
  isDone(channel: MessageChannel): boolean {
    return this.deliveries.some(delivery => delivery.channel === channel && delivery.outcome !== "UNKNOWN");
  }

  /** Whether a channel may have taken it before. */
  isUnknown(channel: MessageChannel): boolean {
    return this.deliveries.some(delivery => delivery.channel === channel && delivery.outcome === "UNKNOWN");
  }

  /** Notes what a channel did. */
  note(channel: MessageChannel, outcome: DeliveryOutcome, at: Date, upstreamId?: string): void {
    this.deliveries = [...this.deliveries, { channel, outcome, at: at.toISOString() }];
    if (outcome !== "TAKEN") return;
    this.channel ??= channel;
    this.upstreamId ??= upstreamId ?? null;
  }

  /** Whether some channel took it. */
  isTaken(): boolean {
    return this.deliveries.some(({ outcome }) => outcome === "TAKEN");
  }

  /** Ends it. Throws WRONG_STATE when it has ended. */
  end(state: Exclude<MessageState, "QUEUED">, at: Date): void {
    assertMove(moves, this.state, state);
    this.state = state;
    this.endedAt = at;
  }
}
MessageSchema.setClass(Message);
