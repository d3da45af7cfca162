import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import { issueCertificate, previewCaseCertificate, previewOwnCertificate, showIssued, takeCertificate } from "../operations/certificate/certify.ts";
import type { Hub } from "../operations/hub.ts";
import type { CaseAtHand } from "../operations/registry/look-up-person.ts";
import { ApplicationType } from "../schema/application.ts";
import {
  CertificateInput, CertificateResult, IssueCertificateInput, IssueCertificateResult, IssueCertificateSuccess, TakeCertificateInput, TakeCertificateResult, TakeCertificateSuccess,
} from "../schema/certificate.ts";
import { CitizenType } from "../schema/citizen.ts";
import { Allow } from "../schema/decorators.ts";

/** Certificates about the person who is signed in. */
@Resolver(() => CitizenType)
export class OwnCertificateResolver {
  @FieldResolver()
  certificatePreview(@Arg("input", () => CertificateInput, { description: "Which one." }) input: CertificateInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, previewOwnCertificate(hub, input));
  }

  @Allow("self")
  @Mutation(() => TakeCertificateResult, { description: "Issues a certificate about the person who is signed in, where nothing is to be paid for it. However often a lost answer is asked for again, one is issued." })
  takeCertificate(@Arg("input", () => TakeCertificateInput, { description: "Which one." }) input: TakeCertificateInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, takeCertificate(hub, input));
  }
}

/** Certificates about the applicant of a case. */
@Resolver(() => ApplicationType)
export class CaseCertificateResolver {
  @FieldResolver()
  certificatePreview(@Root() { $certificatePreview }: { $certificatePreview: CaseAtHand }, @Arg("input", () => CertificateInput, { description: "Which one." }) input: CertificateInput, @Ctx() hub: Hub): Promise<object | null> {
    return orProblem(hub, previewCaseCertificate(hub, $certificatePreview, input));
  }

  @Allow("desk:certificates")
  @Mutation(() => IssueCertificateResult, { description: "Issues a certificate about the applicant of a case of the caller's offices." })
  issueCertificate(@Arg("input", () => IssueCertificateInput, { description: "Which one, and how its duty was paid." }) input: IssueCertificateInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, issueCertificate(hub, input));
  }
}

const shown = (success: () => object) => {
  @Resolver(success as never)
  class SuccessResolver {
    @FieldResolver(() => CertificateResult, { description: "The certificate. Asked for again, it is the very same one, fetched from the registry anew." })
    certificate(@Root() issued: Parameters<typeof showIssued>[1], @Ctx() hub: Hub): Promise<object> {
      return orProblem(hub, showIssued(hub, issued));
    }
  }
  return SuccessResolver;
};

/** The document of each success. */
export const certificateSuccessResolvers = [shown(() => TakeCertificateSuccess), shown(() => IssueCertificateSuccess)];
