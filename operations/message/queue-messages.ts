import type { EntityManager } from "@mikro-orm/postgresql";
import { Appointment } from "../../entities/appointment.ts";
import type { Event, EventKind } from "../../entities/event.ts";
import type { MessageKind } from "../../entities/message.ts";
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
    // A guest has no channel that anybody confirmed.
    const told = events.filter(({ citizenId }) => citizenId !== null);
    const subjects = await subjectsOf(em, told);
    const now = hub.clock.now();
    const made = told.flatMap(event => following[event.kind]!.flatMap(kind => {
      const dueAt = dueOf(kind, event.subjectId, subjects, hub.administration.settings, now);
      return dueAt === null ? [] : [{ id: newId(), eventId: event.id, citizen: event.citizenId, kind, ...about(event.kind, event.subjectId), dueAt }];
    }));
    if (made.length > 0) await em.execute(insertion, [hub.administration.id, now.toISOString(), JSON.stringify(made)]);
    await hub.jobs.enqueue(em, sendMessage, made.map(({ id, dueAt }) => [id, dueAt] as const));
  },
};

/** One statement whatever their number: hundreds follow from a busy second. */
const insertion = `
insert into "message" ("id", "administration_id", "citizen_id", "kind", "event_id", "payment_id", "application_id", "appointment_id", "state", "deliveries", "due_at", "created_at")
select m."id", g."administration", m."citizen", m."kind", m."eventId", m."payment", m."application", m."appointment", 'QUEUED', '[]', m."dueAt", g."now"
from (select ?::uuid as "administration", ?::timestamptz as "now") g
  cross join jsonb_to_recordset(?::jsonb) m ("id" uuid, "eventId" uuid, "citizen" uuid, "kind" text, "payment" uuid, "application" uuid, "appointment" uuid, "dueAt" timestamptz)`;

/** What is read to know when it is to be told of, by its id. */
interface Subjects {
  readonly payments: ReadonlyMap<string, Payment>;
  readonly appointments: ReadonlyMap<string, Appointment>;
}

async function subjectsOf(em: EntityManager, events: readonly Event[]): Promise<Subjects> {
  const of = (kind: EventKind): string[] => events.filter(event => event.kind === kind).map(({ subjectId }) => subjectId);
  const [requested, booked] = [of("PAYMENT_REQUESTED"), of("APPOINTMENT_BOOKED")];
  const payments = requested.length > 0 ? await em.find(Payment, { id: { $in: requested } }) : [];
  const appointments = booked.length > 0 ? await em.find(Appointment, { id: { $in: booked } }) : [];
  return { payments: new Map(payments.map(payment => [payment.id, payment])), appointments: new Map(appointments.map(appointment => [appointment.id, appointment])) };
}

/** What an event is about, as a message refers to it. */
const about = (kind: EventKind, id: string): { payment?: string; application?: string; appointment?: string } =>
  kind.startsWith("PAYMENT") ? { payment: id } : kind.startsWith("APPLICATION") ? { application: id } : { appointment: id };

/**
 * When a message is to be sent: now, or at the time of a reminder. Null for what is not to be told: a reminder whose time
 * has passed, and the later instalments of a debt, of which the first tells and each is reminded of.
 */
function dueOf(kind: MessageKind, id: string, { payments, appointments }: Subjects, settings: JobHub["administration"]["settings"], now: Date): Date | null {
  switch (kind) {
    case "NOTICE_ISSUED": return (payments.get(id)!.instalment ?? 1) === 1 ? now : null;
    case "NOTICE_REMINDER": return ifComing(reminderOf({ kind, payment: payments.get(id)! }, settings), now);
    case "APPOINTMENT_REMINDER": return ifComing(reminderOf({ kind, appointment: appointments.get(id)! }, settings), now);
    default: return now;
  }
}

const ifComing = (at: Date, now: Date): Date | null => (at > now ? at : null);
