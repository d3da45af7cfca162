import { createUnionType, Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { CertificateKind, CertificateUse, DutyPayment, DutyReason } from "./certificate-words.ts";
import { IdempotencyKey, MaybeText, Text } from "./decorators.ts";
import { AssuranceTooLow, InvalidInput, NotCertifiable, NotEligible, NotInRegistry, resultOf, SourceUnavailable } from "./problem.ts";
import { type Provenance, RegistryData } from "./provenance.ts";

/** What a certificate costs. */
@ObjectType({ description: "What a certificate costs, and why." })
export class CertificateDuty {
  @Field(() => Int, { description: "Stamp duty, in euro cents." })
  stampCents!: number;

  @Field(() => Int, { description: "Fee of the administration, in euro cents." })
  feeCents!: number;

  @Field(() => Int, { description: "Both together, in euro cents." })
  totalCents!: number;

  @Field(() => DutyReason, { description: "Why it costs so much." })
  reason!: DutyReason;

  @MaybeText("Where that is laid down, where the rules of the administration say it.")
  source!: string | null;
}

/** A certificate. */
@ObjectType({ description: "A certificate of the national residents' registry, or the preview of one. The hub keeps no copy of it.", implements: RegistryData })
export class Certificate implements RegistryData {
  @Text("The document as the registry sealed it: PDF, in base64. A preview is marked as one.")
  pdf!: string;

  @MaybeText("Its number at the registry; null for a preview.")
  number!: string | null;

  @Field(() => [CertificateKind], { description: "What it certifies." })
  kinds!: CertificateKind[];

  @Field(() => CertificateDuty, { description: "What it costs." })
  duty!: CertificateDuty;

  provenance!: Provenance;
}

/** A certificate, or why not. */
export const CertificateResult = createUnionType({
  name: "CertificateResult", description: "A certificate, or why there is none.",
  types: () => [Certificate, NotInRegistry, NotCertifiable, NotEligible, InvalidInput, AssuranceTooLow, SourceUnavailable] as const,
});

/** Which certificate. */
@InputType({ description: "Which certificate, and what for. Public administrations must not ask for one: they ask each other." })
export class CertificateInput {
  @Field(() => [CertificateKind], { description: "What it is to certify: one kind, or some that may stand on one sheet." })
  kinds!: CertificateKind[];

  @Field(() => CertificateUse, { description: "What for: the use decides about stamp duty and fee." })
  use!: CertificateUse;

  @MaybeText("The ground of exemption in words, of at most 256 characters; for `OTHER_EXEMPT` alone, which needs it.")
  useText?: string;

  @Field(() => Boolean, { nullable: true, description: "Whether it is for use abroad; it is not where nothing is said." })
  abroad?: boolean;
}

/** Take a certificate. */
@InputType({ description: "Which certificate to take about oneself." })
export class TakeCertificateInput extends CertificateInput {
  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Issue a certificate. */
@InputType({ description: "Which certificate to issue about the applicant of a case." })
export class IssueCertificateInput extends CertificateInput {
  @Field(() => ID, { description: "The case: an application for it. In one case a certificate is issued once." })
  application!: string;

  @Field(() => DutyPayment, { nullable: true, description: "How the stamp duty was paid; needed where some is due." })
  dutyPaid?: DutyPayment;

  @IdempotencyKey()
  idempotencyKey!: string;
}

const success = (name: string, description: string) => {
  @ObjectType(`${name}Success`, { description })
  class Success {
    @Field(() => CertificateResult, { description: "The certificate. Asked for again, it is the very same one, fetched from the registry anew." })
    certificate!: typeof CertificateResult;
  }
  return Success;
};

export const TakeCertificateSuccess = success("TakeCertificate", "The certificate is issued.");
export const IssueCertificateSuccess = success("IssueCertificate", "The certificate is issued for the case.");

export const TakeCertificateResult = resultOf("TakeCertificate", () => TakeCertificateSuccess, "NOT_IN_REGISTRY", "NOT_CERTIFIABLE", "NOT_ELIGIBLE", "INVALID_INPUT", "ASSURANCE_TOO_LOW", "SOURCE_UNAVAILABLE", "CHANGED_MEANWHILE", "IDEMPOTENCY_CONFLICT");
export const IssueCertificateResult = resultOf("IssueCertificate", () => IssueCertificateSuccess, "NOT_FOUND", "NOT_IN_REGISTRY", "NOT_CERTIFIABLE", "NOT_ELIGIBLE", "INVALID_INPUT", "SOURCE_UNAVAILABLE", "CHANGED_MEANWHILE", "IDEMPOTENCY_CONFLICT");
