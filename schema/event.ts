import { createUnionType, Field, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { EventKind } from "../entities/event.ts";
import { ApplicationType } from "./application.ts";
import { AppointmentType } from "./appointment.ts";
import { PaymentType } from "./payment.ts";
import { CursorScalar, DateTimeScalar } from "./scalars.ts";

registerEnumType(EventKind, {
  name: "EventKind", description: "What happened.",
  valuesConfig: {
    APPOINTMENT_BOOKED: { description: "An appointment was booked." }, APPOINTMENT_CANCELLED: { description: "An appointment was cancelled." },
    APPLICATION_SUBMITTED: { description: "An application was handed in." }, APPLICATION_STARTED: { description: "The office began to work on it." },
    APPLICATION_VERIFIED: { description: "What it rests on was looked up in the registry." }, APPLICATION_DECIDED: { description: "It was granted or refused." }, PAYMENT_REQUESTED: { description: "Something became due." },
    PAYMENT_PAID: { description: "A receipt came: it is paid." }, PAYMENT_PAID_TWICE: { description: "Another receipt came for something already paid." },
    PAYMENT_CLOSED: { description: "It is not to be paid any more: cancelled, replaced, expired, or paid in another way." },
    PAYMENT_STARTED: { description: "Somebody went to pay it: its outcome is unknown." }, PAYMENT_REOPENED: { description: "Nothing was paid after all, or nothing became known: it may be paid again." },
    PAYMENT_STAMP_WRONG: { description: "A digital revenue stamp that it bought is not as it should be; told to the office alone." },
    RECEIPT_UNPLACED: { description: "A receipt came for a notice that is none of the administration's own; held against flows and credits, and told to nobody." },
    FLOW_READ: { description: "A reporting flow was read to its end and matched." }, FLOW_FAILED: { description: "A reporting flow could not be read five times in a row: somebody has to look, then call `retryFlow`." },
    DISCREPANCY_OPENED: { description: "Something came onto the work list of reconciliation, or came back to it." }, DISCREPANCY_RESOLVED: { description: "It was settled, or its cause went away." },
    DAY_TIES: { description: "All that people paid on a day is reported and credited, to the cent." }, DAY_DIFFERS: { description: "Something of a day is missing, or is too much." },
  },
});

/** Something happened. */
@InterfaceType({ description: "Something that happened. Delivered at least once, in order; tell repeats by `cursor`." })
export abstract class Event {
  @Field(() => CursorScalar, { description: "Its place in the stream: keep it, and go on after it when the connection was lost." })
  cursor!: string;

  @Field(() => DateTimeScalar, { description: "When it happened." })
  occurredAt!: string;
}

/** About an appointment. */
@ObjectType({ description: "Something happened to an appointment.", implements: Event })
export class AppointmentChanged extends Event {
  @Field(() => EventKind, { description: "What happened." })
  kind!: EventKind;

  @Field(() => AppointmentType, { nullable: true, description: "The appointment as it stands now; null if the listener may not see it any more." })
  appointment!: AppointmentType | null;
}

/** About an application. */
@ObjectType({ description: "Something happened to an application.", implements: Event })
export class ApplicationChanged extends Event {
  @Field(() => EventKind, { description: "What happened." })
  kind!: EventKind;

  @Field(() => ApplicationType, { nullable: true, description: "The application as it stands now; null if the listener may not see it any more." })
  application!: ApplicationType | null;
}

/** About a payment. */
@ObjectType({ description: "Something happened to a payment.", implements: Event })
export class PaymentChanged extends Event {
  @Field(() => EventKind, { description: "What happened." })
  kind!: EventKind;

  @Field(() => PaymentType, { nullable: true, description: "The payment as it stands now; null if the listener may not see it any more." })
  payment!: PaymentType | null;
}

/** Too much was missed. */
@ObjectType({ description: "The cursor is too old: events after it are not kept any more. Read everything again, then listen from this event's cursor.", implements: Event })
export class ResyncRequired extends Event {}

const members = () => [AppointmentChanged, ApplicationChanged, PaymentChanged, ResyncRequired] as const;

/** What citizens hear. */
export const CitizenEvent = createUnionType({ name: "CitizenEvent", description: "Something that happened to the caller's own things.", types: members });

/** What staff hear. */
export const DeskEvent = createUnionType({ name: "DeskEvent", description: "Something that happened in the offices of a member of staff.", types: members });
