import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { findOfficePayment, reasonOf } from "./find-office-payment.ts";
import { tellClosed } from "./tell.ts";

/** Takes back what was asked, for a reason that the debtor may read. One that somebody is paying just now stays. Throws NOT_FOUND, WRONG_STATE, INVALID_INPUT. */
export const cancelPayment = (hub: Hub, input: { readonly payment: string; readonly reason: string; readonly idempotencyKey: string }) =>
  once(hub, "cancelPayment", input, commit => {
    const reason = reasonOf(input);
    return commit(async em => {
      const { payment, member } = await findOfficePayment(hub, em, input.payment);
      payment.cancel(hub.clock.now(), { reason, member });
      await tellClosed(hub, em, payment);
      return { __typename: "CancelPaymentSuccess", paymentId: payment.id };
    });
  });
