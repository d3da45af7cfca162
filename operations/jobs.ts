import { sendConfirmation } from "./citizen/email-confirmation.ts";
import type { Job } from "./job.ts";
import { sendMessage } from "./message/send-message.ts";
import { findReceipt } from "./payment/find-receipt.ts";
import { handOver } from "./payment/hand-over.ts";
import { judgeStamps } from "./payment/judge-stamps.ts";
import { fetchFlow } from "./reconciliation/fetch-flow.ts";
import { findFlows } from "./reconciliation/find-flows.ts";
import { reconcile, reconcileSoon } from "./reconciliation/reconcile.ts";
import { verifyLater } from "./verification/verify.ts";

/** Every kind of job there is: the server has one queue for each. */
export const jobs: readonly Job[] = [findFlows, fetchFlow, reconcile, reconcileSoon, handOver, findReceipt, judgeStamps, verifyLater, sendMessage, sendConfirmation];
