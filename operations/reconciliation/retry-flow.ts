import { Flow } from "../../entities/flow.ts";
import { problem } from "../../entities/problem.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { fetchFlow } from "./fetch-flow.ts";
import { lockReconciliation, reconcileWithin } from "./reconcile.ts";

/** Has a flow that failed read again, from where it was left. Throws `NOT_FOUND`, and `WRONG_STATE` unless it failed. */
export function retryFlow(hub: Hub, input: { flow: string; idempotencyKey: string }): Promise<{ __typename: "RetryFlowSuccess"; flowId: string }> {
  return once(hub, "retryFlow", input, async commit => {
    const id = keyOf("flw", input.flow, "input", "flow");
    return commit(async em => {
      await lockReconciliation(em, hub.administration.id);
      const flow = await em.findOne(Flow, { id, administration: hub.administration.id });
      if (!flow) throw problem("NOT_FOUND", { path: ["input", "flow"] });
      flow.retry();
      await hub.jobs.enqueue(em, fetchFlow, id);
      await reconcileWithin(em, hub);
      return { __typename: "RetryFlowSuccess" as const, flowId: id };
    });
  });
}
