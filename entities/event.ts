import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { instant } from "./common.ts";
import { newId } from "../kernel/ids.ts";

export const EventKind = {
  APPOINTMENT_BOOKED: "APPOINTMENT_BOOKED", APPOINTMENT_CANCELLED: "APPOINTMENT_CANCELLED",
  APPLICATION_SUBMITTED: "APPLICATION_SUBMITTED", APPLICATION_STARTED: "APPLICATION_STARTED", APPLICATION_VERIFIED: "APPLICATION_VERIFIED", APPLICATION_DECIDED: "APPLICATION_DECIDED",
  PAYMENT_REQUESTED: "PAYMENT_REQUESTED", PAYMENT_PAID: "PAYMENT_PAID", PAYMENT_PAID_TWICE: "PAYMENT_PAID_TWICE", PAYMENT_CLOSED: "PAYMENT_CLOSED",
  PAYMENT_STARTED: "PAYMENT_STARTED", PAYMENT_REOPENED: "PAYMENT_REOPENED", PAYMENT_STAMP_WRONG: "PAYMENT_STAMP_WRONG",
  RECEIPT_UNPLACED: "RECEIPT_UNPLACED",
  FLOW_READ: "FLOW_READ", FLOW_FAILED: "FLOW_FAILED", DISCREPANCY_OPENED: "DISCREPANCY_OPENED", DISCREPANCY_RESOLVED: "DISCREPANCY_RESOLVED", DAY_TIES: "DAY_TIES", DAY_DIFFERS: "DAY_DIFFERS",
} as const;
export type EventKind = keyof typeof EventKind;

/** What happens in reconciliation: about the administration as a whole, no citizen's and no office's. An index has these at hand. */
export const reconciliationKinds: readonly EventKind[] = ["FLOW_READ", "FLOW_FAILED", "DISCREPANCY_OPENED", "DISCREPANCY_RESOLVED", "DAY_TIES", "DAY_DIFFERS"];

const published = `"position" is not null`;

const EventSchema = defineEntity({
  name: "Event",
  tableName: "event",
  // Each is written twice, when it happens and when it gets its position: only then can anybody look for it.
  uniques: [{ properties: ["position"], where: published }],
  indexes: [{ properties: ["administration", "position"], where: published }, { properties: ["citizenId", "position"], where: published }, { properties: ["officeId", "position"], where: published }],
  properties: {
    id: p.uuid().primary().onCreate(() => newId()),
    administration: () => p.manyToOne(Administration),
    /** Place in the order that listeners see; given by the relay after the commit, so it never goes back. */
    position: p.bigint().nullable(),
    kind: p.enum(() => EventKind),
    /** What changed. Ids, never data: a listener reads again under their own permission. */
    subjectId: p.uuid(),
    citizenId: p.uuid().nullable(),
    officeId: p.uuid().nullable(),
    occurredAt: instant(),
  },
});

/** Something happened: written in the transaction that made it so, published by the relay. */
export class Event extends EventSchema.class {}
EventSchema.setClass(Event);

const EventCursorSchema = defineEntity({
  name: "EventCursor",
  properties: {
    administration: () => p.manyToOne(Administration).primary(),
    /** Position of the last event that was followed. */
    position: p.bigint(),
  },
});

/** Up to which event an administration's events were followed by what comes of them: the row that whoever does it locks. */
export class EventCursor extends EventCursorSchema.class {}
EventCursorSchema.setClass(EventCursor);
