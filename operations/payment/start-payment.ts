import { SourceRefused } from "../../connectors/upstream.ts";
import { Payment } from "../../entities/payment.ts";
import { problem } from "../../entities/problem.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";
import { allPostal } from "./notices.ts";
import { isClosedByDueDay } from "./overdue.ts";

const next = {
  it: "Dopo il pagamento arriva la ricevuta da pagoPA: lo stato si aggiorna da solo, di solito in pochi minuti. Non pagare di nuovo questo avviso.",
  en: "After the payment the receipt comes from pagoPA: the state changes by itself, usually in minutes. Do not pay this notice again.",
} as const;

/**
 * Opens the payment page of something owed and marks its outcome as unknown. The page is opened first: if the hub dies in
 * between, a page without a mark is harmless, for the position is still open. Of two who begin at once, one gets a page.
 * Throws NOT_FOUND, WRONG_STATE, PAYMENT_PENDING, and as the source does.
 */
export const startPayment = (hub: Hub, input: { readonly payment: string; readonly idempotencyKey: string }) =>
  once(hub, "startPayment", input, async commit => {
    const id = keyOf("pay", input.payment, "input", "payment");
    const citizen = hub.caller.kind === "citizen" ? hub.caller.citizenId : null;
    const owed = citizen ? await hub.em.fork().findOne(Payment, { id, administration: hub.administration.id, citizen }) : null;
    if (!owed) throw problem("NOT_FOUND", { path: ["input", "payment"] });
    if (owed.state === "OUTCOME_UNKNOWN") throw problem("PAYMENT_PENDING", { path: ["input", "payment"] });
    if (isClosedByDueDay(hub, owed.dueOn)) throw problem("WRONG_STATE", { path: ["input", "payment"], details: { from: "EXPIRED", to: "OUTCOME_UNKNOWN" } });
    owed.assertCan("OUTCOME_UNKNOWN");

    const back = (outcome: string): string => `${hub.publicUrl}/payments/return/${id}?outcome=${outcome}`;
    const cart = {
      id: id.replaceAll("-", ""),
      notices: [{ noticeNumber: owed.noticeNumber, creditorFiscalCode: hub.administration.fiscalCode, amountCents: owed.amountCents, companyName: hub.administration.name, description: owed.description }],
      allPostal: allPostal(owed.transfers),
      returnTo: { paid: back("ok"), cancelled: back("cancelled"), failed: back("failed"), waiting: back("waiting") },
    };
    const { paymentPage } = await hub.connectors.checkout.openCart(cart, hub.signal).catch(pending);
    return commit(async em => {
      const payment = await em.findOneOrFail(Payment, { id }, forUpdate);
      if (payment.state === "OUTCOME_UNKNOWN") throw problem("PAYMENT_PENDING", { path: ["input", "payment"] });
      payment.awaitOutcome(hub.clock.now());
      return { __typename: "StartPaymentSuccess", paymentId: id, checkoutUrl: paymentPage, next: next[hub.locale] };
    });
  });

/** The node knows of a payment, under way or made, before its receipt is here. */
function pending(error: unknown): never {
  throw error instanceof SourceRefused && error.reason === "NOT_PAYABLE" ? problem("PAYMENT_PENDING", { path: ["input", "payment"], cause: error }) : error;
}
