import type { Message } from "../../entities/message.ts";
import type { JobHub } from "../job.ts";

/*
 * What one person is told comes in its order: the receipt not before the notice. Messages of a person come one after the
 * other by when they are due; nobody waits for somebody else's.
 */

/** How far clocks and transactions of those who send side by side may be apart. */
const slackMs = 60_000;

/** Whether an earlier message of the same person is due and still waits. */
export async function isBehind({ em, clock }: Pick<JobHub, "em" | "clock">, { id, citizen, dueAt }: Message): Promise<boolean> {
  const [earlier] = await em.execute<object[]>(
    `select 1 from "message" where "citizen_id" = ? and "state" = 'QUEUED' and ("due_at", "id") < (?, ?) and "due_at" <= ? limit 1`, [citizen.id, dueAt, id, clock.now()]);
  return earlier !== undefined;
}

/** The message of the same person whose turn comes once one that was due at `dueAt` makes way: the first behind it that waits and is, or is about to be, due. */
export async function nextBehind({ em, clock }: Pick<JobHub, "em" | "clock">, { id, citizen }: Message, dueAt: Date): Promise<string | undefined> {
  const soon = new Date(clock.now().getTime() + slackMs);
  const [next] = await em.execute<{ id: string }[]>(
    `select "id" from "message" where "citizen_id" = ? and "state" = 'QUEUED' and ("due_at", "id") > (?, ?) and "due_at" <= ? order by "due_at", "id" limit 1`, [citizen.id, dueAt, id, soon]);
  return next?.id;
}
