import { Arg, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import type { Hub } from "../operations/hub.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { reconciliationDays } from "../operations/reconciliation/days.ts";
import { requestFlows } from "../operations/reconciliation/request-flows.ts";
import { resolveDiscrepancy } from "../operations/reconciliation/resolve-discrepancy.ts";
import { retryFlow } from "../operations/reconciliation/retry-flow.ts";
import { explainDiscrepancy, lastSearch, openReconciliation, reconciliationPage, showDiscrepancy, showFlow } from "../operations/reconciliation/show.ts";
import { Allow } from "../schema/decorators.ts";
import {
  DiscrepancyType, FindFlowsInput, FindFlowsResult, FindFlowsSuccess, Reconciliation, ResolveDiscrepancyInput, ResolveDiscrepancyResult, ResolveDiscrepancySuccess, RetryFlowInput, RetryFlowResult,
  RetryFlowSuccess,
} from "../schema/reconciliation.ts";
import { DateScalar } from "../schema/scalars.ts";

/** What receipts, flows and bank say. */
@Resolver(() => Reconciliation)
export class ReconciliationResolver {
  @Allow("desk:reconciliation")
  @Query(() => Reconciliation, { description: "Receipts, reporting flows and bank statements of the administration, held against each other." })
  reconciliation(@Ctx() hub: Hub): object {
    return openReconciliation(hub);
  }

  @FieldResolver()
  lastSearch(@Ctx() hub: Hub): Promise<object> {
    return lastSearch(hub);
  }

  @FieldResolver()
  days(
    @Arg("from", () => DateScalar, { description: "The first day." }) from: string,
    @Arg("to", () => DateScalar, { description: "The last day." }) to: string, @Ctx() hub: Hub,
  ): Promise<object[]> {
    return reconciliationDays(hub, from, to);
  }

  @FieldResolver()
  flows(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return reconciliationPage(hub, info);
  }

  @FieldResolver()
  discrepancies(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return reconciliationPage(hub, info);
  }

  @FieldResolver()
  statements(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return reconciliationPage(hub, info);
  }

  @Allow("desk:reconciliation")
  @Mutation(() => FindFlowsResult, { description: "Has the flows of every payment provider looked for now." })
  findFlows(@Arg("input", () => FindFlowsInput, { description: "To look for flows now." }) input: FindFlowsInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, requestFlows(hub, input));
  }

  @Allow("desk:reconciliation")
  @Mutation(() => RetryFlowResult, { description: "Has a flow that could not be read tried again." })
  retryFlow(@Arg("input", () => RetryFlowInput, { description: "Which flow." }) input: RetryFlowInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, retryFlow(hub, input));
  }

  @Allow("desk:reconciliation")
  @Mutation(() => ResolveDiscrepancyResult, { description: "Settles a discrepancy, with a note of what was found or done." })
  resolveDiscrepancy(
    @Arg("input", () => ResolveDiscrepancyInput, { description: "Which discrepancy, and how." }) input: ResolveDiscrepancyInput, @Ctx() hub: Hub,
  ): Promise<object> {
    return orProblem(hub, resolveDiscrepancy(hub, input));
  }
}

/** Words for people. */
@Resolver(() => DiscrepancyType)
class DiscrepancyResolver {
  @FieldResolver()
  explanation(@Root() { $reason }: { $reason: Parameters<typeof explainDiscrepancy>[1] }, @Ctx() hub: Hub): string {
    return explainDiscrepancy(hub, $reason);
  }
}

/** What was settled. */
@Resolver(() => ResolveDiscrepancySuccess)
class ResolveDiscrepancySuccessResolver {
  @FieldResolver()
  discrepancy(@Root() { discrepancyId }: { discrepancyId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showDiscrepancy(hub, discrepancyId, info);
  }
}

/** What is read again. */
@Resolver(() => RetryFlowSuccess)
class RetryFlowSuccessResolver {
  @FieldResolver()
  flow(@Root() { flowId }: { flowId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showFlow(hub, flowId, info);
  }
}

/** What is looked for. */
@Resolver(() => FindFlowsSuccess)
class FindFlowsSuccessResolver {
  @FieldResolver()
  reconciliation(@Ctx() hub: Hub): object {
    return openReconciliation(hub);
  }
}

export const reconciliationResolvers = [ReconciliationResolver, DiscrepancyResolver, ResolveDiscrepancySuccessResolver, RetryFlowSuccessResolver, FindFlowsSuccessResolver] as const;
