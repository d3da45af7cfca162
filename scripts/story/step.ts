import type { Any, GraphAnswer } from "./client.ts";

/** A value of an answer, to be printed. */
export const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

let number = 0;

/** How many steps were told. */
export const steps = (): number => number;

/** Tells one step and its figures, or what broke it. */
export async function step(title: string, tell: () => Promise<string>): Promise<void> {
  const began = performance.now();
  number += 1;
  try {
    const figures = await tell();
    console.log(`${String(number).padStart(2)}. ✔ ${title}\n      ${figures}  (${Math.round(performance.now() - began)} ms)`);
  } catch (error) {
    console.log(`${String(number).padStart(2)}. ✖ ${title}\n      ${(error as Error).message}`);
    throw error;
  }
}

/** Breaks the story where something is not as it should be. */
export function hold(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`does not hold: ${what}`);
}

/** The data of an answer that must have no errors. */
export function good(answer: GraphAnswer): Record<string, Any> {
  hold(answer.errors.length === 0, `no errors, but ${JSON.stringify(answer.errors)}`);
  return answer.data;
}

/** A key of one's own for a mutation. */
export const key = (): { idempotencyKey: string } => ({ idempotencyKey: crypto.randomUUID() });
