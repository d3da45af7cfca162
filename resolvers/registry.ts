import { Arg, Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import type { Hub } from "../operations/hub.ts";
import { askedFields } from "../operations/read/asked.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { lookUpPerson, showApplicant, type CaseAtHand } from "../operations/registry/look-up-person.ts";
import { ApplicationType, PersonSearchInput } from "../schema/application.ts";

/** Whom staff look up for a case. */
@Resolver(() => ApplicationType)
export class CasePersonResolver {
  @FieldResolver()
  applicant(@Root() { $applicant }: { $applicant: CaseAtHand }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<object | null> {
    return orProblem(hub, showApplicant(hub, $applicant, askedFields(info, "Person")));
  }

  @FieldResolver()
  person(
    @Root() { $person }: { $person: CaseAtHand }, @Arg("input", () => PersonSearchInput, { description: "Whom." }) input: PersonSearchInput, @Ctx() hub: Hub, @Info() info: FieldInfo,
  ): Promise<object | null> {
    return orProblem(hub, lookUpPerson(hub, $person, input, askedFields(info, "Person")));
  }
}
