import { Citizen } from "../../entities/citizen.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";

/** Changes how to reach the caller. Throws INVALID_INPUT for a number that is none. */
export const updateContacts = (hub: Hub, input: { readonly email?: string | null; readonly phone?: string | null; readonly idempotencyKey: string }) =>
  once(hub, "updateContacts", input, commit => commit(async em => {
    const { caller } = hub;
    if (caller.kind !== "citizen") throw problem("NOT_FOUND");
    if (input.phone && !/^\+?[\d ]{6,20}$/.test(input.phone)) throw problem("INVALID_INPUT", { path: ["input", "phone"], reason: "FORMAT" });
    const citizen = await em.findOneOrFail(Citizen, { id: caller.citizenId }, forUpdate);
    if (input.email !== undefined) citizen.email = input.email;
    if (input.phone !== undefined) citizen.phone = input.phone;
    return { __typename: "UpdateContactsSuccess", citizenId: citizen.id };
  }));
