import type { EntityManager } from "@mikro-orm/postgresql";
import type { Job, JobHub } from "./job.ts";

/** What it takes to ask for jobs about what waits. */
export type Asking = Pick<JobHub, "em" | "jobs" | "administration">;

/** About how many subjects a job was asked for. */
export interface Asked {
  readonly asked: number;
}

/** The most that is found at once; what is left is found the next day. */
const most = 10_000;

/** Asks for a job about each subject that still waits for one, each once: those of earlier jobs that failed for days, or of changes that ask for none. */
export const askForWaiting = ({ em, jobs }: Asking, job: Job, find: (em: EntityManager, limit: number) => Promise<readonly string[]>): Promise<Asked> => em.transactional(async inside => {
  const subjects = [...new Set(await find(inside, most))];
  await jobs.enqueue(inside, job, subjects);
  return { asked: subjects.length };
});
