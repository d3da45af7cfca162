import { AccessRecord } from "../../entities/access-record.ts";
import { Administration } from "../../entities/administration.ts";
import { ApplicationEvent } from "../../entities/application-event.ts";
import { Application } from "../../entities/application.ts";
import { Appointment } from "../../entities/appointment.ts";
import { BankCredit, BankStatement } from "../../entities/bank-statement.ts";
import { Citizen } from "../../entities/citizen.ts";
import { DigitalStamp } from "../../entities/digital-stamp.ts";
import { Collection } from "../../entities/collection.ts";
import { Discrepancy } from "../../entities/discrepancy.ts";
import { Flow, FlowPayment } from "../../entities/flow.ts";
import { Message } from "../../entities/message.ts";
import { Office } from "../../entities/office.ts";
import { Agreement, Partner } from "../../entities/partner.ts";
import { PaymentEvent } from "../../entities/payment-event.ts";
import { PaymentOption, PaymentPlan } from "../../entities/payment-plan.ts";
import { Payment } from "../../entities/payment.ts";
import { Receipt } from "../../entities/receipt.ts";
import { RegistryCheck } from "../../entities/registry-check.ts";
import { Representation } from "../../entities/representation.ts";
import { RequiredDocument } from "../../entities/required-document.ts";
import { Service } from "../../entities/service.ts";
import { Session } from "../../entities/session.ts";
import type { EntityClass } from "../../kernel/stored.ts";
import type { Caller } from "../caller.ts";

type Kind = Caller["kind"];

/** A value of the caller that rows are held against. */
export type Mine = "citizenId" | "officeIds" | "partnerId" | "subjectKey";

/** A predicate over a row. `column` gives a property's column; `mine` gives a value of the caller as a parameter. */
type Predicate = (column: (property: string) => string, mine: (value: Mine) => string) => string;

/** Rows whose property is one of several values of the caller: a page of them is merged from one ordered read for each. */
export interface Among {
  readonly property: string;
  readonly among: Mine;
  /** What the rows must meet besides. */
  readonly only?: Predicate;
}

type Rule = Predicate | Among;

const everyRow: Rule = () => "true";
const own: Rule = (column, mine) => `${column("citizen")} = ${mine("citizenId")}`;
const inMyOffices: Among = { property: "office", among: "officeIds" };
const everybody = { visitor: everyRow, citizen: everyRow, staff: everyRow, partner: everyRow };

/**
 * Whose rows a caller sees, for each entity that is ever shown. A kind of caller that is not named sees none.
 *
 * The planner adds the rule to every place where it reads the entity, after the administration's own; an entity
 * without a rule cannot be shown, the hub does not start.
 */
export const ownership: ReadonlyMap<EntityClass, Partial<Record<Kind, Rule>>> = new Map<EntityClass, Partial<Record<Kind, Rule>>>([
  [Administration, everybody],
  [Office, everybody],
  [Service, everybody],
  [RequiredDocument, everybody],
  [Citizen, { citizen: (column, mine) => `${column("id")} = ${mine("citizenId")}` }],
  [Appointment, { citizen: own, staff: inMyOffices }],
  [Application, { citizen: own, staff: { ...inMyOffices, only: column => `${column("state")} not in ('DRAFT', 'AWAITING_PAYMENT')` } }],
  [RegistryCheck, { staff: everyRow }],
  [ApplicationEvent, { citizen: everyRow, staff: everyRow }],
  [Payment, {
    citizen: own,
    staff: (column, mine) => `exists (select 1 from "application" o where o."id" = ${column("application")} and o."office_id" = any(${mine("officeIds")}))`,
  }],
  [Receipt, { citizen: everyRow, staff: everyRow }],
  [PaymentEvent, { citizen: everyRow, staff: everyRow }],
  [PaymentOption, { citizen: everyRow, staff: everyRow }],
  [PaymentPlan, { citizen: everyRow, staff: everyRow }],
  [DigitalStamp, { citizen: everyRow, staff: everyRow }],
  // What is to be reconciled is the administration's as a whole: who may see it at all, the permission says.
  [Collection, { staff: everyRow }],
  [Flow, { staff: everyRow }],
  [FlowPayment, { staff: everyRow }],
  [BankStatement, { staff: everyRow }],
  [BankCredit, { staff: column => `${column("match")} <> 'OTHER'` }],
  [Discrepancy, { staff: everyRow }],
  [Message, { citizen: own }],
  [Session, { citizen: own }],
  [Representation, { citizen: (column, mine) => `${column("representative")} = ${mine("citizenId")}`, staff: everyRow }],
  [AccessRecord, { citizen: (column, mine) => `${column("subjectKey")} = ${mine("subjectKey")}` }],
  [Partner, { partner: (column, mine) => `${column("id")} = ${mine("partnerId")}` }],
  [Agreement, { partner: (column, mine) => `${column("partner")} = ${mine("partnerId")}` }],
]);
