import type { Follower } from "./event/follow.ts";
import { messages } from "./message/queue-messages.ts";
import { handOvers } from "./payment/hand-over.ts";
import { stampsBought } from "./payment/judge-stamps.ts";
import { reconcileAfter } from "./reconciliation/reconcile-after.ts";

/** All that follows from events beyond the change that they come from. */
export const followers: readonly Follower[] = [messages, handOvers, stampsBought, reconcileAfter];
