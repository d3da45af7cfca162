import type pg from "pg";
import { RateLimiterMemory, RateLimiterPostgres, type RateLimiterAbstract } from "rate-limiter-flexible";
import type { Allowance } from "../../operations/allowance.ts";
import type { Caller } from "../../operations/caller.ts";
import { maximumCost } from "../graph/cost.ts";
import { networkOf } from "./network.ts";

/** What somebody may spend in ten seconds, in points; 0 means that nothing is counted. */
export type BudgetSizes = Readonly<Record<Caller["kind"], number>>;

/** Of an allowance that is used up: nothing was left before this operation. */
export type Taken = Allowance & { readonly exhausted: boolean };

/** What callers may spend, and have spent. */
export interface Budgets {
  /**
   * Says at once whether a caller is known to have nothing left: what they ask is then not even read. Undefined when they
   * have, or when this process does not know.
   */
  exhausted(caller: Caller): Taken | undefined;
  /**
   * Takes the cost of an operation, and of the work on its document. Whoever has anything left may overdraw by one operation, so that a large one is never
   * refused to somebody who waited.
   */
  take(caller: Caller, cost: number, work: number): Promise<Taken>;
}

/** Short, so that nobody spends a minute's worth at once at the expense of others, or waits a minute for having done so. */
const windowSeconds = 10;

/** How many callers without a budget this process remembers. */
const remembered = 10_000;

/** Counts in this process, or in the database for all of them where a pool is given: then a failing database counts here. */
export function createBudgets(sizes: BudgetSizes, pool?: pg.Pool): Budgets {
  const limiters = new Map<Caller["kind"], RateLimiterAbstract>();
  for (const [kind, points] of Object.entries(sizes) as [Caller["kind"], number][]) {
    if (points > 0) limiters.set(kind, limiterOf(kind, points, pool));
  }
  const blocked = new Map<string, Taken>();

  return {
    exhausted(caller) {
      const key = budgetKey(caller);
      const known = blocked.get(key);
      if (!known || known.resetsAt!.getTime() > Date.now()) return known;
      blocked.delete(key);
      return undefined;
    },
    async take(caller, cost, work) {
      const limiter = limiters.get(caller.kind);
      if (!limiter) return { cost, budget: null, left: null, resetsAt: null, maximumCost, exhausted: false };
      const key = budgetKey(caller);
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key, cost + work);
      const budget = limiter.points;
      const taken = { cost, budget, left: Math.max(0, budget - consumedPoints), resetsAt: new Date(Date.now() + msBeforeNext), maximumCost, exhausted: consumedPoints - cost - work >= budget };
      if (taken.left === 0) {
        blocked.set(key, { ...taken, cost: 0, exhausted: true });
        if (blocked.size > remembered) blocked.delete(blocked.keys().next().value!);
      }
      return taken;
    },
  };
}

function limiterOf(keyPrefix: string, points: number, pool: pg.Pool | undefined): RateLimiterAbstract {
  const memory = new RateLimiterMemory({ keyPrefix, points, duration: windowSeconds });
  if (!pool) return memory;
  return new RateLimiterPostgres({ storeClient: pool, storeType: "pool", tableName: "rate_limit", keyPrefix, points, duration: windowSeconds, insuranceLimiter: memory }, () => undefined);
}

const budgetKey = ({ kind, key }: Caller): string => (kind === "visitor" ? `visitor:${networkOf(key.slice("visitor:".length))}` : key);
