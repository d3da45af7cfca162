import { z } from "zod";
import { addDays, inForce, type Day } from "./dated.ts";
import type { Plate } from "./plate.ts";
import { wallClockInRome } from "./rome-time.ts";

const day = z.iso.date();
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

const CategorySchema = z.object({
  code: z.string().regex(/^[A-Z_]+$/),
  title: z.string().min(1),
  /** RESIDENCE: the applicant must be registered in one of the streets. DECLARATION: the office checks the papers. */
  ground: z.enum(["RESIDENCE", "DECLARATION"]),
  /** Parking is for residents only; every other category may only pass through (ideawebtv, 15 July 2016). */
  allows: z.enum(["TRANSIT", "TRANSIT_AND_PARKING"]),
  onePerHousehold: z.boolean(),
});

/**
 * A version of the limited traffic zone, as an administration configures it: hours, streets, categories and limits
 * change by ordinance, so none of them is code. Days are inclusive; times are Europe/Rome wall-clock.
 */
export const ZtlRulesSchema = z.object({
  validFrom: day,
  validTo: day.nullable(),
  source: z.string().nullable(),
  /** Closed from the first time to the second, over midnight; every day, holidays included. */
  closedByNight: z.object({ from: time, to: time }),
  /** Streets inside the zone, as the registry writes them (`VIA ROMA`). */
  streets: z.array(z.string().min(1)).min(1),
  /** Streets of the zone that are closed at every hour. */
  alwaysClosed: z.array(z.string().min(1)),
  categories: z.array(CategorySchema).min(1),
  maxPlates: z.int().positive(),
  /** Last day of every permit granted under this version: permits run by calendar blocks, not from the day of grant. */
  permitsEnd: day,
  /** Hours after a passage within which it can still be authorised. */
  lateAuthorisationHours: z.int().positive(),
});

export type ZtlRules = z.infer<typeof ZtlRulesSchema>;
export type ZtlCategory = z.infer<typeof CategorySchema>;

/** What an application for a permit states, and what the registry and the hub know about it. */
export interface ZtlClaim {
  readonly category: string;
  readonly plates: readonly Plate[];
  /** Street of residence as the registry writes it; ABROAD_OR_ELSEWHERE: registered in no street of this municipality; UNKNOWN: the registry did not answer. */
  readonly residence: { readonly street: string } | "ABROAD_OR_ELSEWHERE" | "UNKNOWN";
  /** Last day of each permit that a member of the household holds; UNKNOWN: the registry did not say who the household is. */
  readonly householdPermits: readonly { readonly validTo: Day }[] | "UNKNOWN";
}

export type ZtlObstacle =
  | "CATEGORY_UNKNOWN" | "NO_PLATE" | "PLATE_REPEATED" | "TOO_MANY_PLATES"
  | "NOT_RESIDENT_IN_ZONE" | "HOUSEHOLD_HAS_PERMIT" | "PERMITS_ENDED";

/** UNDETERMINED: nothing speaks against it, but the registry has not answered yet; an officer or a later read decides. */
export interface ZtlEligibility {
  readonly verdict: "ELIGIBLE" | "NOT_ELIGIBLE" | "UNDETERMINED";
  readonly obstacles: readonly ZtlObstacle[];
}

/** How long before its end a household's permit may be renewed by a new one, in days. */
export interface ZtlRenewal { readonly renewalDays: number }

/**
 * Whether a permit can be asked for on a day, and every reason why not.
 *
 * One permit per household with up to two plates (Sportello Unico letter, targatocn, 7 August 2024); residents by the
 * street of the registry. A permit of the household that ends within `renewalDays` does not stand in the way.
 * Throws `NO_RULE_IN_FORCE` when no version of the rules holds on that day.
 */
export function ztlEligibility(versions: readonly ZtlRules[], claim: ZtlClaim, on: Day, { renewalDays }: ZtlRenewal): ZtlEligibility {
  const rules = inForce(versions, on);
  const category = rules.categories.find(({ code }) => code === claim.category);
  const obstacles = [
    ...plateObstacles(claim.plates, rules.maxPlates),
    ...(on > rules.permitsEnd ? ["PERMITS_ENDED" as const] : []),
    ...(category === undefined ? ["CATEGORY_UNKNOWN" as const] : categoryObstacles(category, claim, rules, addDays(on, renewalDays))),
  ];
  if (obstacles.length > 0) return { verdict: "NOT_ELIGIBLE", obstacles };
  const open = (category?.ground === "RESIDENCE" && claim.residence === "UNKNOWN")
    || (category?.onePerHousehold === true && claim.householdPermits === "UNKNOWN");
  return { verdict: open ? "UNDETERMINED" : "ELIGIBLE", obstacles };
}

/** First and last day of a permit granted on a day: permits of one version all end together (targatocn, 7 September 2021). */
export function ztlPermitPeriod(versions: readonly ZtlRules[], grantedOn: Day): { from: Day; to: Day } {
  return { from: grantedOn, to: inForce(versions, grantedOn).permitsEnd };
}

/**
 * Whether the zone is closed to those without a permit, in a street at an instant. Night from 20:30 to 07:00 every day,
 * via Roma at every hour (comune.cuneo.it, 27 September 2016): both from the configuration. The closing minute is
 * inside, the opening minute is not. A street outside the zone is never closed.
 */
export function isZoneClosed(versions: readonly ZtlRules[], street: string, instant: Date): boolean {
  const { day, time } = wallClockInRome(instant);
  const rules = inForce(versions, day);
  if (includesStreet(rules.alwaysClosed, street)) return true;
  if (!includesStreet(rules.streets, street)) return false;
  const { from, to } = rules.closedByNight;
  return time >= from || time < to;
}

/** Whether a passage can still be authorised afterwards: within 120 hours (comune.cuneo.it, 27 September 2016), the last one included. */
export function canAuthoriseLate(versions: readonly ZtlRules[], passage: Date, askedAt: Date): boolean {
  const { day } = wallClockInRome(passage);
  const elapsed = askedAt.getTime() - passage.getTime();
  return elapsed >= 0 && elapsed <= inForce(versions, day).lateAuthorisationHours * 3_600_000;
}

function plateObstacles(plates: readonly Plate[], max: number): ZtlObstacle[] {
  if (plates.length === 0) return ["NO_PLATE"];
  const repeated = new Set(plates).size < plates.length;
  return [...(repeated ? ["PLATE_REPEATED" as const] : []), ...(plates.length > max ? ["TOO_MANY_PLATES" as const] : [])];
}

function categoryObstacles(category: ZtlCategory, claim: ZtlClaim, rules: ZtlRules, renewableUntil: Day): ZtlObstacle[] {
  const elsewhere = category.ground === "RESIDENCE" && claim.residence !== "UNKNOWN"
    && (claim.residence === "ABROAD_OR_ELSEWHERE" || !includesStreet(rules.streets, claim.residence.street));
  const taken = category.onePerHousehold && claim.householdPermits !== "UNKNOWN"
    && claim.householdPermits.some(({ validTo }) => validTo > renewableUntil);
  return [...(elsewhere ? ["NOT_RESIDENT_IN_ZONE" as const] : []), ...(taken ? ["HOUSEHOLD_HAS_PERMIT" as const] : [])];
}

const includesStreet = (streets: readonly string[], street: string) => streets.some(known => plain(known) === plain(street));

const plain = (street: string) => street.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase().replace(/[\s.'’-]+/gu, " ").trim();
