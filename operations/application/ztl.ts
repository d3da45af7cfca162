import { z } from "zod";
import { problem } from "../../entities/problem.ts";
import { type Application, type ZtlPermitDetails } from "../../entities/application.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { inForce } from "../../rules/dated.ts";
import { parsePlate, type Plate } from "../../rules/plate.ts";
import { ZtlRulesSchema, ztlEligibility, type ZtlCategory, type ZtlRules } from "../../rules/ztl.ts";
import type { Hub } from "../hub.ts";

/** The administration's rules of the restricted zone, checked. */
export const ztlRules = ({ administration }: Pick<Hub, "administration">): readonly ZtlRules[] => z.array(ZtlRulesSchema).parse(administration.settings.ztl.versions);

/** Reads plates as people write them: Italian ones by their pattern, any other as a foreign one. Throws INVALID_INPUT naming the plate by its place. */
export const readPlates = (plates: readonly string[]): Plate[] => plates.map((written, place) => {
  const italian = parsePlate(written, "ITALIAN");
  // Letters and series that Italy does not issue are those of another country whose plates have the same shape.
  const foreign = !italian.ok && (italian.fault === "WRONG_PATTERN" || italian.fault === "LETTER_NOT_USED" || italian.fault === "SERIES_NOT_ISSUED");
  const parsed = foreign ? parsePlate(written, "FREE") : italian;
  if (!parsed.ok) throw problem("INVALID_INPUT", { path: ["input", "plates", String(place)], reason: "PLATE" });
  return parsed.plate;
});

/** The category of a permit and what speaks against it today, from what the hub itself knows. Throws NOT_ELIGIBLE with the first obstacle. */
export function assertEligible(hub: Hub, details: ZtlPermitDetails): ZtlCategory {
  const today = dayInRome(hub.clock.now());
  const versions = ztlRules(hub);
  // Residence and household are looked up for the case, once it is one: then they are for the office to weigh.
  const claim = { category: details.category, plates: details.plates as readonly Plate[], residence: "UNKNOWN", householdPermits: "UNKNOWN" } as const;
  const { obstacles } = ztlEligibility(versions, claim, today, { renewalDays: hub.administration.settings.ztl.renewalDays });
  const [obstacle] = obstacles;
  const { categories, maxPlates } = inForce(versions, today);
  const bounds = { known: categories.map(({ code }) => code).join(", "), most: maxPlates };
  if (obstacle) throw problem("NOT_ELIGIBLE", { path: ["input", obstacle === "CATEGORY_UNKNOWN" ? "category" : "plates"], reason: obstacle, details: bounds });
  return categoryOf(hub, details)!;
}

/** The category that a permit is asked in, as the rules of today have it; undefined when they have none such. */
export const categoryOf = (hub: Pick<Hub, "administration" | "clock">, { category }: ZtlPermitDetails): ZtlCategory | undefined =>
  inForce(ztlRules(hub), dayInRome(hub.clock.now())).categories.find(({ code }) => code === category);

/** The details of a draft that is ready to be handed in. Throws NOT_ELIGIBLE when something is still missing. */
export function completeDetails(application: Application): ZtlPermitDetails {
  const { category, plates, from } = application.details as Partial<ZtlPermitDetails>;
  if (!category || !plates?.length || !from) throw problem("NOT_ELIGIBLE", { path: ["input", "application"], reason: "DRAFT_INCOMPLETE" });
  return { category, plates, from };
}
