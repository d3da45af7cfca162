import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import { decideApplication } from "../operations/application/decide-application.ts";
import { saveGenericDraft } from "../operations/application/save-generic-draft.ts";
import { saveZtlPermitDraft } from "../operations/application/save-ztl-draft.ts";
import { allowedActions, showApplication, type Standing } from "../operations/application/show-application.ts";
import { startApplication } from "../operations/application/start-application.ts";
import { submitApplication } from "../operations/application/submit-application.ts";
import type { Hub } from "../operations/hub.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { ApplicationType } from "../schema/application.ts";
import {
  DecideApplicationInput, DecideApplicationResult, DecideApplicationSuccess, GenericDraftInput, SaveDraftResult, SaveDraftSuccess,
  StartApplicationInput, StartApplicationResult, StartApplicationSuccess, SubmitApplicationInput, SubmitApplicationResult, SubmitApplicationSuccess,
  ZtlPermitDraftInput,
} from "../schema/application-mutations.ts";
import { Allow } from "../schema/decorators.ts";

/** Applications. */
@Resolver()
export class ApplicationResolver {
  @Allow("apply")
  @Mutation(() => StartApplicationResult, { description: "Opens a draft for a service." })
  startApplication(@Arg("input", () => StartApplicationInput, { description: "For which service." }) input: StartApplicationInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, startApplication(hub, input));
  }

  @Allow("apply")
  @Mutation(() => SaveDraftResult, { description: "Writes what a ZTL permit is asked with; may be done as often as needed." })
  saveZtlPermitDraft(@Arg("input", () => ZtlPermitDraftInput, { description: "What it is asked with." }) input: ZtlPermitDraftInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, saveZtlPermitDraft(hub, input));
  }

  @Allow("apply")
  @Mutation(() => SaveDraftResult, { description: "Writes the answers of a form of the catalogue, complete or not; may be done as often as needed." })
  saveGenericDraft(@Arg("input", () => GenericDraftInput, { description: "The answers." }) input: GenericDraftInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, saveGenericDraft(hub, input));
  }

  @Allow("apply")
  @Mutation(() => SubmitApplicationResult, { description: "Hands a draft in: it gets a number, a due date and, where a fee is due, a notice to pay." })
  submitApplication(@Arg("input", () => SubmitApplicationInput, { description: "Which draft." }) input: SubmitApplicationInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, submitApplication(hub, input));
  }

  @Allow("desk:decide")
  @Mutation(() => DecideApplicationResult, { description: "Grants or refuses an application of the caller's offices." })
  decideApplication(@Arg("input", () => DecideApplicationInput, { description: "Which one, and how." }) input: DecideApplicationInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, decideApplication(hub, input));
  }
}

/** The computed field of every kind of application. */
@Resolver(() => ApplicationType)
export class ApplicationActionsResolver {
  @FieldResolver()
  allowedActions(@Root() { $state, $office }: { $state: Standing["state"]; $office: string }, @Ctx() hub: Hub): readonly string[] {
    return allowedActions(hub, { state: $state, office: $office });
  }
}

const shown = (success: () => object) => {
  @Resolver(success as never)
  class SuccessResolver {
    @FieldResolver(() => ApplicationType, { description: "The application as it stands now." })
    application(@Root() { applicationId }: { applicationId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
      return showApplication(hub, applicationId, info);
    }
  }
  return SuccessResolver;
};

/** The application of each success, read after the write. */
export const applicationSuccessResolvers = [
  shown(() => StartApplicationSuccess), shown(() => SaveDraftSuccess), shown(() => SubmitApplicationSuccess), shown(() => DecideApplicationSuccess),
];
