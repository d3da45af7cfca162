import type { FoundReceipt } from "../../connectors/pagopa/biz-events.ts";
import { SourceUnavailable } from "../../connectors/upstream.ts";
import { Payment } from "../../entities/payment.ts";
import type { Job, JobHub } from "../job.ts";
import { forUpdate } from "../once.ts";
import { keepReceiptIn } from "./keep-receipt.ts";
import { stampsOf } from "./stamp.ts";
import { tellReopened } from "./tell.ts";

/** Minutes after which a payment that was begun, and of which nobody knows anything, may be begun again; where the administration says nothing. */
const defaultMinutes = 60;

/** The first wait; each later one is as long as has been waited so far. */
const firstWaitMs = 5 * 60_000;

const minute = 60_000;

/**
 * Settles a payment whose receipt does not come. What a provider reported to have wired (FdR) names the payment, and then
 * the platform is asked for it (biz-events): it wants to be asked for nothing else. One that is found is kept as a receipt
 * would be, and the receipt that may still come is then the receipt of the same payment.
 *
 * A payment that was begun and of which nothing is known after a while is opened again. No charge can be doubled by that:
 * the node holds a notice for half an hour while somebody pays, and lets none be paid twice.
 */
async function perform(hub: JobHub, paymentId: string): Promise<void> {
  const em = hub.em.fork();
  const payment = await em.findOne(Payment, { id: paymentId, administration: hub.administration.id }, { populate: ["history"] });
  if (!payment || payment.state === "PAID") return;
  const later = await askFor(hub, payment);
  if (later === "SETTLED" || (later === undefined && payment.state !== "OUTCOME_UNKNOWN")) return;

  const now = hub.clock.now().getTime();
  const since = payment.history.getItems().filter(({ to }) => to === "OUTCOME_UNKNOWN").at(-1)?.at.getTime() ?? now;
  const until = since + (hub.administration.settings.pagopa.unknownMinutes ?? defaultMinutes) * minute;
  if (later === undefined && now >= until) return reopen(hub, paymentId, Math.round((now - since) / minute));
  const next = later ?? new Date(Math.min(until, now + Math.max(firstWaitMs, now - since)));
  await em.transactional(inner => hub.jobs.enqueue(inner, findReceipt, paymentId, next));
}

/** Asks for what was reported and is not here. Says that it was found, or when to ask again; nothing when there is nothing to ask for. */
async function askFor(hub: JobHub, { id, iuv, noticeNumber }: Payment): Promise<"SETTLED" | Date | undefined> {
  const reported = await hub.em.fork().execute<{ iur: string }[]>(
    `select distinct "iur" from "flow_payment" where "administration_id" = ? and "match" in ('RECEIPT_MISSING', 'PAID_WITHOUT_RECEIPT') and "iuv" = ? order by "iur" limit 5`, [hub.administration.id, iuv]);
  for (const { iur } of reported) {
    try {
      const found = await hub.connectors.payments.find({ iur, iuv }, hub.signal);
      if (found?.paid && found.noticeNumber === noticeNumber && found.issuerFiscalCode === hub.administration.fiscalCode) {
        await keep(hub, found);
        hub.log.warn({ payment: id }, "a payment was settled by what the platform remembers: its receipt never came");
        return "SETTLED";
      }
    } catch (error) {
      if (error instanceof SourceUnavailable) return error.retryAfter;
      throw error;
    }
  }
  return undefined;
}

async function keep(hub: JobHub, { issuerFiscalCode, transfers, ...found }: FoundReceipt): Promise<void> {
  await hub.em.fork().transactional(em => keepReceiptIn(em, hub, {
    ...found, creditorFiscalCode: issuerFiscalCode, source: "BIZ_EVENTS", because: { reason: "Pagamento trovato negli archivi di pagoPA: la ricevuta non era arrivata." }, stamps: stampsOf({ transfers }),
  }));
  hub.bus.announce();
}

/** Lets it be paid again, unless it moved meanwhile. */
async function reopen(hub: JobHub, id: string, minutes: number): Promise<void> {
  await hub.em.fork().transactional(async em => {
    const payment = await em.findOneOrFail(Payment, id, forUpdate);
    if (payment.state !== "OUTCOME_UNKNOWN") return;
    payment.reopen(hub.clock.now(), { reason: `Nessuna notizia di un pagamento dopo ${minutes} minuti: l'avviso si può pagare di nuovo.` });
    await tellReopened(hub, em, payment);
  });
  hub.bus.announce();
}

/** Looks for the receipt of a payment that does not come: asked for when somebody leaves for the payment page, and when a flow reports a payment without one. */
export const findReceipt: Job = { name: "find-receipt", perform };
