import { z } from "zod";
import { daysBetween, type Day } from "./dated.ts";

/**
 * A version of what is added to a debt that is paid late. No law says it for every fee: an administration that asks for
 * more writes down from which day, how much, and where that stands. Without a version in force nothing is added.
 */
export const SurchargeSchema = z.object({
  validFrom: z.iso.date(),
  validTo: z.iso.date().nullable(),
  /** The regulation that says so. */
  source: z.string().min(1),
  /** From how many days after the due day, a share of the debt in hundredths of a percent, and cents besides. The last step reached counts alone. */
  steps: z.array(z.object({ fromDay: z.int().min(1), basisPoints: z.int().min(0).max(10_000), cents: z.int().min(0) })).min(1),
});

export type Surcharge = z.infer<typeof SurchargeSchema>;

/**
 * What is added on a day to a debt of `amountCents` that was due on `dueOn`, in cents; nothing up to the due day. The
 * version that was in force on the due day counts; a share is rounded to the nearest cent, half a cent up.
 */
export function surchargeOf(versions: readonly Surcharge[], amountCents: number, dueOn: Day, on: Day): number {
  const late = daysBetween(dueOn, on);
  const version = versions.find(({ validFrom, validTo }) => validFrom <= dueOn && (validTo === null || dueOn <= validTo));
  const step = version?.steps.filter(({ fromDay }) => late >= fromDay).sort((one, other) => other.fromDay - one.fromDay)[0];
  return step ? Math.floor((amountCents * step.basisPoints + 5_000) / 10_000) + step.cents : 0;
}
