import { Citizen } from "../../entities/citizen.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";

/** Changes how to reach the caller. Throws INVALID_INPUT for a number that is none. */
export const updateContacts = (hub: Hub, input: { readonly email?: string | null; readonly phone?: string | null; readonly idempotencyKey: string }) =>
  once(hub, "updateContacts", input, commit => commit(async em => {
    const { caller } = hub;
    if (caller.kind !== "citizen") throw problem("NOT_FOUND");
    if (typeof input.phone === "string" && !isPhone(input.phone)) throw problem("INVALID_INPUT", { path: ["input", "phone"], reason: "FORMAT" });
    const citizen = await em.findOneOrFail(Citizen, { id: caller.citizenId }, forUpdate);
    if (input.email !== undefined) citizen.email = input.email;
    if (input.phone !== undefined) citizen.phone = input.phone;
    return { __typename: "UpdateContactsSuccess", citizenId: citizen.id };
  }));

/** Six digits at least, with a plus sign before and spaces between them where useful; at most 20 characters after the sign. */
const isPhone = (text: string): boolean => /^\+?[\d ]{6,20}$/.test(text) && text.replace(/\D/g, "").length >= 6;
