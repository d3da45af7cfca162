import { Service } from "../../entities/service.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { changeOnce } from "../once.ts";
import { findOwnApplication } from "./find-own.ts";
import { assertAnswers } from "./form.ts";

/** Writes the answers of a form of the catalogue, complete or not. Throws NOT_FOUND, WRONG_STATE, INVALID_INPUT naming the answer at fault. */
export const saveGenericDraft = (hub: Hub, input: { readonly application: string; readonly answers: unknown; readonly idempotencyKey: string }) =>
  changeOnce(hub, "saveGenericDraft", input, async em => {
    const application = await findOwnApplication(hub, em, input.application);
    if (application.kind !== "GENERIC") throw problem("NOT_FOUND", { path: ["input", "application"] });
    const service = await em.findOneOrFail(Service, application.service.id);
    // A draft may lack answers; those it has must be right.
    assertAnswers({ ...service.form, required: [] }, input.answers);
    application.write(input.answers as Record<string, unknown>, hub.clock.now());
    return { __typename: "SaveDraftSuccess", applicationId: application.id };
  });
