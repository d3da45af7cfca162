import { Field, InputType, ObjectType, registerEnumType } from "type-graphql";
import { DeliveryOutcome, Message, MessageChannel, MessageKind, MessageState } from "../entities/message.ts";
import { ApplicationType } from "./application.ts";
import { AppointmentType } from "./appointment.ts";
import { From, Id, Narrows, Stored } from "./decorators.ts";
import { NodeType } from "./node.ts";
import { connectionOf } from "./page.ts";
import { PaymentType } from "./payment.ts";
import { DateTimeScalar } from "./scalars.ts";

registerEnumType(MessageKind, {
  name: "MessageKind", description: "What a message is about.",
  valuesConfig: {
    NOTICE_ISSUED: { description: "Something is to be paid." }, NOTICE_REMINDER: { description: "Something is still to be paid, and its day comes near." }, RECEIPT: { description: "It was paid." },
    APPLICATION_RECEIVED: { description: "An application was handed in." }, APPLICATION_DECIDED: { description: "It was decided." },
    APPOINTMENT_REMINDER: { description: "An appointment is a day away." },
  },
});

registerEnumType(MessageChannel, {
  name: "MessageChannel", description: "By what a person is reached.",
  valuesConfig: { IO: { description: "App IO." }, EMAIL: { description: "E-mail, to an address that its owner confirmed." } },
});

registerEnumType(MessageState, {
  name: "MessageState", description: "What became of a message.",
  valuesConfig: {
    QUEUED: { description: "It waits: for its time, or for a channel that gave no answer." }, SENT: { description: "A channel took it. Whether it was read, nobody knows." },
    REFUSED: { description: "No channel reaches the person, or none takes it." }, FAILED: { description: "The channels gave no answer for days." },
    NOT_WANTED: { description: "The person chose not to be told." }, OUTDATED: { description: "There was nothing to tell any more when its time came." },
  },
});

registerEnumType(DeliveryOutcome, {
  name: "DeliveryOutcome", description: "What a channel did with a message.",
  valuesConfig: {
    TAKEN: { description: "It took the message." }, NOT_REACHABLE: { description: "The person is not reached by it: no app, the service turned off, no confirmed address." },
    REFUSED: { description: "It refuses the message." }, UNAVAILABLE: { description: "It gave no usable answer for too long." }, UNKNOWN: { description: "It may have taken the message; it was tried once more." },
  },
});

/** One channel's part. */
@ObjectType({ description: "What one channel did with a message." })
export class Delivery {
  @Field(() => MessageChannel, { description: "Which channel." })
  channel!: MessageChannel;

  @Field(() => DeliveryOutcome, { description: "What it did." })
  outcome!: DeliveryOutcome;

  @Field(() => DateTimeScalar, { description: "When." })
  at!: string;
}

/** What somebody is told. */
@Stored({ entity: () => Message, idPrefix: "msg" })
@ObjectType("Message", { description: "Something that the administration tells the person. Its text is not kept: it was written from what it is about.", implements: NodeType })
export class MessageType {
  @Id()
  id!: string;

  @Field(() => MessageKind, { description: "What it is about." })
  kind!: MessageKind;

  @Field(() => MessageState, { description: "What became of it." })
  state!: MessageState;

  @Field(() => MessageChannel, { nullable: true, description: "By which channel it was sent; the first, when by both." })
  channel!: MessageChannel | null;

  @From({ property: "deliveries" })
  @Field(() => [Delivery], { description: "What each channel did, in order." })
  deliveries!: Delivery[];

  @Field(() => DateTimeScalar, { description: "From when on it is sent." })
  dueAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was sent or given up; null while it waits." })
  endedAt!: string | null;

  @Field(() => DateTimeScalar, { description: "When it was made." })
  createdAt!: string;

  @Field(() => PaymentType, { nullable: true, description: "What is or was to be paid, where it is about that." })
  payment!: PaymentType | null;

  @Field(() => ApplicationType, { nullable: true, description: "The application, where it is about one." })
  application!: ApplicationType | null;

  @Field(() => AppointmentType, { nullable: true, description: "The appointment, where it is about one." })
  appointment!: AppointmentType | null;
}

/** Pages of messages. */
export const MessageConnection = connectionOf("Message", () => MessageType);

/** Which messages. */
@InputType({ description: "Which messages to list." })
export class MessageFilter {
  @Narrows("state", "in")
  @Field(() => [MessageState], { nullable: true, description: "Only in these states." })
  states?: MessageState[];

  @Narrows("kind", "in")
  @Field(() => [MessageKind], { nullable: true, description: "Only of these kinds." })
  kinds?: MessageKind[];
}
