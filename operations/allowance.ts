import type { Hub } from "./hub.ts";

/** What an operation cost its caller, and what is left to them, in points. */
export interface Allowance {
  readonly cost: number;
  /** Points for ten seconds; null where nothing is counted. */
  readonly budget: number | null;
  readonly left: number | null;
  /** When the budget is whole again. */
  readonly resetsAt: Date | null;
  /** The most that one operation may cost. */
  readonly maximumCost: number;
}

/** What the present operation cost, as it was reckoned before it ran. */
export function showLimits({ allowance }: Hub): Omit<Allowance, "resetsAt"> & { readonly resetsAt: string | null } {
  if (!allowance) throw new Error("the operation was not admitted");
  return { ...allowance, resetsAt: allowance.resetsAt?.toISOString() ?? null };
}
