import type { EntityManager } from "@mikro-orm/postgresql";
import type { Application } from "../../entities/application.ts";
import { Citizen } from "../../entities/citizen.ts";
import type { Payment, Transfer } from "../../entities/payment.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { addDays } from "../../rules/dated.ts";
import type { Hub } from "../hub.ts";
import { openPosition } from "./open-position.ts";
import { documentHash } from "./stamp.ts";

/** What is due for an application: money for the administration, stamps for documents, or both. */
export interface Dues {
  /** No personal data: it travels through banks. */
  readonly description: string;
  /** Key of the taxonomy code in the administration's settings. */
  readonly taxonomy: string;
  /** Zero where only stamps are due. */
  readonly amountCents: number;
  /** Digital revenue stamps: what each costs, and the document that bears it. */
  readonly stamps?: readonly { readonly amountCents: number; readonly document: Uint8Array }[];
}

/**
 * Opens a debt position for the caller: what is due to the administration, and the stamps that go with it, under one
 * notice. A stamp is for the province where whoever pays lives (pagoPA, `provinciaResidenza`), which the hub does not keep and
 * may not ask of the registry for this alone: unless they say it, the administration's own stands for it. Part of the
 * transaction that makes it due.
 */
export function requestPayment(hub: Hub, em: EntityManager, application: Application, dues: Dues, province = hub.administration.province): Promise<Payment> {
  const { administration, caller, clock } = hub;
  if (caller.kind !== "citizen") throw new Error("only a citizen owes");
  return openPosition(hub, em, {
    citizen: em.getReference(Citizen, caller.citizenId), application, description: dues.description,
    debtorName: `${caller.givenName} ${caller.familyName}`.trim() || "ANONIMO", debtorFiscalCode: caller.fiscalCode ?? "ANONIMO",
    dueOn: addDays(dayInRome(clock.now()), administration.settings.pagopa.dueDays),
    transfers: sharesOf(hub, dues, province), documents: dues.stamps?.map(({ document }) => document) ?? [],
  });
}

/** The shares: first what goes to the administration's account, then a stamp for each document. */
function sharesOf({ administration }: Hub, { description, taxonomy, amountCents, stamps = [] }: Dues, province: string): Transfer[] {
  const { pagopa } = administration.settings;
  const common = { creditorFiscalCode: administration.fiscalCode, creditorName: administration.name };
  const fee: Transfer[] = amountCents > 0 ? [{
    ...common, amountCents, iban: pagopa.iban, ...(pagopa.postalIban ? { postalIban: pagopa.postalIban } : {}), remittance: description, taxonomyCode: pagopa.taxonomy[taxonomy]!,
  }] : [];
  return [...fee, ...stamps.map(stamp => ({
    ...common, amountCents: stamp.amountCents, remittance: "Imposta di bollo", taxonomyCode: pagopa.taxonomy["stamp"] ?? pagopa.taxonomy[taxonomy]!,
    stamp: { documentHash: documentHash(stamp.document), province },
  }))];
}
