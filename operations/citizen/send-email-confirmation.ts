import { Citizen } from "../../entities/citizen.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, changeOnce } from "../once.ts";
import { askToConfirm } from "./email-confirmation.ts";

/** Asks once more for confirmation of the caller's e-mail address. Throws NOT_FOUND when there is none, WRONG_STATE when it is confirmed. */
export const sendEmailConfirmation = (hub: Hub, input: { readonly idempotencyKey: string }) =>
  changeOnce(hub, "sendEmailConfirmation", input, async em => {
    const { caller } = hub;
    if (caller.kind !== "citizen") throw problem("NOT_FOUND");
    const citizen = await em.findOneOrFail(Citizen, { id: caller.citizenId }, forUpdate);
    if (citizen.email === null || citizen.email === undefined) throw problem("NOT_FOUND");
    if (citizen.emailConfirmedAt) throw problem("WRONG_STATE", { details: { from: "CONFIRMED", to: "CONFIRMED" } });
    await askToConfirm(hub, em, citizen);
    return { __typename: "SendEmailConfirmationSuccess", citizenId: citizen.id };
  });
