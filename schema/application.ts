import { Field, InputType, Int, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { Application, ApplicationState, VerificationState } from "../entities/application.ts";
import { ApplicationEvent, EventActor } from "../entities/application-event.ts";
import { CertificateResult } from "./certificate.ts";
import { Allow, AsksOutside, Costs, From, Id, MaybeText, Narrows, Needs, Stored, Text } from "./decorators.ts";
import { NodeType } from "./node.ts";
import { OfficeType } from "./office.ts";
import { connectionOf } from "./page.ts";
import { PaymentType } from "./payment.ts";
import { CasePersonResult } from "./registry.ts";
import { RegistryCheckType } from "./registry-check.ts";
import { Sex } from "./registry-words.ts";
import { DateScalar, DateTimeScalar, FiscalCodeScalar, JsonScalar } from "./scalars.ts";
import { ServiceType } from "./service.ts";

registerEnumType(ApplicationState, {
  name: "ApplicationState", description: "Where an application stands.",
  valuesConfig: {
    DRAFT: { description: "Being written; only its author sees it as theirs." }, AWAITING_PAYMENT: { description: "Complete, and handed in as soon as it is paid." }, SUBMITTED: { description: "Handed in and numbered; a fee may be due before work begins." },
    IN_PROGRESS: { description: "The office is at work." }, ACCEPTED: { description: "Granted." }, REJECTED: { description: "Refused, with a reason." },
    WITHDRAWN: { description: "Taken back by its author." },
  },
});

registerEnumType(VerificationState, {
  name: "VerificationState", description: "Whether the facts that an application rests on have been looked up in the national residents' registry. Nobody is asked for them again.",
  valuesConfig: {
    NOT_NEEDED: { description: "It rests on none, or was not handed in yet." }, PENDING: { description: "In verification: the registry is being asked, and asked again if it does not answer." },
    DONE: { description: "They were looked up." },
  },
});

/** What may be done next. */
export const ApplicationAction = { SAVE: "SAVE", SUBMIT: "SUBMIT", PAY: "PAY", DECIDE: "DECIDE" } as const;
export type ApplicationAction = keyof typeof ApplicationAction;
registerEnumType(ApplicationAction, {
  name: "ApplicationAction", description: "What the caller may do with an application as it stands.",
  valuesConfig: { SAVE: { description: "Change the draft." }, SUBMIT: { description: "Hand it in." }, PAY: { description: "Pay its fee." }, DECIDE: { description: "Grant or refuse it." } },
});

/** A number in the register. */
@ObjectType({ description: "The number under which an application stands in the register of protocol." })
export class Protocol {
  @Field(() => Int, { description: "Year of the register." })
  year!: number;

  @Field(() => Int, { description: "Number within the year." })
  number!: number;
}

/** One step of a reckoning. */
@ObjectType({ description: "One step of the reckoning of a due date." })
export class DueDateStep {
  @Field(() => DateScalar, { description: "The end of the term as it stands after this step." })
  on!: string;

  @Text("Why, for people.")
  text!: string;

  @MaybeText("The law, where there is one.")
  source!: string | null;
}

/** Until when. */
@ObjectType({ description: "The day by which the office must answer, and how it was reckoned." })
export class DueDate {
  @Field(() => DateScalar, { description: "The last day." })
  on!: string;

  @Field(() => [DueDateStep], { description: "How it was reckoned." })
  steps!: DueDateStep[];
}

registerEnumType(EventActor, {
  name: "ApplicationActor", description: "Who moves an application from state to state.",
  valuesConfig: {
    APPLICANT: { description: "The applicant." }, DELEGATE: { description: "Somebody who acts for the applicant: a parent, or a company's representative." }, STAFF: { description: "Somebody of the office." },
    SYSTEM: { description: "Nobody: the hub itself, as when the fee is paid or none is due." },
  },
});

/** One move. */
@Stored({ entity: () => ApplicationEvent, idPrefix: "ape" })
@ObjectType("ApplicationEvent", { description: "One move of an application from state to state." })
export class ApplicationEventType {
  @Field(() => ApplicationState, { description: "The state before." })
  from!: ApplicationState;

  @Field(() => ApplicationState, { description: "The state after." })
  to!: ApplicationState;

  @Field(() => DateTimeScalar, { description: "When." })
  at!: string;

  @Field(() => EventActor, { description: "Who made the move." })
  actor!: EventActor;

  @Text("Who, for people: of staff the office and the role in it, never the name.")
  actorName!: string;
}

/** What a look-up for a case needs to know of it: the applicant's fiscal code, the office, the protocol number. */
const caseAtHand = (column: (property: string) => string): string =>
  `json_build_object('fiscalCode', (select c."fiscal_code" from "citizen" c where c."id" = ${column("citizen")}),
    'office', (select json_build_object('id', f."id", 'name', f."name") from "office" f where f."id" = ${column("office")}),
    'protocol', ${column("protocolYear")} || '/' || ${column("protocolNumber")})`;

/** Somebody's request. */
@Stored({ entity: () => Application, idPrefix: "app", discriminator: { property: "kind", types: { ZTL_PERMIT: "ZtlPermitApplication", GENERIC: "GenericApplication" } } })
@InterfaceType("Application", { description: "Somebody's request for a service, from draft to decision.", implements: NodeType })
export abstract class ApplicationType {
  @Id()
  id!: string;

  @Field(() => ApplicationState, { description: "Where it stands." })
  state!: ApplicationState;

  @Field(() => ServiceType, { description: "What it asks for." })
  service!: ServiceType;

  @Field(() => OfficeType, { description: "Who handles it." })
  office!: OfficeType;

  @From({ sql: column => `case when ${column("protocolNumber")} is not null then json_build_object('year', ${column("protocolYear")}, 'number', ${column("protocolNumber")}) end` })
  @Field(() => Protocol, { nullable: true, description: "Its number in the register; null while a draft." })
  protocol!: Protocol | null;

  @From({ sql: column => `case when ${column("dueOn")} is not null then json_build_object('on', ${column("dueOn")}, 'steps', ${column("dueSteps")}) end` })
  @Field(() => DueDate, { nullable: true, description: "By when the office must answer; null while a draft." })
  dueDate!: DueDate | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was handed in; null while a draft." })
  submittedAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was decided; null until then." })
  decidedAt!: string | null;

  @MaybeText("The reason of the decision, as the applicant reads it; null until then, and where none was given.")
  decisionReason!: string | null;

  @Costs({ size: 5 })
  @From({ property: "history", order: [["at", "asc"], ["id", "asc"]] })
  @Field(() => [ApplicationEventType], { description: "Its moves so far, oldest first." })
  history!: ApplicationEventType[];

  @Costs({ size: 2 })
  @From({ property: "payments", order: [["createdAt", "asc"], ["id", "asc"]] })
  @Field(() => [PaymentType], { description: "What is due for it." })
  payments!: PaymentType[];

  @Field(() => VerificationState, { description: "Whether the facts that it rests on have been looked up in the registry." })
  verification!: VerificationState;

  @Allow("desk")
  @Costs({ size: 2 })
  @From({ property: "checks", order: [["kind", "asc"]] })
  @Field(() => [RegistryCheckType], { description: "The facts that it rests on, and what the registry said of each; for staff. None of them decides the application." })
  checks!: RegistryCheckType[];

  @Allow("desk")
  @From({ sql: column => `(select p."debtor_name" from "payment" p where p."application_id" = ${column("id")} order by p."id" limit 1)` })
  @Field(() => String, { nullable: true, description: "Name of the applicant as the notice prints it; null while there is no notice. For staff." })
  applicantName!: string | null;

  @Allow("desk")
  @AsksOutside()
  @From({ needs: [], sql: caseAtHand })
  @Field(() => CasePersonResult, { nullable: true, description: "The applicant in the national residents' registry, read for this case; for staff. Null while a draft: there is no case yet to read for." })
  applicant!: typeof CasePersonResult | null;

  @Allow("desk")
  @AsksOutside()
  @From({ needs: [], sql: caseAtHand })
  @Field(() => CasePersonResult, { nullable: true, description: "Somebody else in the registry whom this case is about; for staff. Null while a draft." })
  person!: typeof CasePersonResult | null;

  @Allow("desk:certificates")
  @AsksOutside()
  @From({ needs: [], sql: caseAtHand })
  @Field(() => CertificateResult, { nullable: true, description: "A certificate about the applicant as the registry would issue it for this case, marked as a preview; for staff. Null while a draft." })
  certificatePreview!: typeof CertificateResult | null;

  @Needs("state", "office")
  @Field(() => [ApplicationAction], { description: "What the caller may do with it now." })
  allowedActions!: ApplicationAction[];
}

/** A permit for the restricted zone. */
@ObjectType("ZtlPermitApplication", { description: "An application for a permit to enter the restricted traffic zone (ZTL).", implements: ApplicationType })
export class ZtlPermitApplicationType extends ApplicationType {
  @From({ sql: column => `${column("details")} ->> 'category'` })
  @Field(() => String, { nullable: true, description: "Category of permit; null until the draft says it." })
  category!: string | null;

  @From({ sql: column => `coalesce(${column("details")} -> 'plates', '[]'::jsonb)` })
  @Field(() => [String], { description: "Plates of the vehicles, without blanks; empty until the draft says them." })
  plates!: string[];

  @From({ sql: column => `${column("details")} ->> 'from'` })
  @Field(() => DateScalar, { nullable: true, description: "From which day; null until the draft says it." })
  from!: string | null;
}

/** A form of the catalogue. */
@ObjectType("GenericApplication", { description: "An application whose form the catalogue describes (JSON Schema in `service.form`).", implements: ApplicationType })
export class GenericApplicationType extends ApplicationType {
  @From({ property: "details" })
  @Field(() => JsonScalar, { description: "The answers of the form." })
  answers!: unknown;
}

/** Pages of applications. */
export const ApplicationConnection = connectionOf("Application", () => ApplicationType);

/** Which applications. */
@InputType({ description: "Which applications to list." })
export class ApplicationFilter {
  @Narrows("state", "in")
  @Field(() => [ApplicationState], { nullable: true, description: "Only in these states." })
  states?: ApplicationState[];

  @Narrows("verification", "in")
  @Field(() => [VerificationState], { nullable: true, description: "Only those whose facts stand so." })
  verification?: VerificationState[];
}

/** Whom to look up. */
@InputType({ description: "Whom to look up in the registry: by fiscal code, or by family name, given name and date of birth." })
export class PersonSearchInput {
  @Field(() => FiscalCodeScalar, { nullable: true, description: "Fiscal code; what else is said is then not used." })
  fiscalCode?: string;

  @MaybeText("Family name.")
  familyName?: string;

  @MaybeText("Given name.")
  givenName?: string;

  @Field(() => Sex, { nullable: true, description: "Sex, as registered." })
  sex?: keyof typeof Sex;

  @Field(() => DateScalar, { nullable: true, description: "Date of birth." })
  birthDate?: string;
}
