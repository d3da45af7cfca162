import { Arg, Ctx, FieldResolver, Info, Query, Resolver } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import type { Hub } from "../operations/hub.ts";
import { showAgreement } from "../operations/partner/show-agreement.ts";
import { verifyCivilStatus } from "../operations/partner/verify-civil-status.ts";
import { verifyResidence } from "../operations/partner/verify-residence.ts";
import { askedFields } from "../operations/read/asked.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { Allow } from "../schema/decorators.ts";
import { Verifications, VerifyCivilStatusInput, VerifyResidenceInput } from "../schema/verification.ts";

/** What a partner may ask. */
@Resolver(() => Verifications)
export class PartnerResolver {
  @Allow("agreement")
  @Query(() => Verifications, { description: "What the partner may ask under its agreement." })
  verifications(@Ctx() hub: Hub): object {
    return showAgreement(hub);
  }

  @FieldResolver()
  residence(@Arg("input", () => VerifyResidenceInput, { description: "About whom." }) input: VerifyResidenceInput, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<object> {
    return orProblem(hub, verifyResidence(hub, input, askedFields(info, "ResidenceVerification")));
  }

  @FieldResolver()
  civilStatus(@Arg("input", () => VerifyCivilStatusInput, { description: "About whom." }) input: VerifyCivilStatusInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, verifyCivilStatus(hub, input));
  }
}
