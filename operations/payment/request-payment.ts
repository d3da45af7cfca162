import type { EntityManager } from "@mikro-orm/postgresql";
import type { Application } from "../../entities/application.ts";
import { Payment } from "../../entities/payment.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { newId } from "../../kernel/ids.ts";
import { addDays } from "../../rules/dated.ts";
import { iuvOf, noticeNumber } from "../../rules/notice-number.ts";
import { recordEvent } from "../event/record.ts";
import type { Hub } from "../hub.ts";
import { nextNumber } from "../next-number.ts";

interface Due {
  readonly application: Application;
  readonly amountCents: number;
  /** No personal data: it travels through banks. */
  readonly description: string;
  /** Key of the taxonomy code in the administration's settings. */
  readonly taxonomy: string;
}

/** Opens a debt position for the caller, under a notice number that no other position ever has. Part of the transaction that makes it due. */
export async function requestPayment(hub: Hub, em: EntityManager, { application, amountCents, description, taxonomy }: Due): Promise<Payment> {
  const { administration, caller, clock } = hub;
  if (caller.kind !== "citizen") throw new Error("only a citizen owes");
  const { pagopa } = administration.settings;
  const notice = noticeNumber(pagopa.segregationCode, await nextNumber(em, `${administration.id}/notice/${pagopa.segregationCode}`));
  const transfer = {
    creditorFiscalCode: administration.fiscalCode, creditorName: administration.name, amountCents, iban: pagopa.iban,
    ...(pagopa.postalIban ? { postalIban: pagopa.postalIban } : {}), remittance: description, taxonomyCode: pagopa.taxonomy[taxonomy]!,
  };
  const now = clock.now();
  const payment = em.create(Payment, {
    id: newId(), administration: administration.id, citizen: caller.citizenId, application, noticeNumber: notice, iuv: iuvOf(notice), amountCents, description,
    debtorName: `${caller.givenName} ${caller.familyName}`.trim() || "ANONIMO", debtorFiscalCode: caller.fiscalCode ?? "ANONIMO",
    dueOn: addDays(dayInRome(now), pagopa.dueDays), transfers: [transfer], state: "OPEN", createdAt: now,
  });
  recordEvent(hub, em, { kind: "PAYMENT_REQUESTED", subjectId: payment.id, citizenId: caller.citizenId, officeId: application.office.id });
  return payment;
}
