import type { EntityManager } from "@mikro-orm/postgresql";
import { fromKysely, type KyselyTransactionLike, PgBoss } from "pg-boss";
import type { Log } from "../kernel/log.ts";
import type { Job, JobHub, Jobs } from "../operations/job.ts";
import { describeFailure } from "./failure.ts";

/** The schema of the database in which the queues are. */
const schema = "job";

/** The longest that one try may take. */
const tryMs = 60_000;

/** The longest wait between two tries. */
const longestWaitSeconds = 3_600;

export interface JobsOptions {
  readonly url: string;
  /** The first wait before another try, and how often to look for what nobody announced. */
  readonly paceSeconds: number;
  readonly log: Log;
}

/** The queues, as one process holds them. */
export interface JobQueues extends Jobs {
  /** Starts doing jobs of these kinds, each try with a hub of its own: those of this process's changes at once, those that another left behind soon. */
  start(jobs: readonly Job[], hub: (signal: AbortSignal) => JobHub): Promise<void>;
  /** Ends the tries under way, and takes no more. */
  close(): Promise<void>;
}

/** Makes the tables of the queues, or brings them up to date. */
export async function migrateJobs(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, schema, max: 1, supervise: false, schedule: false });
  await boss.start();
  await boss.stop({ graceful: false });
}

/** Opens the queues; nothing is contacted before `start`. Their tables must be there (`migrateJobs`). */
export function openJobs({ url, paceSeconds, log }: JobsOptions): JobQueues {
  const boss = new PgBoss({ connectionString: url, schema, max: 3, application_name: "sportello-hub jobs", migrate: false, createSchema: false, schedule: false, useListenNotify: true });
  boss.on("error", error => log.warn({ failure: describeFailure(error) }, "jobs wait: their queues could not be reached"));
  const closing = new AbortController();
  const open = async ({ name, perform, retries = 100 }: Job, hub: (signal: AbortSignal) => JobHub): Promise<void> => {
    const queue = {
      policy: "singleton", notify: true, retryLimit: retries, retryBackoff: true, retryDelay: Math.ceil(paceSeconds), retryDelayMax: longestWaitSeconds,
      expireInSeconds: tryMs / 1_000 + 30, retentionSeconds: 366 * 86_400, deleteAfterSeconds: 7 * 86_400,
    };
    await boss.createQueue(name, queue);
    const { policy: _, retryDelayMax: _fixed, ...changeable } = queue;
    await boss.updateQueue(name, changeable);
    await boss.work<{ subjectId: string }>(name, { pollingIntervalSeconds: paceSeconds, notifyPollingIntervalSeconds: paceSeconds, localConcurrency: 2 }, async ([job]) => {
      const failure = await perform(hub(AbortSignal.any([closing.signal, AbortSignal.timeout(tryMs)])), job!.data.subjectId).then(() => undefined, describeFailure);
      if (!failure) return;
      log.warn({ job: name, id: job!.id, failure }, "a job failed, and is done again later");
      // What is thrown is kept with the job, for whoever looks into it: never anybody's own words.
      throw new Error(failure.code ?? failure.name);
    });
  };
  return {
    async start(jobs, hub) {
      await boss.start();
      await Promise.all(jobs.map(job => open(job, hub)));
    },
    async enqueue(em: EntityManager, { name, gatherSeconds }: Job, subjects: string | readonly string[], after?: Date) {
      const transaction = em.getTransactionContext<KyselyTransactionLike>();
      if (!transaction) throw new Error("a job is asked for in the transaction that it follows from");
      // Seconds are counted off by the clock: those who ask at the end of a span must still be waited for.
      const gathered = gatherSeconds === undefined ? {} : { singletonSeconds: gatherSeconds, startAfter: 2 * gatherSeconds };
      const each = [subjects].flat().map(subjectId => ({ data: { subjectId }, singletonKey: subjectId, ...gathered, ...(after && { startAfter: after }) }));
      if (each.length > 0) await boss.insert(name, each, { db: fromKysely(transaction) });
    },
    async close() {
      closing.abort();
      await boss.stop({ timeout: 5_000 });
    },
  };
}
