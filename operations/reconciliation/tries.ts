import { mostFailures } from "../../entities/flow.ts";
import { SourceMalformed, SourceRefused, SourceUnavailable } from "../../connectors/upstream.ts";

/** Minutes until the next try, after each failure in a row; then a human is asked. */
const waits = [1, 10, 60, 360];

/** What the platform says does not hold together: pages are missing, or more came than were promised. */
export class Incoherent extends Error {}

/** A failure that waiting, or a human, may mend. */
export interface Failure {
  /** For people who look into it: no text of the platform's. */
  readonly code: string;
  /** Before then the platform does not want to be asked. */
  readonly notBefore?: Date;
}

/** A failure of the platform's; undefined for faults of our own. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Incoherent) return { code: "INCOHERENT" };
  if (error instanceof SourceUnavailable) return { code: error.diagnosis, notBefore: error.retryAfter };
  return error instanceof SourceRefused || error instanceof SourceMalformed ? { code: error.diagnosis ?? error.code } : undefined;
}

/** When to try again after so many failures in a row; undefined when it is a human's turn. */
export function nextTry(failures: number, { notBefore }: Failure, now: Date): Date | undefined {
  if (failures >= mostFailures) return undefined;
  const next = new Date(now.getTime() + waits[failures - 1]! * 60_000);
  return notBefore && notBefore > next ? notBefore : next;
}
