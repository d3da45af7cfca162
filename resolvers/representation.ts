import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import { showMinors } from "../operations/delegation/minors.ts";
import type { Hub } from "../operations/hub.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { declareRepresentation } from "../operations/representation/declare.ts";
import { decideRepresentation, revokeRepresentation } from "../operations/representation/decide.ts";
import { holdsToday, listRepresentations, showRepresentation } from "../operations/representation/show.ts";
import { withdrawRepresentation } from "../operations/representation/withdraw.ts";
import { Allow } from "../schema/decorators.ts";
import {
  ActingFor, DecideRepresentationInput, DecideRepresentationResult, DecideRepresentationSuccess, DeclareRepresentationInput, DeclareRepresentationResult, DeclareRepresentationSuccess, RepresentationType,
  RevokeRepresentationInput, RevokeRepresentationResult, RevokeRepresentationSuccess, WithdrawRepresentationInput, WithdrawRepresentationResult, WithdrawRepresentationSuccess,
} from "../schema/representation.ts";

/** Powers to act for companies. */
@Resolver(() => RepresentationType)
export class RepresentationResolver {
  @FieldResolver()
  holds(@Root() { $state, $validTo }: { $state: string; $validTo: string | null }, @Ctx() hub: Hub): boolean {
    return holdsToday(hub, $state, $validTo);
  }

  @Allow("self")
  @Mutation(() => DeclareRepresentationResult, { description: "Declares that the person who signed in acts for a company; once the office has verified it, `actFor` does." })
  declareRepresentation(@Arg("input", () => DeclareRepresentationInput, { description: "For which company." }) input: DeclareRepresentationInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, declareRepresentation(hub, input));
  }

  @Allow("self")
  @Mutation(() => WithdrawRepresentationResult, { description: "Gives up a declared representation, verified or not." })
  withdrawRepresentation(@Arg("input", () => WithdrawRepresentationInput, { description: "Which one." }) input: WithdrawRepresentationInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, withdrawRepresentation(hub, input));
  }

  @Allow("desk:representations")
  @Mutation(() => DecideRepresentationResult, { description: "Finds a declared representation true, until a day, or refuses it with a reason. Nobody decides about their own." })
  decideRepresentation(@Arg("input", () => DecideRepresentationInput, { description: "What was found." }) input: DecideRepresentationInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, decideRepresentation(hub, input));
  }

  @Allow("desk:representations")
  @Mutation(() => RevokeRepresentationResult, { description: "Takes a verified representation back: whoever acts by it stops within the second." })
  revokeRepresentation(@Arg("input", () => RevokeRepresentationInput, { description: "Which one, and why." }) input: RevokeRepresentationInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, revokeRepresentation(hub, input));
  }
}

/** For whom the person may act. */
@Resolver(() => ActingFor)
export class ActingForResolver {
  @FieldResolver()
  companies(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown[]> {
    return listRepresentations(hub, info);
  }

  @FieldResolver()
  minors(@Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, showMinors(hub));
  }
}

const shown = (success: () => object) => {
  @Resolver(success as never)
  class SuccessResolver {
    @FieldResolver(() => RepresentationType, { description: "The representation as it stands now." })
    representation(@Root() { representationId }: { representationId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
      return showRepresentation(hub, info, representationId);
    }
  }
  return SuccessResolver;
};

/** The representation of each success, read after the write. */
export const representationSuccessResolvers = [
  shown(() => DeclareRepresentationSuccess), shown(() => WithdrawRepresentationSuccess), shown(() => DecideRepresentationSuccess), shown(() => RevokeRepresentationSuccess),
];
