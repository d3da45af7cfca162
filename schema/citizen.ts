import { Field, InputType, ObjectType, registerEnumType } from "type-graphql";
import { Citizen, Language, MessageChoice } from "../entities/citizen.ts";
import { AssuranceLevel } from "../entities/service.ts";
import { AccessConnection } from "./access.ts";
import { ApplicationConnection } from "./application.ts";
import { AppointmentConnection } from "./appointment.ts";
import { CertificateResult } from "./certificate.ts";
import { AsksOutside, From, Id, IdempotencyKey, MaybeText, Needs, Paged, Stored } from "./decorators.ts";
import { Delegation } from "./delegation.ts";
import { MessageConnection } from "./message.ts";
import { NodeType } from "./node.ts";
import { PaymentConnection } from "./payment.ts";
import { resultOf } from "./problem.ts";
import { HouseholdResult, PersonResult } from "./registry.ts";
import { ActingFor } from "./representation.ts";
import { EmailScalar, FiscalCodeScalar } from "./scalars.ts";

registerEnumType(MessageChoice, {
  name: "MessageChoice", description: "How somebody wants to be told of what happens to their things.",
  valuesConfig: {
    IO_OR_EMAIL: { description: "In App IO or, where the app does not reach them, by e-mail. Unless they say otherwise." },
    IO: { description: "In App IO alone." }, EMAIL: { description: "By e-mail alone." }, BOTH: { description: "In App IO and by e-mail." },
    NONE: { description: "Not at all, but for what the administration must tell everybody: that goes as for IO_OR_EMAIL." },
  },
});

registerEnumType(Language, {
  name: "Language", description: "A language in which people are written to.",
  valuesConfig: { IT: { description: "Italian." }, EN: { description: "English." } },
});

/** How to reach somebody. */
@ObjectType({ description: "How to reach the person." })
export class Contacts {
  @Field(() => EmailScalar, { nullable: true, description: "E-mail address; null where the person gave none." })
  email!: string | null;

  @Field(() => Boolean, { description: "Whether whoever reads the address confirmed it; nothing else is sent there before." })
  emailConfirmed!: boolean;

  @MaybeText("Telephone number; null where the person gave none.")
  phone!: string | null;

  @Field(() => MessageChoice, { description: "How the person wants to be told of what happens." })
  messageChoice!: MessageChoice;

  @Field(() => Language, { nullable: true, description: "In which language the person wants to be written to; null where they never said: then in that of their app, or in Italian." })
  language!: Language | null;
}

/** The caller. */
@Stored({ entity: () => Citizen, idPrefix: "cit" })
@ObjectType("Citizen", { description: "The person who is signed in.", implements: NodeType })
export class CitizenType {
  @Id()
  id!: string;

  @Field(() => FiscalCodeScalar, { nullable: true, description: "Fiscal code; null for those who signed in from another country and have none." })
  fiscalCode!: string | null;

  @Needs()
  @Field(() => AssuranceLevel, { description: "At which level this session was signed in." })
  assurance!: AssuranceLevel;

  @Needs()
  @Field(() => Delegation, { nullable: true, description: "By what right somebody else acts for the person in this session; null when the person acts." })
  delegation!: Delegation | null;

  @Needs()
  @Field(() => ActingFor, { description: "For whom the person who signed in may act: companies and minors." })
  actingFor!: ActingFor;

  @AsksOutside()
  @Needs()
  @Field(() => PersonResult, { description: "The person in the national residents' registry, read now and on the person's own request." })
  person!: typeof PersonResult;

  @AsksOutside()
  @Needs()
  @Field(() => HouseholdResult, { description: "The person's household in the registry." })
  household!: typeof HouseholdResult;

  @AsksOutside()
  @Needs()
  @Field(() => CertificateResult, { description: "A certificate about the person as the registry would issue it, marked as a preview. Nothing is issued." })
  certificatePreview!: typeof CertificateResult;

  @From({ sql: column => `json_build_object('email', ${column("email")}, 'emailConfirmed', ${column("emailConfirmedAt")} is not null, 'phone', ${column("phone")}, 'messageChoice', ${column("messageChoice")}, 'language', ${column("language")})` })
  @Field(() => Contacts, { description: "How the administration reaches the person." })
  contacts!: Contacts;

  @Paged({ property: "appointments", order: [["startsAt", "desc"]], filter: "AppointmentFilter" })
  @Field(() => AppointmentConnection, { description: "The person's appointments, latest first." })
  appointments!: object;

  @Paged({ property: "applications", order: [["createdAt", "desc"]], filter: "ApplicationFilter" })
  @Field(() => ApplicationConnection, { description: "The person's applications, latest first." })
  applications!: object;

  @Paged({ property: "payments", order: [["createdAt", "desc"]], filter: "PaymentFilter" })
  @Field(() => PaymentConnection, { description: "What the person owes and has paid, latest first." })
  payments!: object;

  @Paged({ property: "messages", order: [["createdAt", "desc"]], filter: "MessageFilter" })
  @Field(() => MessageConnection, { description: "What the administration tells the person, latest first: when, by which channel, with which outcome." })
  messages!: object;

  @Needs()
  @Paged({ order: [["at", "desc"]] })
  @Field(() => AccessConnection, { description: "Who read the person's registry data, and why; latest first." })
  whoReadMyData!: object;
}

/** New contacts. */
@InputType({ description: "How to reach the person from now on; what is left out stays as it is." })
export class UpdateContactsInput {
  @Field(() => EmailScalar, { nullable: true, description: "E-mail address. Another one than before is sent a link, which must be opened before anything else is sent there." })
  email?: string;

  @MaybeText("Telephone number, 6 to 20 digits, with + and spaces where useful.")
  phone?: string;

  @Field(() => MessageChoice, { nullable: true, description: "How to be told of what happens." })
  messageChoice?: MessageChoice;

  @Field(() => Language, { nullable: true, description: "In which language to be written to; null: in that of the app, or in Italian." })
  language?: Language;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Done. */
@ObjectType({ description: "The contacts are changed." })
export class UpdateContactsSuccess {
  @Field(() => CitizenType, { description: "The person." })
  citizen!: CitizenType;
}

export const UpdateContactsResult = resultOf("UpdateContacts", () => UpdateContactsSuccess, "INVALID_INPUT", "CHANGED_MEANWHILE", "IDEMPOTENCY_CONFLICT");

/** The link again. */
@InputType({ description: "Another link to confirm the e-mail address of the contacts." })
export class SendEmailConfirmationInput {
  @IdempotencyKey()
  idempotencyKey!: string;
}

/** On its way. */
@ObjectType({ description: "The link is on its way: at most one in five minutes, good for a day. The last one sent is the one that works." })
export class SendEmailConfirmationSuccess {
  @Field(() => CitizenType, { description: "The person." })
  citizen!: CitizenType;
}

export const SendEmailConfirmationResult = resultOf("SendEmailConfirmation", () => SendEmailConfirmationSuccess, "NOT_FOUND", "WRONG_STATE", "INVALID_INPUT", "CHANGED_MEANWHILE", "IDEMPOTENCY_CONFLICT");
