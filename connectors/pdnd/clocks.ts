/** Whether a server's clock, by the `Date` header of its answer, is more than a minute from ours. False when it says nothing readable. */
export function clocksDiffer(dateHeader: unknown, now: Date): boolean {
  const theirs = typeof dateHeader === "string" ? Date.parse(dateHeader) : NaN;
  return Math.abs(theirs - now.getTime()) > 60_000;
}
