import { setTimeout as pause } from "node:timers/promises";
import type { EntityManager } from "@mikro-orm/postgresql";
import { fromKysely, type Job as BossJob, type JobResult, type KyselyTransactionLike, PgBoss } from "pg-boss";
import type { Log } from "../kernel/log.ts";
import type { Job, JobHub, Jobs } from "../operations/job.ts";
import { describeFailure } from "./failure.ts";

/** The schema of the database in which the queues are. */
const schema = "job";

/** The longest that one try may take. */
const tryMs = 60_000;

/** How many jobs of a kind are fetched, done side by side and let go of together, and how many such batches at once. */
const batchSize = 4;
const workers = 2;

/** How long a batch waits before it is begun when the one before was full: a backlog is worked off at a pace that leaves the processor to those who wait for an answer. */
const breathMs = 500;

/** After how long without a sign of life whoever does a job counts as gone, and another does it: a process that works gives one in half of it. */
const heartbeatSeconds = 10;

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

/** How often those that are gone are looked for. */
const watching = (paceSeconds: number): { readonly superviseIntervalSeconds: number; readonly monitorIntervalSeconds: number } => {
  const seconds = Math.max(1, Math.ceil(3 * paceSeconds));
  return { superviseIntervalSeconds: seconds, monitorIntervalSeconds: seconds };
};

/** Opens the queues; nothing is contacted before `start`. Their tables must be there (`migrateJobs`). */
export function openJobs({ url, paceSeconds, log }: JobsOptions): JobQueues {
  const boss = new PgBoss({ connectionString: url, schema, max: 3, application_name: "sportello-hub jobs", migrate: false, createSchema: false, schedule: false, useListenNotify: true, ...watching(paceSeconds) });
  boss.on("error", error => log.warn({ failure: describeFailure(error) }, "jobs wait: their queues could not be reached"));
  const closing = new AbortController();
  const open = async ({ name, perform }: Job, hub: (signal: AbortSignal) => JobHub): Promise<void> => {
    const queue = {
      policy: "singleton", notify: true, retryLimit: 100, retryBackoff: true, retryDelay: Math.ceil(paceSeconds), retryDelayMax: longestWaitSeconds,
      expireInSeconds: tryMs / 1_000 + 30, heartbeatSeconds, retentionSeconds: 366 * 86_400, deleteAfterSeconds: 7 * 86_400,
    };
    await boss.createQueue(name, queue);
    const { policy: _, retryDelayMax: _fixed, ...changeable } = queue;
    await boss.updateQueue(name, changeable);
    const attempt = async ({ id, data: { subjectId }, signal }: BossJob<{ subjectId: string }>): Promise<JobResult> => {
      const failure = await perform(hub(AbortSignal.any([closing.signal, signal, AbortSignal.timeout(tryMs)])), subjectId).then(() => undefined, describeFailure);
      if (!failure) return { id, status: "completed" };
      log.warn({ job: name, id, failure }, "a job failed, and is done again later");
      // What is kept with the job, for whoever looks into it, is never anybody's own words.
      return { id, status: "failed", output: { name: failure.code ?? failure.name } };
    };
    const polling = { pollingIntervalSeconds: paceSeconds, notifyPollingIntervalSeconds: paceSeconds, burstWhenBatchFull: true };
    let more = false;
    await boss.work(name, { ...polling, batchSize, localConcurrency: workers, perJobResults: true }, async (batch: readonly BossJob<{ subjectId: string }>[]) => {
      if (more) await pause(breathMs, undefined, { signal: closing.signal }).catch(() => undefined);
      more = batch.length === batchSize;
      return Promise.all(batch.map(attempt));
    });
  };
  return {
    async start(jobs, hub) {
      await boss.start();
      await Promise.all(jobs.map(job => open(job, hub)));
    },
    async enqueue(em: EntityManager, { name, gatherSeconds }: Job, subjects: Parameters<Jobs["enqueue"]>[2], after?: Date) {
      const transaction = em.getTransactionContext<KyselyTransactionLike>();
      if (!transaction) throw new Error("a job is asked for in the transaction that it follows from");
      // Seconds are counted off by the clock: those who ask at the end of a span must still be waited for.
      const gathered = gatherSeconds === undefined ? {} : { singletonSeconds: gatherSeconds, startAfter: 2 * gatherSeconds };
      const wanted = (typeof subjects === "string" ? [subjects] : subjects).map(subject => (typeof subject === "string" ? ([subject, after] as const) : subject));
      const each = wanted.map(([subjectId, startAfter]) => ({ data: { subjectId }, singletonKey: subjectId, ...gathered, ...(startAfter && { startAfter }) }));
      if (each.length > 0) await boss.insert(name, each, { db: fromKysely(transaction) });
    },
    async close() {
      closing.abort();
      await boss.stop({ timeout: 5_000 });
    },
  };
}
