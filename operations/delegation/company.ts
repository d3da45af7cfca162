import type { EntityManager } from "@mikro-orm/postgresql";
import { problem } from "../../entities/problem.ts";
import { Representation } from "../../entities/representation.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { addDays } from "../../rules/dated.ts";
import { instantInRome } from "../../rules/rome-time.ts";
import type { CitizenCaller } from "../caller.ts";
import type { Hub } from "../hub.ts";
import { forUpdate } from "../once.ts";
import type { Subject } from "./act-for.ts";

/** The company that the caller represents: verified by the staff, and today still, for the rest of the transaction. Throws NOT_ELIGIBLE. */
export async function companyRepresentedBy(em: EntityManager, { administration, clock }: Hub, { citizenId }: CitizenCaller, companyCode: string): Promise<Subject> {
  const today = dayInRome(clock.now());
  const held = await em.findOne(
    Representation, { administration: administration.id, representative: citizenId, companyCode, state: "APPROVED", validTo: { $gte: today } }, { orderBy: { validTo: "desc" }, ...forUpdate });
  if (!held) throw problem("NOT_ELIGIBLE", { path: ["input", "fiscalCode"], reason: "NOT_A_REPRESENTATIVE" });
  return { kind: "COMPANY", fiscalCode: companyCode, givenName: "", familyName: held.companyName, representation: held.id, endsAt: instantInRome(addDays(held.validTo!, 1), "00:00") };
}
