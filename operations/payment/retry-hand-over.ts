import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { changeOnce } from "../once.ts";
import { findOfficePayment } from "./find-office-payment.ts";
import { handOver } from "./hand-over.ts";

/** Has a position that pagoPA's register refused given to it again, once what it refused was mended. Throws NOT_FOUND, WRONG_STATE for one that was not refused. */
export const retryHandOver = (hub: Hub, input: { readonly payment: string; readonly idempotencyKey: string }) =>
  changeOnce(hub, "retryHandOver", input, async em => {
    const { payment } = await findOfficePayment(hub, em, input.payment);
    if (payment.handOver !== "REFUSED") throw problem("WRONG_STATE", { path: ["input", "payment"], details: { from: payment.handOver, to: "WAITING" } });
    payment.handOver = "WAITING";
    await hub.jobs.enqueue(em, handOver, payment.id);
    return { __typename: "RetryHandOverSuccess", paymentId: payment.id };
  });
