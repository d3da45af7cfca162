import { z } from "zod";
import { addMonths, inForce, type Day } from "./dated.ts";

const squareMetres = z.number().positive().max(10_000);

/**
 * A version of the measures by which a dwelling is judged. Areas are square metres, heights metres. Which version a
 * municipality applies, and since when, is its own choice (Ministry circular 7170 of 18 November 2009: it *may* use
 * those of the decree of 1975), so versions are dated configuration.
 */
export const HousingRulesSchema = z.object({
  validFrom: z.iso.date(),
  validTo: z.iso.date().nullable(),
  source: z.string().nullable(),
  /** Living area of each of the first `persons`, and of each further one. */
  areaPerPerson: z.object({ persons: z.int().positive(), first: squareMetres, further: squareMetres }),
  bedroom: z.object({ forOne: squareMetres, forTwo: squareMetres }),
  livingRoom: squareMetres,
  /** One-room dwellings, services included. */
  oneRoom: z.object({ forOne: squareMetres, forTwo: squareMetres }),
  minHeight: z.number().positive(),
  /** Months that the certificate is good for. */
  validityMonths: z.object({ familyReunification: z.int().positive(), other: z.int().positive() }),
});

export type HousingRules = z.infer<typeof HousingRulesSchema>;

/** A room; it counts for sleeping or living only with a window that opens (D.M. 5 July 1975, art. 2). Area in square metres. */
export interface Room { readonly area: number; readonly openableWindow: boolean }

/** A dwelling as the professional measured it: areas in square metres, height in metres. */
export type Dwelling =
  | { readonly kind: "ROOMS"; readonly height: number; readonly livingArea: number; readonly bedrooms: readonly Room[]; readonly livingRoom: Room | null }
  | { readonly kind: "ONE_ROOM"; readonly height: number; readonly totalArea: number };

export type HousingFinding = "CEILING_TOO_LOW" | "NO_LIVING_ROOM" | "ROOM_WITHOUT_WINDOW" | "BEDROOM_TOO_SMALL" | "AREA_IS_THE_LIMIT" | "ROOMS_ARE_THE_LIMIT" | "ONE_ROOM_TOO_SMALL";

/** How many persons a dwelling suits; `byArea` and `byRooms` are null where that measure does not apply. */
export interface HousingAssessment {
  readonly maxPersons: number;
  readonly byArea: number | null;
  readonly byRooms: number | null;
  readonly findings: readonly HousingFinding[];
  readonly source: string | null;
}

/**
 * The number of persons that a dwelling suits on a day, and what limits it.
 *
 * D.M. 5 July 1975: 14 m² each for the first four persons and 10 m² for each further one, bedrooms of 9 m² for one and
 * 14 m² for two, a living room of 14 m² (art. 2); a one-room dwelling of 28 m² for one and 38 m² for two (art. 3); the
 * lesser of area and rooms counts. Throws `NO_RULE_IN_FORCE` when no version holds on that day.
 */
export function assessDwelling(versions: readonly HousingRules[], dwelling: Dwelling, on: Day): HousingAssessment {
  const rules = inForce(versions, on);
  const low = dwelling.height < rules.minHeight;
  const measured = dwelling.kind === "ONE_ROOM" ? assessOneRoom(rules, dwelling.totalArea) : assessRooms(rules, dwelling);
  return low ? { ...measured, maxPersons: 0, findings: ["CEILING_TOO_LOW", ...measured.findings] } : measured;
}

/** The last day on which a certificate is good: 3 years for family reunification, 6 months otherwise in Cuneo (comune.cuneo.it, URP). */
export function housingCertificateEnd(versions: readonly HousingRules[], purpose: "FAMILY_REUNIFICATION" | "OTHER", issuedOn: Day): Day {
  const { validityMonths } = inForce(versions, issuedOn);
  return addMonths(issuedOn, purpose === "FAMILY_REUNIFICATION" ? validityMonths.familyReunification : validityMonths.other);
}

function assessOneRoom({ oneRoom, source }: HousingRules, area: number): HousingAssessment {
  const maxPersons = area >= oneRoom.forTwo ? 2 : area >= oneRoom.forOne ? 1 : 0;
  return { maxPersons, byArea: maxPersons, byRooms: null, findings: maxPersons === 0 ? ["ONE_ROOM_TOO_SMALL"] : [], source };
}

function assessRooms(rules: HousingRules, { livingArea, bedrooms, livingRoom }: Extract<Dwelling, { kind: "ROOMS" }>): HousingAssessment {
  const byArea = personsByArea(rules, livingArea);
  const byRooms = bedrooms.reduce((persons, room) => persons + sleepers(rules, room), 0);
  const hasLivingRoom = livingRoom !== null && livingRoom.openableWindow && livingRoom.area >= rules.livingRoom;
  const findings: HousingFinding[] = [
    ...(hasLivingRoom ? [] : ["NO_LIVING_ROOM" as const]),
    ...(bedrooms.some(room => !room.openableWindow) ? ["ROOM_WITHOUT_WINDOW" as const] : []),
    ...(bedrooms.some(room => room.area < rules.bedroom.forOne) ? ["BEDROOM_TOO_SMALL" as const] : []),
    ...(byArea < byRooms ? ["AREA_IS_THE_LIMIT" as const] : []),
    ...(byRooms < byArea ? ["ROOMS_ARE_THE_LIMIT" as const] : []),
  ];
  return { maxPersons: hasLivingRoom ? Math.min(byArea, byRooms) : 0, byArea, byRooms, findings, source: rules.source };
}

/** Areas are compared in square centimetres, so that 3 × 14 m² measured as 41.99999… is not a person less. */
function personsByArea({ areaPerPerson: { persons, first, further } }: HousingRules, area: number): number {
  const [total, each, more] = [area, first, further].map(value => Math.round(value * 10_000)) as [number, number, number];
  const firstShare = persons * each;
  return total <= firstShare ? Math.floor(total / each) : persons + Math.floor((total - firstShare) / more);
}

function sleepers({ bedroom }: HousingRules, { area, openableWindow }: Room): number {
  if (!openableWindow) return 0;
  if (area >= bedroom.forTwo) return 2;
  return area >= bedroom.forOne ? 1 : 0;
}
