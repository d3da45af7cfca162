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
  /** What is left to the app through which the caller asks, for all who ask through it; null where they ask themselves, or nothing is counted. */
  readonly app: AppAllowance | null;
}

/** What an app may spend in ten seconds for all who ask through it, and what is left. */
export interface AppAllowance {
  readonly budget: number;
  readonly left: number;
  readonly resetsAt: Date;
}

/** As the graph shows it. */
type Shown<Part extends { readonly resetsAt: Date | null }> = Omit<Part, "resetsAt"> & { readonly resetsAt: string | null };

/** What the present operation cost, as it was reckoned before it ran. */
export function showLimits({ allowance }: Hub): Shown<Omit<Allowance, "app">> & { readonly app: Shown<AppAllowance> | null } {
  if (!allowance) throw new Error("the operation was not admitted");
  const { app } = allowance;
  return { ...allowance, resetsAt: allowance.resetsAt?.toISOString() ?? null, app: app && { ...app, resetsAt: app.resetsAt.toISOString() } };
}
