import type { EntityManager } from "@mikro-orm/postgresql";
import { Citizen } from "../../entities/citizen.ts";
import { Delegation, type DelegationKind } from "../../entities/delegation.ts";
import { problem } from "../../entities/problem.ts";
import { Session } from "../../entities/session.ts";
import { newId } from "../../kernel/ids.ts";
import { assertAssurance } from "../application/assurance.ts";
import type { CitizenCaller } from "../caller.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once, type Outcome } from "../once.ts";
import { isBody } from "./body.ts";
import { companyRepresentedBy } from "./company.ts";
import { minorOf } from "./minors.ts";
import { asThemselves } from "./themselves.ts";

export interface ActForInput {
  readonly fiscalCode: string;
  readonly idempotencyKey: string;
}

/** For whom the caller may act, and by what right. */
export interface Subject {
  readonly kind: DelegationKind;
  readonly fiscalCode: string;
  readonly givenName: string;
  readonly familyName: string;
  /** The verified power on which it rests, and when that ends by itself. */
  readonly representation?: string;
  readonly endsAt?: Date;
}

/**
 * Lets the caller act for another, from the next request of this session on. A minor: the registry is asked now whether they
 * live in the caller's household and are the caller's child. A company: the staff have verified that the caller represents it.
 * Throws NOT_ELIGIBLE, the same for everybody who is not; NOT_IN_REGISTRY, ASSURANCE_TOO_LOW, and as the registry does.
 */
export const actFor = (hub: Hub, input: ActForInput) =>
  once(asThemselves(hub), "actFor", input, async commit => {
    const own = asThemselves(hub);
    const { caller } = own;
    if (caller.kind !== "citizen" || !caller.fiscalCode) throw problem("NOT_IN_REGISTRY");
    assertAssurance(own, "L2");
    const { fiscalCode } = input;
    if (isBody(fiscalCode)) return commit(async em => begin(em, own, caller, await companyRepresentedBy(em, own, caller, fiscalCode)));
    const minor = await minorOf(own, caller.fiscalCode, fiscalCode);
    return commit(em => begin(em, own, caller, minor));
  });

async function begin(em: EntityManager, { administration: { id: administration }, clock }: Hub, caller: CitizenCaller, { fiscalCode, ...right }: Subject): Promise<Outcome> {
  const now = clock.now();
  await em.upsert(Citizen, { id: newId(), administration, fiscalCode, createdAt: now }, { onConflictFields: ["administration", "fiscalCode"], onConflictAction: "ignore" });
  const subject = await em.findOneOrFail(Citizen, { administration, fiscalCode });
  // One at a time: whoever begins to act for another stops acting for the one before.
  const session = await em.findOneOrFail(Session, { id: caller.sessionId, administration, endedAt: null }, forUpdate);
  await em.nativeUpdate(Delegation, { session, endedAt: null }, { endedAt: now });
  em.create(Delegation, { id: newId(), administration, session, actor: caller.citizenId, subject, startedAt: now, ...right });
  return { __typename: "ActForSuccess", kind: right.kind, since: now.toISOString() };
}
