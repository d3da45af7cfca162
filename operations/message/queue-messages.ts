import type { EntityManager } from "@mikro-orm/postgresql";
import { Appointment } from "../../entities/appointment.ts";
import type { Event, EventKind } from "../../entities/event.ts";
import { Message, type MessageKind } from "../../entities/message.ts";
import { Payment } from "../../entities/payment.ts";
import { newId } from "../../kernel/ids.ts";
import type { Follower } from "../event/follow.ts";
import type { JobHub } from "../job.ts";
import { reminderOf } from "./reminder.ts";
import { sendMessage } from "./send-message.ts";

/** The messages that follow from an event. A second payment of the same notice is the accountant's to write about. */
const following: Partial<Record<EventKind, readonly MessageKind[]>> = {
  PAYMENT_REQUESTED: ["NOTICE_ISSUED", "NOTICE_REMINDER"], PAYMENT_PAID: ["RECEIPT"],
  APPLICATION_SUBMITTED: ["APPLICATION_RECEIVED"], APPLICATION_DECIDED: ["APPLICATION_DECIDED"],
  APPOINTMENT_BOOKED: ["APPOINTMENT_REMINDER"],
};

/**
 * Makes the messages that follow from events, each with its job. A message refers to what it is about: it is written when
 * it is sent.
 */
export const messages: Follower = {
  kinds: Object.keys(following) as EventKind[],
  async follow(hub, em, events) {
    const now = hub.clock.now();
    const made: Message[] = [];
    await readAll(em, events);
    for (const event of events) made.push(...await messagesOf(hub, em, event, now));
    for (const [at, due] of Map.groupBy(made, ({ dueAt }) => dueAt.getTime())) await hub.jobs.enqueue(em, sendMessage, due.map(({ id }) => id), new Date(at));
  },
};

/** Reads at once the things by which it is decided when to write about them; each is then found where it was read. */
async function readAll(em: EntityManager, events: readonly Event[]): Promise<void> {
  const about = (kind: EventKind): string[] => events.filter(event => event.kind === kind && event.citizenId !== null).map(({ subjectId }) => subjectId);
  const [payments, appointments] = [about("PAYMENT_REQUESTED"), about("APPOINTMENT_BOOKED")];
  if (payments.length > 0) await em.find(Payment, { id: { $in: payments } });
  if (appointments.length > 0) await em.find(Appointment, { id: { $in: appointments } });
}

async function messagesOf({ administration }: JobHub, em: EntityManager, event: Event, now: Date): Promise<Message[]> {
  const { id: eventId, kind: eventKind, subjectId, citizenId: citizen } = event;
  // A guest has no channel that anybody confirmed.
  if (!citizen) return [];
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
