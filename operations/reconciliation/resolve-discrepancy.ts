import { Discrepancy } from "../../entities/discrepancy.ts";
import { problem } from "../../entities/problem.ts";
import { StaffMember } from "../../entities/staff.ts";
import { recordEvent } from "../event/record.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { lockReconciliation } from "./reconcile.ts";

/** Settles a discrepancy: who, when, and what was found or done. Throws `NOT_FOUND`, `WRONG_STATE` when it is settled already, and `INVALID_INPUT`. */
export function resolveDiscrepancy(hub: Hub, input: { discrepancy: string; note: string; idempotencyKey: string }): Promise<{ __typename: "ResolveDiscrepancySuccess"; discrepancyId: string }> {
  return once(hub, "resolveDiscrepancy", input, async commit => {
    const { caller, administration, clock } = hub;
    if (caller.kind !== "staff") throw problem("NOT_FOUND");
    const id = keyOf("dsc", input.discrepancy, "input", "discrepancy");
    const note = input.note.trim();
    if (note === "") throw problem("INVALID_INPUT", { path: ["input", "note"], reason: "EMPTY" });
    if (note.length > 2_000) throw problem("INVALID_INPUT", { path: ["input", "note"], reason: "TOO_LONG", details: { most: 2_000 } });
    return commit(async em => {
      await lockReconciliation(em, administration.id);
      const found = await em.findOne(Discrepancy, { id, administration: administration.id });
      if (!found) throw problem("NOT_FOUND", { path: ["input", "discrepancy"] });
      found.resolve(em.getReference(StaffMember, caller.memberId), note, clock.now());
      recordEvent(hub, em, { kind: "DISCREPANCY_RESOLVED", subjectId: id });
      return { __typename: "ResolveDiscrepancySuccess" as const, discrepancyId: id };
    });
  });
}
