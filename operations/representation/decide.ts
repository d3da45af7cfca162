import type { EntityManager } from "@mikro-orm/postgresql";
import { problem } from "../../entities/problem.ts";
import { Representation, type Verdict } from "../../entities/representation.ts";
import { StaffMember } from "../../entities/staff.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";
import { endActing } from "./end-acting.ts";
import { textIn } from "./text.ts";

interface Deciding {
  readonly representation: string;
  readonly decision: "ACCEPTED" | "REJECTED";
  /** `YYYY-MM-DD`. */
  readonly validTo?: string | null;
  readonly reason?: string | null;
  readonly idempotencyKey: string;
}

interface Revoking {
  readonly representation: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/**
 * Finds a declared representation true, until a day, or not. Throws NOT_FOUND, WRONG_STATE, NOT_ELIGIBLE when it is the
 * member's own, INVALID_INPUT when a refusal has no reason or an approval no day to come.
 */
export const decideRepresentation = (hub: Hub, input: Deciding) =>
  once(hub, "decideRepresentation", input, async commit => {
    const { decision, validTo = null } = input;
    const reason = input.reason?.trim() ? textIn({ reason: input.reason }, "reason", 2_000) : null;
    if (decision === "REJECTED" && !reason) throw problem("INVALID_INPUT", { path: ["input", "reason"], reason: "EMPTY" });
    if (decision === "ACCEPTED" && !validTo) throw problem("INVALID_INPUT", { path: ["input", "validTo"], reason: "EMPTY" });
    if (validTo && validTo < dayInRome(hub.clock.now())) throw problem("INVALID_INPUT", { path: ["input", "validTo"], reason: "PAST" });
    return commit(async em => {
      const { representation, verdict } = await judged(em, hub, input.representation, reason);
      if (decision === "ACCEPTED") representation.approve(verdict, validTo!);
      else representation.refuse(verdict);
      return { __typename: "DecideRepresentationSuccess", representationId: representation.id };
    });
  });

/** Takes a verified representation back: whoever acts by it stops at once. Throws NOT_FOUND, WRONG_STATE, NOT_ELIGIBLE, INVALID_INPUT. */
export const revokeRepresentation = (hub: Hub, input: Revoking) =>
  once(hub, "revokeRepresentation", input, async commit => {
    const reason = textIn(input, "reason", 2_000);
    return commit(async em => {
      const { representation, verdict } = await judged(em, hub, input.representation, reason);
      representation.revoke(verdict);
      await endActing(em, representation, verdict.at);
      return { __typename: "RevokeRepresentationSuccess", representationId: representation.id };
    });
  });

/** The representation that a member of staff has a word on, which must be somebody else's. */
async function judged(em: EntityManager, { caller, administration, clock }: Hub, given: string, reason: string | null): Promise<{ representation: Representation; verdict: Verdict }> {
  const id = keyOf("rep", given, "input", "representation");
  const member = caller.kind === "staff" ? await em.findOne(StaffMember, { id: caller.memberId, administration: administration.id }) : null;
  const representation = await em.findOne(Representation, { id, administration: administration.id }, { populate: ["representative"], ...forUpdate });
  if (!member || !representation) throw problem("NOT_FOUND", { path: ["input", "representation"] });
  if (representation.representative.fiscalCode === member.fiscalCode) throw problem("NOT_ELIGIBLE", { path: ["input", "representation"], reason: "OWN_REPRESENTATION" });
  return { representation, verdict: { by: member, at: clock.now(), reason } };
}
