import { setTimeout as after } from "node:timers/promises";

/** Waits until something is found, at most a minute. */
export async function until<Found>(what: string, find: () => Promise<Found | undefined | false | null>): Promise<Found>;
/** Asks again and again until there is an answer that holds, at most a minute. */
export async function until<Value>(what: string, ask: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value>;
export async function until(what: string, ask: () => Promise<unknown>, holds: (value: unknown) => boolean = Boolean): Promise<unknown> {
  for (const end = Date.now() + 60_000; ; await after(50)) {
    const value = await ask();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`not within a minute: ${what}; at last ${JSON.stringify(value)}`);
  }
}
