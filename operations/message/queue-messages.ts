import type { EntityManager } from "@mikro-orm/postgresql";
import { Appointment } from "../../entities/appointment.ts";
import { Event, type EventKind } from "../../entities/event.ts";
import { Message, MessageCursor, type MessageKind } from "../../entities/message.ts";
import { Payment } from "../../entities/payment.ts";
import { newId } from "../../kernel/ids.ts";
import type { JobHub } from "../job.ts";
import { forUpdate } from "../once.ts";
import { reminderOf } from "./reminder.ts";
import { sendMessage } from "./send-message.ts";

/** The messages that follow from an event. A second payment of the same notice is the accountant's to write about. */
const following: Partial<Record<EventKind, readonly MessageKind[]>> = {
  PAYMENT_REQUESTED: ["NOTICE_ISSUED", "NOTICE_REMINDER"], PAYMENT_PAID: ["RECEIPT"],
  APPLICATION_SUBMITTED: ["APPLICATION_RECEIVED"], APPLICATION_DECIDED: ["APPLICATION_DECIDED"],
  APPOINTMENT_BOOKED: ["APPOINTMENT_REMINDER"],
};

const told = Object.keys(following) as EventKind[];

/** Whether anybody is told of events of a kind. */
export const isTold = (kind: EventKind): boolean => kind in following;

/** How many events are read at once. */
const batch = 200;

/**
 * Makes the messages that follow from the events published since the last time, each with its job, and remembers how far it
 * came in the same transaction: so each event is told of once, whichever process does it and whenever one dies. Whoever
 * comes at the same time waits. True when there may be more.
 */
export const queueMessages = (hub: JobHub): Promise<boolean> => hub.em.transactional(async em => {
  const cursor = await cursorOf(hub, em);
  const events = await em.find(Event, { administration: hub.administration.id, position: { $gt: cursor.position }, kind: { $in: told } }, { orderBy: { position: "asc" }, limit: batch });
  for (const event of events) {
    for (const message of await messagesOf(hub, em, event)) await hub.jobs.enqueue(em, sendMessage, message.id, message.dueAt);
  }
  const last = events.at(-1);
  if (last) cursor.position = last.position!;
  return events.length === batch;
});

/** The administration's place among the events, locked; at first it is the end: nobody is told of what happened before. */
async function cursorOf({ administration }: JobHub, em: EntityManager): Promise<MessageCursor> {
  const found = await em.findOne(MessageCursor, { administration: administration.id }, forUpdate);
  if (found) return found;
  await em.execute(`insert into "message_cursor" ("administration_id", "position") select ?, coalesce(max("position"), 0) from "event" on conflict do nothing`, [administration.id]);
  return em.findOneOrFail(MessageCursor, { administration: administration.id }, forUpdate);
}

async function messagesOf({ administration, clock }: JobHub, em: EntityManager, event: Event): Promise<Message[]> {
  const { id: eventId, kind: eventKind, subjectId, citizenId: citizen } = event;
  // A guest has no channel that anybody confirmed.
  if (!citizen) return [];
  const now = clock.now();
  const made: Message[] = [];
  for (const kind of following[eventKind]!) {
    const dueAt = await dueOf(kind, em, subjectId, administration.settings, now);
    if (dueAt !== null) made.push(em.create(Message, { id: newId(), administration: administration.id, citizen, kind, eventId, ...about(eventKind, subjectId), state: "QUEUED", deliveries: [], dueAt, createdAt: now }));
  }
  return made;
}

/** What an event is about, as a message refers to it. */
const about = (kind: EventKind, id: string): { payment?: string; application?: string; appointment?: string } =>
  kind.startsWith("PAYMENT") ? { payment: id } : kind.startsWith("APPLICATION") ? { application: id } : { appointment: id };

/**
 * When a message is to be sent: now, or at the time of a reminder. Null for what is not to be told: a reminder whose time
 * has passed, and the later instalments of a debt, of which the first tells and each is reminded of.
 */
async function dueOf(kind: MessageKind, em: EntityManager, id: string, settings: JobHub["administration"]["settings"], now: Date): Promise<Date | null> {
  switch (kind) {
    case "NOTICE_ISSUED": return ((await em.findOneOrFail(Payment, { id })).instalment ?? 1) === 1 ? now : null;
    case "NOTICE_REMINDER": return ifComing(reminderOf({ kind, payment: await em.findOneOrFail(Payment, { id }) }, settings), now);
    case "APPOINTMENT_REMINDER": return ifComing(reminderOf({ kind, appointment: await em.findOneOrFail(Appointment, { id }) }, settings), now);
    default: return now;
  }
}

const ifComing = (at: Date, now: Date): Date | null => (at > now ? at : null);
