import { Citizen, type Language, type MessageChoice } from "../../entities/citizen.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, changeOnce } from "../once.ts";
import { askToConfirm } from "./email-confirmation.ts";

interface Contacts {
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly messageChoice?: MessageChoice | null;
  readonly language?: Language | null;
  readonly idempotencyKey: string;
}

/**
 * Changes how to reach the caller, and how they want to be told of what happens. Another e-mail address is asked for
 * confirmation. Throws INVALID_INPUT for a number that is none.
 */
export const updateContacts = (hub: Hub, input: Contacts) =>
  changeOnce(hub, "updateContacts", input, async em => {
    const { caller } = hub;
    if (caller.kind !== "citizen") throw problem("NOT_FOUND");
    if (typeof input.phone === "string" && !isPhone(input.phone)) throw problem("INVALID_INPUT", { path: ["input", "phone"], reason: "PHONE" });
    const citizen = await em.findOneOrFail(Citizen, { id: caller.citizenId }, forUpdate);
    if (input.phone !== undefined) citizen.phone = input.phone;
    if (input.messageChoice) citizen.messageChoice = input.messageChoice;
    if (input.language !== undefined) citizen.language = input.language;
    if (input.email !== undefined && input.email !== citizen.email) {
      citizen.moveTo(input.email);
      await askToConfirm(hub, em, citizen);
    }
    return { __typename: "UpdateContactsSuccess", citizenId: citizen.id };
  });

/** Six digits at least, with a plus sign before and spaces between them where useful; at most 20 characters after the sign. */
const isPhone = (text: string): boolean => /^\+?[\d ]{6,20}$/.test(text) && text.replace(/\D/g, "").length >= 6;
