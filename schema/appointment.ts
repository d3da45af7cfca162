import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { Appointment, AppointmentState } from "../entities/appointment.ts";
import { Id, IdempotencyKey, MaybeText, Narrows, Stored, Text } from "./decorators.ts";
import { NodeType } from "./node.ts";
import { OfficeType } from "./office.ts";
import { connectionOf } from "./page.ts";
import { resultOf } from "./problem.ts";
import { DateScalar, DateTimeScalar, EmailScalar } from "./scalars.ts";
import { ServiceType } from "./service.ts";

registerEnumType(AppointmentState, {
  name: "AppointmentState", description: "Where an appointment stands.",
  valuesConfig: {
    HELD: { description: "Kept for a few minutes, to be confirmed." }, BOOKED: { description: "Confirmed." }, CHECKED_IN: { description: "The person is here." },
    CALLED: { description: "The person is at the counter." }, SERVED: { description: "Done." }, MISSED: { description: "Nobody came." },
    CANCELLED: { description: "Given back." }, LAPSED: { description: "Held and never confirmed." },
  },
});

/** A time at a counter. */
@Stored({ entity: () => Appointment, idPrefix: "apt" })
@ObjectType("Appointment", { description: "A time at a counter, held for a moment or booked.", implements: NodeType })
export class AppointmentType {
  @Id()
  id!: string;

  @Field(() => AppointmentState, { description: "Where it stands." })
  state!: AppointmentState;

  @Text("What to show at the counter, such as `K7QD-2MXR`. A guest gives an appointment back with it.")
  code!: string;

  @Field(() => DateTimeScalar, { description: "When it begins." })
  startsAt!: string;

  @Field(() => DateTimeScalar, { description: "When it ends." })
  endsAt!: string;

  @Field(() => Int, { description: "Which counter, from 1." })
  counter!: number;

  @MaybeText("What it is about, as the person wrote; null where they wrote nothing.")
  reason!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Until when a held time is kept; null once booked." })
  heldUntil!: string | null;

  @Field(() => OfficeType, { description: "Where." })
  office!: OfficeType;

  @Field(() => ServiceType, { description: "For what." })
  service!: ServiceType;
}

/** Pages of appointments. */
export const AppointmentConnection = connectionOf("Appointment", () => AppointmentType);

/** Which appointments. */
@InputType({ description: "Which appointments to list." })
export class AppointmentFilter {
  @Narrows("state", "in")
  @Field(() => [AppointmentState], { nullable: true, description: "Only in these states." })
  states?: AppointmentState[];

  @Narrows("startsAt", "from")
  @Field(() => DateTimeScalar, { nullable: true, description: "Beginning at this instant or later." })
  from?: string;

  @Narrows("startsAt", "before")
  @Field(() => DateTimeScalar, { nullable: true, description: "Beginning before this instant." })
  before?: string;
}

/** A time that is free. */
@ObjectType({ description: "A time at which somebody can be received." })
export class FreeTime {
  @Field(() => DateTimeScalar, { description: "When it begins; give it to `holdSlot`." })
  startsAt!: string;

  @Field(() => DateTimeScalar, { description: "When it ends." })
  endsAt!: string;

  @Field(() => Int, { description: "How many counters are free then." })
  counters!: number;
}

/** The free times of one day. */
@ObjectType({ description: "The free times of one day at one office. Days without any are left out." })
export class DayAvailability {
  @Field(() => DateScalar, { description: "The day." })
  day!: string;

  @Field(() => [FreeTime], { description: "Its free times, in order." })
  times!: FreeTime[];
}

/** For which service, where and when. */
@InputType({ description: "For which service, at which office and on which days to look for free times." })
export class AvailabilityInput {
  @Field(() => ID, { description: "The service." })
  service!: string;

  @Field(() => ID, { description: "The office: one of those that give the service." })
  office!: string;

  @Field(() => DateScalar, { description: "First day." })
  from!: string;

  @Field(() => DateScalar, { description: "Last day; at most 31 days after the first." })
  to!: string;
}

/** Keep a time for me. */
@InputType({ description: "Which time to keep while the person confirms." })
export class HoldSlotInput {
  @Field(() => ID, { description: "The service." })
  service!: string;

  @Field(() => ID, { description: "The office." })
  office!: string;

  @Field(() => DateTimeScalar, { description: "When it begins: one of the times of `availability`." })
  startsAt!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Confirm it. */
@InputType({ description: "Confirms a held time." })
export class BookAppointmentInput {
  @Field(() => ID, { description: "The held appointment." })
  appointment!: string;

  @MaybeText("What it is about, at most 600 characters.")
  reason?: string;

  @MaybeText("Name of a guest; needed when nobody is signed in.")
  guestName?: string;

  @Field(() => EmailScalar, { nullable: true, description: "E-mail of a guest; needed when nobody is signed in." })
  guestEmail?: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Give it back. */
@InputType({ description: "Gives an appointment back." })
export class CancelAppointmentInput {
  @Field(() => ID, { description: "The appointment." })
  appointment!: string;

  @MaybeText("The appointment's code; needed when nobody is signed in.")
  code?: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Kept. */
@ObjectType({ description: "The time is kept, until `appointment.heldUntil`." })
export class HoldSlotSuccess {
  @Field(() => AppointmentType, { description: "The held appointment." })
  appointment!: AppointmentType;
}

/** Booked. */
@ObjectType({ description: "The appointment is booked." })
export class BookAppointmentSuccess {
  @Field(() => AppointmentType, { description: "The appointment." })
  appointment!: AppointmentType;
}

/** Given back. */
@ObjectType({ description: "The appointment is cancelled." })
export class CancelAppointmentSuccess {
  @Field(() => AppointmentType, { description: "The appointment as it stands now." })
  appointment!: AppointmentType;
}

export const HoldSlotResult = resultOf("HoldSlot", () => HoldSlotSuccess, "SLOT_TAKEN", "TOO_MANY_HELD", "NOT_FOUND", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
export const BookAppointmentResult = resultOf("BookAppointment", () => BookAppointmentSuccess, "HOLD_EXPIRED", "NOT_FOUND", "WRONG_STATE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
export const CancelAppointmentResult = resultOf("CancelAppointment", () => CancelAppointmentSuccess, "NOT_FOUND", "WRONG_STATE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
