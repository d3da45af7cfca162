import type { Job } from "./job.ts";
import { handOver } from "./payment/hand-over.ts";
import { verifyLater } from "./verification/verify.ts";

/** Every kind of job there is: the server has one queue for each. */
export const jobs: readonly Job[] = [handOver, verifyLater];
