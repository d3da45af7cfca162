import { purgeConfirmations } from "./citizen/email-confirmation.ts";
import type { JobHub } from "./job.ts";
import { expirePayments } from "./payment/expire-payments.ts";
import { handOverWaiting } from "./payment/hand-over.ts";
import { stampsWaiting } from "./payment/judge-stamps.ts";
import { requestDailyRound } from "./reconciliation/request-flows.ts";
import { purgeIdentity } from "./session/purge.ts";

/** What is to be done once a day; each answers what it did, in numbers for the log, and is harmless when done again. */
export const chores: Readonly<Record<string, (hub: JobHub) => Promise<object>>> = {
  identity: ({ em, clock }) => purgeIdentity(em, clock.now()),
  contacts: ({ em, clock }) => purgeConfirmations(em, clock.now()),
  overdue: expirePayments,
  positions: handOverWaiting,
  stamps: stampsWaiting,
  reconciliation: requestDailyRound,
};
