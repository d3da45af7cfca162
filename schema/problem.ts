import { createUnionType, Field, Int, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { problemCodes, textOf, type ProblemCode } from "../entities/problem.ts";
import { AssuranceLevel } from "../entities/service.ts";
import { Allow, Text } from "./decorators.ts";
import { RegistryData } from "./provenance.ts";
import { DateTimeScalar } from "./scalars.ts";
import { Source } from "./source.ts";

const codes = Object.fromEntries(problemCodes.map(code => [code, code]));
registerEnumType(codes, {
  name: "ProblemCode", description: "Stable names of what may stand in the way. Programs decide by these, never by the message.",
  valuesConfig: Object.fromEntries(problemCodes.map(code => [code, { description: textOf(code, undefined, "en") }])),
});

/** Something that the caller can act on. */
@InterfaceType({ description: "Something that stands between the caller and what they asked for, and that they can act on. Problems are data; errors are only for faults." })
export abstract class Problem {
  @Field(() => codes, { description: "Stable name, for programs." })
  code!: ProblemCode;

  @Text("What happened and what to do, for people: Italian, or English where `Accept-Language` asks for it.")
  message!: string;

  @Field(() => [String], { nullable: true, description: "The field at fault, from `input` down; null where no one field is." })
  path!: string[] | null;
}

const problem = (description: string) => ({ description, implements: Problem });

/** A value that cannot be accepted. */
@ObjectType(problem("A value of the input cannot be accepted; `path` names it and `reason` tells causes apart."))
export class InvalidInput extends Problem {
  @Field(() => String, { nullable: true, description: "Stable name of the cause, where one code has several." })
  reason!: string | null;
}

/** Nothing there. */
@ObjectType(problem("There is no such thing, or it is somebody else's: the two are not told apart."))
export class NotFound extends Problem {}

/** Not now. */
@ObjectType(problem("The thing is in a state that does not allow this."))
export class WrongState extends Problem {
  @Field(() => String, { nullable: true, description: "The state in which it is." })
  from!: string | null;

  @Field(() => String, { nullable: true, description: "The state to which it cannot go from there." })
  to!: string | null;
}

/** Two at once. */
@ObjectType(problem("Somebody else changed the thing at the same moment; nothing was done. Read it again and decide anew."))
export class ChangedMeanwhile extends Problem {}

/** No right to it. */
@ObjectType(problem("The requirements are not met; `reason` says which one."))
export class NotEligible extends Problem {
  @Field(() => String, { nullable: true, description: "Stable name of the requirement that is missing, such as `SERVICE_NOT_ONLINE`." })
  reason!: string | null;
}

/** Somebody was faster. */
@ObjectType(problem("The time was free a moment ago and is not any more."))
export class SlotTaken extends Problem {}

/** Enough is held. */
@ObjectType(problem("The caller holds as many times as anybody may at once. They lapse by themselves in a few minutes."))
export class TooManyHeld extends Problem {}

/** Too late to confirm. */
@ObjectType(problem("The time was held for a while, and the while is over."))
export class HoldExpired extends Problem {}

/** A payment under way. */
@ObjectType(problem("A payment of this notice began and its outcome is not known yet; a second one could pay twice."))
export class PaymentPending extends Problem {
  @Field(() => String, { nullable: true, description: "`OTHER_WAY` where another way of paying the same debt was begun; null where it is this very notice." })
  reason!: string | null;
}

/** Sign in better. */
@ObjectType(problem("The sign-in was at too low a level. Go to `stepUpUrl`; afterwards ask again."))
export class AssuranceTooLow extends Problem {
  @Field(() => AssuranceLevel, { description: "The level that is needed." })
  required!: AssuranceLevel;

  @Text("Where to sign in at that level. With a session's cookie, add `&returnTo=` with the address to come back to, on the hub or on an origin that the administration allows. For a client of OpenID Connect it is the authorization endpoint with `acr_values`: add `redirect_uri`, `state` and the challenge of PKCE, as in every sign-in of yours.")
  stepUpUrl!: string;
}

/** A key used twice. */
@ObjectType(problem("The idempotency key was used before with another input; nothing was done."))
export class IdempotencyConflict extends Problem {}

/** Enough for today. */
@ObjectType(problem("The agreement's quota for today is used up."))
export class QuotaExceeded extends Problem {
  @Field(() => DateTimeScalar, { description: "When the quota starts anew." })
  resetsAt!: string;
}

/** Unknown to the registry. */
@ObjectType(problem("The registry knows no such person."))
export class NotInRegistry extends Problem {}

/** Not certified. */
@ObjectType(problem("The registry cannot certify this about the person now; `reason` tells causes apart."))
export class NotCertifiable extends Problem {
  @Field(() => String, { nullable: true, description: "Stable name of the cause, where it is known." })
  reason!: string | null;
}

/** Too many of them. */
@ObjectType(problem("Several people of the registry match: say more about the person, or give the fiscal code."))
export class AmbiguousPerson extends Problem {
  @Field(() => Int, { nullable: true, description: "How many; null when the registry does not say." })
  hits!: number | null;
}

/** An outside system is down. */
@ObjectType(problem("An outside system gave no usable answer. The rest of the query is answered all the same."))
export class SourceUnavailable extends Problem {
  @Field(() => Source, { description: "Which system." })
  source!: Source;

  @Field(() => DateTimeScalar, { description: "Since when it has not answered." })
  unavailableSince!: string;

  @Field(() => DateTimeScalar, {
    description: "Since when it has not answered.",
    deprecationReason: "Since 2026-11-23, until 2027-05-31: use unavailableSince, which can be asked for beside the `since` of what else a union holds.",
  })
  since!: string;

  @Field(() => DateTimeScalar, { description: "When it makes sense to ask again." })
  retryAfter!: string;

  @Field(() => String, { nullable: true, description: "Where else the same can be had meanwhile, for people." })
  otherChannel!: string | null;

  @Allow("registry")
  @Field(() => RegistryData, { nullable: true, description: "What it said last to the same caller for the same purpose, marked `STALE`, where the administration allows it." })
  lastKnown!: RegistryData | null;
}

registerEnumType(AssuranceLevel, {
  name: "AssuranceLevel", description: "How sure the sign-in is (SPID and CIE levels).",
  valuesConfig: { L1: { description: "Name and password." }, L2: { description: "A second factor." }, L3: { description: "A certificate on a device." } },
});

/** Every problem, for unions that may answer any of them. */
export const problemTypes = {
  INVALID_INPUT: InvalidInput, NOT_FOUND: NotFound, WRONG_STATE: WrongState, CHANGED_MEANWHILE: ChangedMeanwhile, NOT_ELIGIBLE: NotEligible,
  SLOT_TAKEN: SlotTaken, TOO_MANY_HELD: TooManyHeld, HOLD_EXPIRED: HoldExpired, PAYMENT_PENDING: PaymentPending, ASSURANCE_TOO_LOW: AssuranceTooLow, IDEMPOTENCY_CONFLICT: IdempotencyConflict,
  QUOTA_EXCEEDED: QuotaExceeded, NOT_IN_REGISTRY: NotInRegistry, NOT_CERTIFIABLE: NotCertifiable, SOURCE_UNAVAILABLE: SourceUnavailable,
} as const satisfies Partial<Record<ProblemCode, unknown>>;

/** The union that a mutation answers: what was done, or one of the problems that it may meet. */
export const resultOf = (name: string, done: () => object, ...codes: (keyof typeof problemTypes)[]) =>
  createUnionType({
    name: `${name}Result`,
    description: "What was done, or what stood in the way.",
    types: () => [done(), ...codes.map(code => problemTypes[code])] as never,
  });
