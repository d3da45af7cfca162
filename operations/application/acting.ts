import type { Actor } from "../../entities/application-event.ts";
import type { DelegationKind } from "../../entities/delegation.ts";
import { problem } from "../../entities/problem.ts";
import type { Caller, StaffCaller } from "../caller.ts";
import { staffTitle } from "../titles.ts";

const delegates: Readonly<Record<DelegationKind, string>> = { PARENT: "Un genitore, per conto del minore", COMPANY: "Chi rappresenta l’azienda" };

/** The applicant, or whoever acts for them, as the history of an application keeps it. Throws NOT_FOUND for any other caller. */
export function applicantOf(caller: Caller): Actor {
  if (caller.kind !== "citizen") throw problem("NOT_FOUND");
  return caller.acting ? { actor: "DELEGATE", actorName: delegates[caller.acting.kind], actorKey: caller.key } : { actor: "APPLICANT", actorName: "Il richiedente", actorKey: caller.key };
}

/** A member of staff, as the history of an application keeps it: the office and their role in it. */
export const officerOf = (caller: StaffCaller, office: { readonly id: string; readonly name: string }): Actor => ({ actor: "STAFF", actorName: staffTitle(caller, office), actorKey: caller.key });
