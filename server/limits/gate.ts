import type { Allowance } from "../../operations/allowance.ts";
import type { Hub } from "../../operations/hub.ts";
import { Said } from "../../schema/said.ts";
import { maximumCost } from "../graph/cost.ts";
import { overLength } from "../graph/limits.ts";
import type { Trusted } from "../graph/trusted.ts";
import type { Budgets, Taken } from "./budget.ts";
import type { Lanes } from "./lanes.ts";

/** Why an operation is not run. `retryAfter`: in so many seconds it may be. */
export interface Turned {
  readonly error: Said;
  readonly retryAfter?: number;
}

/** What stands before every operation, over whichever transport. */
export interface Gate {
  /** Turns away what need not be read at all: somebody with nothing left to spend, a document too long or not on the caller's list. */
  before(hub: Hub, source: string): Turned | undefined;
  /**
   * Takes what an operation costs, and what it took to look at its document; turns it away when it costs too much or
   * nothing was left. Whoever sends nothing but refusals runs out as others do.
   */
  charge(hub: Hub, cost: number, work: number): Promise<Turned | undefined>;
  /** Waits until a document of the caller's that was not seen before may be worked on; `over` says that it was. Turns it away when too many wait already. */
  turn(hub: Hub): Promise<{ over(): void } | Turned>;
  /** Whether a caller may only send documents from the list: they are told nothing about the graph. */
  closed(hub: Hub): boolean;
}

/** Puts budgets and trusted documents before the graph. */
export function createGate({ budgets, lanes, trusted }: { readonly budgets: Budgets; readonly lanes: Lanes; readonly trusted: Trusted }): Gate {
  return {
    before(hub, source) {
      const exhausted = budgets.exhausted(hub.caller);
      if (exhausted) return rateLimited(hub, exhausted);
      const long = overLength(source);
      if (long) return { error: long };
      return trusted.only(hub.caller) && !trusted.has(source, hub.caller) ? { error: untrusted() } : undefined;
    },
    async charge(hub, cost, work) {
      const tooMuch = cost > maximumCost;
      const taken = await budgets.take(hub.caller, tooMuch ? 1 : cost, work);
      hub.allowance = allowanceIn(taken);
      if (taken.exhausted) return rateLimited(hub, taken);
      return tooMuch ? { error: tooExpensive(cost) } : undefined;
    },
    async turn(hub) {
      const over = await lanes.enter(hub.caller.key, hub.signal).catch(() => undefined);
      return over ? { over } : { retryAfter: 1, error: limited(1, new Date(Date.now() + 1_000)) };
    },
    closed: hub => trusted.only(hub.caller),
  };
}

const allowanceIn = ({ exhausted: _exhausted, until: _until, ...allowance }: Taken): Allowance => allowance;

function rateLimited(hub: Hub, taken: Taken): Turned {
  hub.allowance = { ...allowanceIn(taken), cost: 0 };
  const until = taken.until!;
  const retryAfter = Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1_000));
  return { retryAfter, error: limited(retryAfter, until) };
}

const limited = (retryAfter: number, resetsAt: Date): Said => new Said({
  it: `Troppe richieste: riprovare tra ${retryAfter} secondi.`, en: `Too many requests: try again in ${retryAfter} seconds.`,
}, { code: "RATE_LIMITED", retryAfter, resetsAt: resetsAt.toISOString() });

const tooExpensive = (cost: number): Said => new Said({
  it: `La richiesta costa ${cost} punti e il massimo è ${maximumCost}: chiedere pagine più piccole o meno campi.`,
  en: `The request costs ${cost} points and the most is ${maximumCost}: ask for smaller pages or fewer fields.`,
}, { code: "COST_EXCEEDED", cost, maximum: maximumCost });

const untrusted = (): Said => new Said({ it: "Sono ammesse solo le operazioni registrate.", en: "Only registered operations are accepted." }, { code: "UNTRUSTED_DOCUMENT" });
