import { Payment } from "../../entities/payment.ts";
import { problem } from "../../entities/problem.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";

const next = {
  it: "Dopo il pagamento arriva la ricevuta da pagoPA: lo stato si aggiorna da solo, di solito in pochi minuti. Non pagare di nuovo questo avviso.",
  en: "After the payment the receipt comes from pagoPA: the state changes by itself, usually in minutes. Do not pay this notice again.",
} as const;

/**
 * Opens the payment page of something owed and marks its outcome as unknown. The page is opened first: if the hub dies in
 * between, a page without a mark is harmless, for the position is still open. Throws NOT_FOUND, WRONG_STATE,
 * PAYMENT_PENDING, and as the source does.
 */
export const startPayment = (hub: Hub, input: { readonly payment: string; readonly idempotencyKey: string }) =>
  once(hub, "startPayment", input, async commit => {
    const id = keyOf("pay", input.payment, "input", "payment");
    const citizen = hub.caller.kind === "citizen" ? hub.caller.citizenId : null;
    const owed = citizen ? await hub.em.fork().findOne(Payment, { id, administration: hub.administration.id, citizen }) : null;
    if (!owed) throw problem("NOT_FOUND", { path: ["input", "payment"] });
    if (owed.state === "OUTCOME_UNKNOWN") throw problem("PAYMENT_PENDING", { path: ["input", "payment"] });
    owed.assertCan("OUTCOME_UNKNOWN");

    const back = (outcome: string): string => `${hub.publicUrl}/payments/return/${id}?outcome=${outcome}`;
    const { paymentPage } = await hub.connectors.checkout.openCart({
      id: id.replaceAll("-", ""),
      notices: [{ noticeNumber: owed.noticeNumber, creditorFiscalCode: hub.administration.fiscalCode, amountCents: owed.amountCents, companyName: hub.administration.name, description: owed.description }],
      returnTo: { paid: back("ok"), cancelled: back("cancelled"), failed: back("failed"), waiting: back("waiting") },
    }, hub.signal);
    return commit(async em => {
      const payment = await em.findOneOrFail(Payment, { id }, forUpdate);
      // The receipt may have come meanwhile: then there is nothing left to wait for.
      if (payment.state === "OPEN") payment.awaitOutcome();
      return { __typename: "StartPaymentSuccess", paymentId: id, checkoutUrl: paymentPage, next: next[hub.locale] };
    });
  });
