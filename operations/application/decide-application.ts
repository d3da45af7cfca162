import { Application } from "../../entities/application.ts";
import { Office } from "../../entities/office.ts";
import { problem } from "../../entities/problem.ts";
import { officesWhere } from "../caller.ts";
import { recordEvent } from "../event/record.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";
import { officerOf } from "./acting.ts";

interface Deciding {
  readonly application: string;
  readonly decision: "ACCEPTED" | "REJECTED";
  readonly reason?: string | null;
  readonly idempotencyKey: string;
}

/** Grants or refuses an application of the offices where the caller decides. Throws NOT_FOUND, also for a draft, WRONG_STATE, INVALID_INPUT when a refusal has no reason. */
export const decideApplication = (hub: Hub, input: Deciding) =>
  once(hub, "decideApplication", input, async commit => {
    const reason = input.reason?.trim() || null;
    if (input.decision === "REJECTED" && !reason) throw problem("INVALID_INPUT", { path: ["input", "reason"], reason: "EMPTY" });
    if ((reason?.length ?? 0) > 2_000) throw problem("INVALID_INPUT", { path: ["input", "reason"], reason: "TOO_LONG", details: { most: 2_000 } });
    const id = keyOf("app", input.application, "input", "application");
    const { caller, clock } = hub;
    if (caller.kind !== "staff") throw problem("NOT_FOUND", { path: ["input", "application"] });
    const offices = officesWhere(caller, "desk:decide");
    return commit(async em => {
      const application = await em.findOne(Application, { id, administration: hub.administration.id, office: { $in: offices }, state: { $ne: "DRAFT" } }, forUpdate);
      if (!application) throw problem("NOT_FOUND", { path: ["input", "application"] });
      const office = await em.findOneOrFail(Office, application.office.id);
      application.decide(input.decision, reason, clock.now(), officerOf(caller, office));
      recordEvent(hub, em, { kind: "APPLICATION_DECIDED", subjectId: application.id, citizenId: application.citizen.id, officeId: application.office.id });
      return { __typename: "DecideApplicationSuccess", applicationId: application.id };
    });
  });
