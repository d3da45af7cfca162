import { AccessChain, AccessOutcome, AccessRecord } from "./access-record.ts";
import { Administration } from "./administration.ts";
import { ApplicationEvent } from "./application-event.ts";
import { Application } from "./application.ts";
import { Appointment } from "./appointment.ts";
import { BankCredit, BankStatement } from "./bank-statement.ts";
import { Citizen } from "./citizen.ts";
import { Collection } from "./collection.ts";
import { Counter } from "./counter.ts";
import { Delegation } from "./delegation.ts";
import { DigitalStamp } from "./digital-stamp.ts";
import { Discrepancy } from "./discrepancy.ts";
import { EmailConfirmation } from "./email-confirmation.ts";
import { Event, EventCursor } from "./event.ts";
import { Flow, FlowPayment, FlowSearch } from "./flow.ts";
import { IdempotencyRecord } from "./idempotency-record.ts";
import { LedgerEntry } from "./ledger-entry.ts";
import { LoginRequest } from "./login-request.ts";
import { LoginTransaction, RegisterExport } from "./login-transaction.ts";
import { Message } from "./message.ts";
import { Office } from "./office.ts";
import { OidcArtifact } from "./oidc-artifact.ts";
import { OidcClient } from "./oidc-client.ts";
import { Agreement, Partner } from "./partner.ts";
import { PaymentEvent } from "./payment-event.ts";
import { PaymentOption, PaymentPlan } from "./payment-plan.ts";
import { Payment } from "./payment.ts";
import { Receipt } from "./receipt.ts";
import { ReconciliationDay } from "./reconciliation-day.ts";
import { RegistryCheck } from "./registry-check.ts";
import { Representation } from "./representation.ts";
import { RequiredDocument } from "./required-document.ts";
import { Service } from "./service.ts";
import { Session } from "./session.ts";
import { StaffAssignment, StaffMember } from "./staff.ts";

/** Everything that the hub keeps. */
export const entities = [
  Administration, Office, Service, RequiredDocument, Citizen, Session, LoginRequest, LoginTransaction, RegisterExport, StaffMember, StaffAssignment, Partner, Agreement, OidcClient, OidcArtifact, Representation, Delegation,
  Appointment, Application, ApplicationEvent, RegistryCheck, PaymentPlan, PaymentOption, Payment, PaymentEvent, DigitalStamp, Receipt, LedgerEntry, Collection, Flow, FlowPayment, FlowSearch, BankStatement, BankCredit, Discrepancy, ReconciliationDay, Message, EmailConfirmation, Counter, AccessRecord, AccessOutcome, AccessChain, Event, EventCursor, IdempotencyRecord,
];
