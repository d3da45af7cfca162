import type { EntityManager } from "@mikro-orm/postgresql";
import type { Hub } from "./hub.ts";

/** What a job works with: all that a request has but a caller, for nobody waits for it. */
export type JobHub = Omit<Hub, "caller" | "locale" | "allowance">;

/**
 * Work that follows from a change and may have to wait for somebody else's system: handing on, asking later, telling people.
 *
 * A job knows one id, and reads all else when its turn comes: what is queued holds no personal data and never grows old.
 * It is done at least once, in any process, so doing it again must be harmless. Those of one kind about one subject are
 * never done at the same time, and begin in the order in which they were asked for.
 */
export interface Job {
  /** Names the queue, in kebab case. Jobs that wait keep it across releases: it is not changed. */
  readonly name: string;
  /** Does it. One that throws is done again later, waiting longer from time to time; after a hundred times, which takes about four days, it is left for people to look at. */
  readonly perform: (hub: JobHub, subjectId: string) => Promise<void>;
  /**
   * Done once for all who ask about a subject within so many seconds, after these have passed: for work that takes in all
   * that there is. Whoever asks must have committed what it is to take in.
   */
  readonly gatherSeconds?: number;
}

/** Takes on work to be done after the present transaction. */
export interface Jobs {
  /**
   * Has a job done about one subject, or about each of several, once the transaction of `em` is committed, and not before
   * `after`, or before the time that is given for each; if it is rolled back, nothing is. One statement, whatever their number.
   */
  enqueue(em: EntityManager, job: Job, subjects: string | readonly string[] | readonly (readonly [subject: string, after: Date])[], after?: Date): Promise<void>;
}
