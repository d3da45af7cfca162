import type pg from "pg";
import { RateLimiterMemory, RateLimiterPostgres, type RateLimiterAbstract } from "rate-limiter-flexible";
import type { Allowance } from "../../operations/allowance.ts";
import type { Caller } from "../../operations/caller.ts";
import { maximumCost } from "../graph/cost.ts";

/** Whose budgets there are: each caller's, by kind, and that of an app or portal for all who ask through it. */
type Spender = Caller["kind"] | "app";

/** What each may spend in ten seconds, in points; 0 means that nothing is counted. */
export type BudgetSizes = Readonly<Record<Spender, number>>;

/** Of an allowance that is used up: nothing was left before this operation, to the caller or to the app; `until` when both have something again. */
export type Taken = Allowance & { readonly exhausted: boolean; readonly until: Date | null };

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
  const limiters = new Map<Spender, RateLimiterAbstract>();
  for (const [kind, points] of Object.entries(sizes) as [Spender, number][]) {
    if (points > 0) limiters.set(kind, limiterOf(kind, points, pool));
  }
  const blocked = new Map<string, Purse>();

  const emptied = (key: string): Purse | undefined => {
    const known = blocked.get(key);
    if (!known || known.resetsAt.getTime() > Date.now()) return known;
    blocked.delete(key);
    return undefined;
  };
  const spend = async (spender: Spender, key: string, points: number): Promise<Purse | undefined> => {
    const limiter = limiters.get(spender);
    if (!limiter) return undefined;
    const { consumedPoints, msBeforeNext } = await limiter.penalty(key, points);
    const budget = limiter.points;
    const purse = { budget, left: Math.max(0, budget - consumedPoints), resetsAt: new Date(Date.now() + msBeforeNext), exhausted: consumedPoints - points >= budget };
    if (purse.left === 0) {
      blocked.set(key, { ...purse, exhausted: true });
      if (blocked.size > remembered) blocked.delete(blocked.keys().next().value!);
    }
    return purse;
  };

  return {
    exhausted(caller) {
      const [own, app] = keysOf(caller).map(key => (key === undefined ? undefined : emptied(key)));
      return own || app ? taken(0, own, app) : undefined;
    },
    async take(caller, cost, work) {
      const [key, appKey] = keysOf(caller);
      const [own, app] = await Promise.all([spend(caller.kind, key, cost + work), appKey === undefined ? undefined : spend("app", appKey, cost + work)]);
      return taken(cost, own, app);
    },
  };
}

/** What is in one budget. */
interface Purse {
  readonly budget: number;
  readonly left: number;
  readonly resetsAt: Date;
  readonly exhausted: boolean;
}

function taken(cost: number, own: Purse | undefined, app: Purse | undefined): Taken {
  const empty = [own, app].filter(purse => purse?.exhausted).map(purse => purse!.resetsAt.getTime());
  return {
    cost, budget: own?.budget ?? null, left: own?.left ?? null, resetsAt: own?.resetsAt ?? null, maximumCost,
    app: app ? { budget: app.budget, left: app.left, resetsAt: app.resetsAt } : null,
    exhausted: empty.length > 0, until: empty.length > 0 ? new Date(Math.max(...empty)) : null,
  };
}

function limiterOf(keyPrefix: string, points: number, pool: pg.Pool | undefined): RateLimiterAbstract {
  const memory = new RateLimiterMemory({ keyPrefix, points, duration: windowSeconds });
  if (!pool) return memory;
  return new RateLimiterPostgres({ storeClient: pool, storeType: "pool", tableName: "rate_limit", keyPrefix, points, duration: windowSeconds, insuranceLimiter: memory }, () => undefined);
}

/** Under which keys a caller's spending is counted: their own, and that of the app through which they ask. */
const keysOf = (caller: Caller): readonly [string, string | undefined] =>
  [caller.key, "client" in caller && caller.client !== undefined ? `app:${caller.client}` : undefined];
