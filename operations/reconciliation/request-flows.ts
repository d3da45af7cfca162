import type { Hub } from "../hub.ts";
import type { JobHub } from "../job.ts";
import { changeOnce } from "../once.ts";
import { findFlows } from "./find-flows.ts";
import { reconcile } from "./reconcile.ts";

/** Has flows looked for now, on somebody's word. */
export function requestFlows(hub: Hub, input: { idempotencyKey: string }): Promise<{ __typename: "FindFlowsSuccess" }> {
  return changeOnce(hub, "findFlows", input, async em => {
    await hub.jobs.enqueue(em, findFlows, hub.administration.id);
    return { __typename: "FindFlowsSuccess" as const };
  });
}

/** Seconds that a hub which has just started is left in peace. */
const restSeconds = 60;

/** The daily round: has flows looked for, and everything held against each other, for time alone makes money missing. */
export async function requestDailyRound({ em, jobs, administration, clock }: JobHub): Promise<{ requested: Date }> {
  const after = new Date(clock.now().getTime() + restSeconds * 1_000);
  await em.transactional(async inside => {
    await jobs.enqueue(inside, findFlows, administration.id, after);
    await jobs.enqueue(inside, reconcile, administration.id, after);
  });
  return { requested: after };
}
