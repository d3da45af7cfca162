import { problem } from "../../entities/problem.ts";
import { Representation } from "../../entities/representation.ts";
import { asThemselves } from "../delegation/themselves.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { forUpdate, once } from "../once.ts";
import { endActing } from "./end-acting.ts";

/** Gives up a representation that the caller declared. Throws NOT_FOUND, WRONG_STATE. */
export const withdrawRepresentation = (hub: Hub, input: { readonly representation: string; readonly idempotencyKey: string }) =>
  once(asThemselves(hub), "withdrawRepresentation", input, commit => commit(async em => {
    const { caller, administration, clock } = asThemselves(hub);
    const id = keyOf("rep", input.representation, "input", "representation");
    const representation = caller.kind === "citizen" ? await em.findOne(Representation, { id, administration: administration.id, representative: caller.citizenId }, forUpdate) : null;
    if (!representation) throw problem("NOT_FOUND", { path: ["input", "representation"] });
    representation.withdraw();
    await endActing(em, representation, clock.now());
    return { __typename: "WithdrawRepresentationSuccess", representationId: representation.id };
  }));
