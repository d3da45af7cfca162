import { problem } from "../../entities/problem.ts";
import { dayInRome } from "../../kernel/clock.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { findOwnApplication } from "./find-own.ts";
import { assertEligible, readPlates } from "./ztl.ts";

interface Draft {
  readonly application: string;
  readonly category: string;
  readonly plates: readonly string[];
  readonly from: string;
  readonly idempotencyKey: string;
}

/** Writes what a ZTL permit is asked with. Throws NOT_FOUND, WRONG_STATE once handed in, NOT_ELIGIBLE, INVALID_INPUT. */
export const saveZtlPermitDraft = (hub: Hub, input: Draft) =>
  once(hub, "saveZtlPermitDraft", input, async commit => {
    const details = { category: input.category, plates: readPlates(input.plates), from: input.from };
    if (input.from < dayInRome(hub.clock.now())) throw problem("INVALID_INPUT", { path: ["input", "from"], reason: "PAST" });
    assertEligible(hub, details);
    return commit(async em => {
      const application = await findOwnApplication(hub, em, input.application);
      if (application.kind !== "ZTL_PERMIT") throw problem("NOT_FOUND", { path: ["input", "application"] });
      application.write(details, hub.clock.now());
      return { __typename: "SaveDraftSuccess", applicationId: application.id };
    });
  });
