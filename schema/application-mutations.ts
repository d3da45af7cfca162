import { Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import { ApplicationType } from "./application.ts";
import { IdempotencyKey, MaybeText, Text } from "./decorators.ts";
import { resultOf } from "./problem.ts";
import { DateScalar, JsonScalar } from "./scalars.ts";

/** Begin. */
@InputType({ description: "For which service to open a draft." })
export class StartApplicationInput {
  @Field(() => ID, { description: "The service." })
  service!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Write the ZTL draft. */
@InputType({ description: "What a ZTL permit is asked with. Saving replaces what the draft held." })
export class ZtlPermitDraftInput {
  @Field(() => ID, { description: "The draft." })
  application!: string;

  @Text("Category of permit, a code of the ordinance such as `RESIDENT`. Another one is refused with those that there are.")
  category!: string;

  @Field(() => [String], { description: "Plates, Italian or foreign." })
  plates!: string[];

  @Field(() => DateScalar, { description: "From when." })
  from!: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Write a draft of a form. */
@InputType({ description: "The answers of a form of the catalogue. Saving replaces what the draft held; a form may be saved before it is complete." })
export class GenericDraftInput {
  @Field(() => ID, { description: "The draft." })
  application!: string;

  @Field(() => JsonScalar, { description: "The answers so far, shaped by `service.form`." })
  answers!: unknown;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Hand in. */
@InputType({ description: "Which draft to hand in." })
export class SubmitApplicationInput {
  @Field(() => ID, { description: "The draft." })
  application!: string;

  @MaybeText("Where whoever pays lives, in the two letters of the province: digital revenue stamps that are due are bought for it. The administration's own unless said.")
  province?: string | null;

  @IdempotencyKey()
  idempotencyKey!: string;
}

/** Grant or refuse. */
export const Decision = { ACCEPTED: "ACCEPTED", REJECTED: "REJECTED" } as const;
export type Decision = keyof typeof Decision;
registerEnumType(Decision, { name: "Decision", description: "How an application is decided.", valuesConfig: { ACCEPTED: { description: "Granted." }, REJECTED: { description: "Refused; a reason is needed." } } });

/** Decide. */
@InputType({ description: "How to decide an application." })
export class DecideApplicationInput {
  @Field(() => ID, { description: "The application." })
  application!: string;

  @Field(() => Decision, { description: "Granted or refused." })
  decision!: Decision;

  @MaybeText("The reason, shown to the applicant; needed to refuse. At most 2,000 characters.")
  reason?: string;

  @IdempotencyKey()
  idempotencyKey!: string;
}

const success = (name: string, description: string) => {
  @ObjectType(`${name}Success`, { description })
  class Success {
    @Field(() => ApplicationType, { description: "The application as it stands now." })
    application!: ApplicationType;
  }
  return Success;
};

export const StartApplicationSuccess = success("StartApplication", "The draft is open.");
export const SaveDraftSuccess = success("SaveDraft", "The draft is saved.");
export const SubmitApplicationSuccess = success("SubmitApplication", "The application is handed in: it has a number and a due date, and where a fee is due, a notice.");
export const DecideApplicationSuccess = success("DecideApplication", "The application is decided.");

export const StartApplicationResult = resultOf("StartApplication", () => StartApplicationSuccess, "NOT_FOUND", "NOT_ELIGIBLE", "ASSURANCE_TOO_LOW", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
export const SaveDraftResult = resultOf("SaveDraft", () => SaveDraftSuccess, "NOT_FOUND", "WRONG_STATE", "CHANGED_MEANWHILE", "NOT_ELIGIBLE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
export const SubmitApplicationResult = resultOf("SubmitApplication", () => SubmitApplicationSuccess, "NOT_FOUND", "WRONG_STATE", "CHANGED_MEANWHILE", "NOT_ELIGIBLE", "ASSURANCE_TOO_LOW", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
export const DecideApplicationResult = resultOf("DecideApplication", () => DecideApplicationSuccess, "NOT_FOUND", "WRONG_STATE", "CHANGED_MEANWHILE", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT");
