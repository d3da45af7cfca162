import type { Random } from "./random.ts";

/** The day at which the ages of the synthetic people are plausible. */
export const referenceDay = "2026-11-23";

const dayMs = 86_400_000;

/** A day moved by years (a 29 February becomes 1 March where it must) and days. */
export function shift(day: string, years: number, days = 0): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return new Date(date.getTime() + days * dayMs).toISOString().slice(0, 10);
}

/** A random day of the year in which somebody who is `age` today was born. */
export const bornAtAge = (random: Random, age: number): string => shift(referenceDay, -age, -random.between(0, 364));

/** A random day from `first` to `last`, both included; `first` when they are in the wrong order. */
export function dayBetween(random: Random, first: string, last: string): string {
  const days = Math.round((Date.parse(last) - Date.parse(first)) / dayMs);
  return shift(first, 0, days > 0 ? random.between(0, days) : 0);
}

/** The later of two days. */
export const later = (one: string, other: string): string => (one > other ? one : other);
