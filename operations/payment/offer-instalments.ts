import type { EntityManager } from "@mikro-orm/postgresql";
import { DigitalStamp } from "../../entities/digital-stamp.ts";
import { isStamp, type Payment } from "../../entities/payment.ts";
import { PaymentOption, PaymentPlan } from "../../entities/payment-plan.ts";
import { problem } from "../../entities/problem.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { newId } from "../../kernel/ids.ts";
import { areDueDays, instalmentsOf, mostInstalments } from "../../rules/instalments.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { findOfficePayment } from "./find-office-payment.ts";
import { findOwnToPart } from "./find-own-to-part.ts";
import { openPosition } from "./open-position.ts";

interface Parting {
  readonly payment: string;
  readonly dueOn: readonly string[];
  readonly idempotencyKey: string;
}

/**
 * Lets a debt be paid in instalments besides in full: one for each due day, each under a notice number of its own, as equal
 * as cents allow; stamps are due with the first. Whichever way is paid first shuts out the other. Throws NOT_FOUND,
 * WRONG_STATE unless it is open and has no plan yet, INVALID_INPUT for days that are not two to sixty in order, none past.
 */
export const offerInstalments = (hub: Hub, input: Parting) =>
  partInto(hub, "offerInstalments", input, async em => (await findOfficePayment(hub, em, input.payment)).payment);

/**
 * The same by whoever owes, where the administration leaves it to them: for the services that its settings name, and within
 * the limits that they set. Throws as `offerInstalments`, and NOT_ELIGIBLE where only staff offer instalments.
 */
export const chooseInstalments = (hub: Hub, input: Parting) => partInto(hub, "chooseInstalments", input, em => findOwnToPart(hub, em, input));

const partInto = (hub: Hub, verb: "offerInstalments" | "chooseInstalments", input: Parting, find: (em: EntityManager) => Promise<Payment>) =>
  once(hub, verb, input, commit => {
    if (!areDueDays(input.dueOn, dayInRome(hub.clock.now()))) throw problem("INVALID_INPUT", { path: ["input", "dueOn"], reason: "DUE_DAYS", details: { most: mostInstalments } });
    return commit(async em => {
      const payment = await find(em);
      if (payment.state !== "OPEN" || payment.option) throw problem("WRONG_STATE", { path: ["input", "payment"], details: { from: payment.state, to: "OPEN" } });
      await openPlan(hub, em, payment, input.dueOn);
      return { __typename: verb === "offerInstalments" ? "OfferInstalmentsSuccess" : "ChooseInstalmentsSuccess", paymentId: payment.id };
    });
  });

async function openPlan(hub: Hub, em: EntityManager, full: Payment, days: readonly string[]): Promise<void> {
  const { administration, citizen, description, debtorName, debtorFiscalCode } = full;
  if (full.transfers.some(transfer => !isStamp(transfer) && transfer.amountCents < days.length)) throw problem("INVALID_INPUT", { path: ["input", "dueOn"], reason: "TOO_MANY_SHARES" });
  const plan = em.create(PaymentPlan, { id: newId(), administration, amountCents: full.amountCents, createdAt: hub.clock.now() });
  const [inFull, inParts] = [1, 2].map(position => em.create(PaymentOption, { id: newId(), administration, plan, position })) as [PaymentOption, PaymentOption];
  full.option = inFull;
  full.instalment = 1;
  const documents = (await em.find(DigitalStamp, { payment: full })).map(({ document }) => document);
  for (const [index, transfers] of instalmentsOf(full.transfers, days.length, isStamp).entries()) {
    const what = `${description} - rata ${index + 1} di ${days.length}`;
    await openPosition(hub, em, {
      citizen, application: full.application ?? null, description: what, debtorName, debtorFiscalCode, dueOn: days[index]!,
      transfers, documents, place: { option: inParts, instalment: index + 1 },
    });
  }
}
