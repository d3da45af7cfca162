import { UniqueConstraintViolationException } from "@mikro-orm/core";
import { problem } from "../../entities/problem.ts";
import { Representation } from "../../entities/representation.ts";
import { newId } from "../../kernel/ids.ts";
import { assertAssurance } from "../application/assurance.ts";
import { isBody } from "../delegation/body.ts";
import { asThemselves } from "../delegation/themselves.ts";
import type { Hub } from "../hub.ts";
import { once } from "../once.ts";
import { textIn } from "./text.ts";

interface Declaring {
  readonly companyCode: string;
  readonly companyName: string;
  readonly capacity: string;
  readonly idempotencyKey: string;
}

/**
 * Declares to act for a company: for the staff to verify. Throws NOT_ELIGIBLE when the code is no company's, WRONG_STATE when
 * the same is waiting to be verified already, INVALID_INPUT, ASSURANCE_TOO_LOW, NOT_FOUND for whoever has no fiscal code.
 */
export const declareRepresentation = (hub: Hub, input: Declaring) =>
  once(asThemselves(hub), "declareRepresentation", input, async commit => {
    const { caller, administration, clock } = asThemselves(hub);
    if (caller.kind !== "citizen" || !caller.fiscalCode) throw problem("NOT_FOUND");
    assertAssurance(asThemselves(hub), "L2");
    const { companyCode } = input;
    if (!isBody(companyCode)) throw problem("NOT_ELIGIBLE", { path: ["input", "companyCode"], reason: "NOT_A_COMPANY" });
    const [companyName, capacity] = [textIn(input, "companyName", 200), textIn(input, "capacity", 100)];
    const id = newId();
    return commit(async em => {
      em.create(Representation, {
        id, administration: administration.id, representative: caller.citizenId, representativeName: `${caller.givenName} ${caller.familyName}`.trim(),
        companyCode, companyName, capacity, state: "PENDING", declaredAt: clock.now(),
      });
      await em.flush().catch((error: unknown) => {
        throw error instanceof UniqueConstraintViolationException ? problem("WRONG_STATE", { details: { from: "PENDING", to: "PENDING" }, cause: error }) : error;
      });
      return { __typename: "DeclareRepresentationSuccess", representationId: id };
    });
  });
